// ctx_make.c - lays out the first frame of a fresh context.
//
// The frame is the one that ctx_swap takes down, with the register that
// ctx_start calls through holding the entry.
#include "port/ctx.h"

#include <string.h>

#if defined(__x86_64__)
enum { FRAME_WORDS = 7, ENTRY_WORD = 4, FP_WORD = 5, RESUME_WORD = 6 };
#elif defined(__aarch64__)
enum { FRAME_WORDS = 20, ENTRY_WORD = 0, FP_WORD = 10, RESUME_WORD = 11 };
#else
#error "ctx_make: no switch known for this architecture"
#endif

void ctx_make(struct ctx *c, void *low, size_t size, void (*entry)(void))
{
	char *top = (char *)low + size;
	uintptr_t frame[FRAME_WORDS];

#ifdef CTX_ASAN
	__asan_unpoison_memory_region(low, size);
	c->low = low;
	c->size = size;
#endif
#ifdef CTX_FIBERS
	if (!c->fiber.raw)
		c->fiber.raw = __tsan_create_fiber(0);
#endif
	memset(frame, 0, sizeof frame);
	frame[ENTRY_WORD] = (uintptr_t)entry;
	frame[RESUME_WORD] = (uintptr_t)ctx_start;
	c->sp = top - sizeof frame;
	memcpy(c->sp, frame, sizeof frame);
}

CTX_UNCHECKED void ctx_where(const struct ctx *c, uintptr_t *pc, uintptr_t *fp)
{
	const uintptr_t *frame = c->sp;

	*pc = frame[RESUME_WORD];
	*fp = frame[FP_WORD];
}
