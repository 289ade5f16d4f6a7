// ctx.h - what is kept of a computation while it does not run, and the switch.
//
// A context is a stack pointer; the registers that a call preserves lie on the
// stack under it. MXCSR and the x87 control word, or FPCR, are not switched: a
// goroutine that changes the rounding mode changes it for whoever runs next on
// its M.
//
// The switch ends in an indirect jump, not in a return: the processor predicts
// a return to the last call, which a switch makes wrong every time (7.9 ns
// against 3.4 where this was written).
//
// The sanitizers shadow the stack and must be told of each switch. Who leaves
// calls ctx_leaving just before ctx_swap, who arrives calls ctx_arrived first
// thing; a fresh context arrives too.
#ifndef PORT_CTX_H
#define PORT_CTX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__)
#define CTX_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define CTX_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define CTX_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define CTX_TSAN 1
#endif

// ThreadSanitizer knows each computation as a fiber. Where the runtime itself is
// instrumented, to be tested, a switch orders what was before it and what comes
// after; where only its user's code is (port/race.h), it orders nothing.
#if defined(CTX_TSAN) && defined(DYNO_RACE)
#error "DYNO_RACE: the library that announces its edges must not be instrumented"
#elif defined(CTX_TSAN)
#define CTX_FIBERS 1
enum { CTX_FIBER_SWITCH = 0 };
#elif defined(DYNO_RACE)
#define CTX_FIBERS 1
enum { CTX_FIBER_SWITCH = 1 };
#endif

// For code that looks at stacks which others may be writing.
#define CTX_UNCHECKED \
	__attribute__((no_sanitize("address"), no_sanitize("thread")))

// A computation's name with ThreadSanitizer; nothing in other builds.
struct ctx_fiber {
#ifdef CTX_FIBERS
	void *raw;
#endif
};

struct ctx {
	void *sp;
#ifdef CTX_ASAN
	void *fake;      // AddressSanitizer's fake stack while switched out
	const void *low; // the stack's lowest address and its size
	size_t size;
#endif
	struct ctx_fiber fiber;
};

// ctx_swap saves the caller in *from and continues *to. It returns when
// something swaps back to *from, maybe on another thread.
void ctx_swap(struct ctx *from, const struct ctx *to);

// ctx_restart drops everything on the current stack and calls entry with top
// as the end of the stack. entry must not return.
_Noreturn void ctx_restart(void *top, void (*entry)(void));

// ctx_call_on calls fn(arg) with sp, 16-aligned, as the end of its stack, and
// returns to the caller's own when fn does.
void ctx_call_on(void *sp, void (*fn)(void *arg), void *arg);

// Where a fresh context begins: it jumps to the address that ctx_make left.
void ctx_start(void);

// ctx_make lays out a fresh context on the stack [low, low + size): the first
// swap to it calls entry, which must not return. The stack is 16-aligned.
void ctx_make(struct ctx *c, void *low, size_t size, void (*entry)(void));

// ctx_where reads where a context that is switched out will go on, and its
// frame pointer: the chain of frames starts there.
void ctx_where(const struct ctx *c, uintptr_t *pc, uintptr_t *fp);

// ctx_code is the address in a return address that code on a stack may have
// signed (-mbranch-protection on aarch64).
static inline uintptr_t ctx_code(uintptr_t pc)
{
#if defined(__aarch64__)
	register uintptr_t x30 __asm__("x30") = pc;

	__asm__("hint #7" : "+r"(x30)); // xpaclri
	return x30;
#else
	return pc;
#endif
}

#ifdef CTX_ASAN
void __sanitizer_start_switch_fiber(void **save, const void *bottom, size_t size);
void __sanitizer_finish_switch_fiber(void *save, const void **bottom_old,
                                     size_t *size_old);
void __asan_unpoison_memory_region(void const volatile *addr, size_t size);
#endif
#ifdef CTX_FIBERS
void *__tsan_get_current_fiber(void);
void *__tsan_create_fiber(unsigned flags);
void __tsan_destroy_fiber(void *fiber);
void __tsan_switch_to_fiber(void *fiber, unsigned flags);
#endif

// A goroutine must not pass its fiber on to the next: the race detector would
// see them as one thread.
#ifdef CTX_FIBERS
enum { CTX_CAN_INHERIT = false };
#else
enum { CTX_CAN_INHERIT = true };
#endif

// ctx_adopt makes *c stand for the calling thread's own stack, its g0.
static inline void ctx_adopt(struct ctx *c, const void *low, size_t size)
{
	(void)c, (void)low, (void)size;
#ifdef CTX_ASAN
	c->low = low;
	c->size = size;
#endif
#ifdef CTX_FIBERS
	c->fiber.raw = __tsan_get_current_fiber();
#endif
}

// ctx_leaving announces the switch from *from to *to; dying: *from never
// comes back. Always inline: a call of its own would be entered on one fiber's
// shadow stack and left on another's.
__attribute__((always_inline)) static inline void ctx_leaving(struct ctx *from,
                                                              const struct ctx *to,
                                                              bool dying)
{
	(void)from, (void)to, (void)dying;
#ifdef CTX_ASAN
	__sanitizer_start_switch_fiber(dying ? NULL : &from->fake, to->low,
	                               to->size);
#endif
#ifdef CTX_FIBERS
	__tsan_switch_to_fiber(to->fiber.raw, CTX_FIBER_SWITCH);
#endif
}

// ctx_arrived completes the switch to *c; fresh: *c runs for the first time.
static inline void ctx_arrived(struct ctx *c, bool fresh)
{
	(void)c, (void)fresh;
#ifdef CTX_ASAN
	__sanitizer_finish_switch_fiber(fresh ? NULL : c->fake, NULL, NULL);
#endif
}

// ctx_arrived_from is ctx_arrived where *from was left on a stack that only the
// sanitizer knows.
__attribute__((always_inline)) static inline void ctx_arrived_from(
	struct ctx *c, bool fresh, struct ctx *from)
{
	(void)c, (void)fresh, (void)from;
#ifdef CTX_ASAN
	__sanitizer_finish_switch_fiber(fresh ? NULL : c->fake, &from->low,
	                                &from->size);
#endif
}

// ctx_discard forgets a context that will not be switched to again.
static inline void ctx_discard(struct ctx *c)
{
	(void)c;
#ifdef CTX_FIBERS
	if (c->fiber.raw)
		__tsan_destroy_fiber(c->fiber.raw);
	c->fiber.raw = NULL;
#endif
}

#endif
