// slab.c - the memory that stacks are cut from, and what guards them.
//
//	slab     | guard | stack ............ | guard | stack ............ | ...
//	                 ^ g->stack            ^ stack_top: frames grow down
//
// The topmost words of a stack, the warmest that it has, link the free ones and
// say what it is.
//
// Guards: by madvise they cost no mapping. By mprotect each costs two, and
// vm.max_map_count is 65530 by default, so from GUARD_MAPPINGS_MAX on there are
// none, which is said once; such a stack has a canary in the word below it,
// looked at whenever its goroutine stops running. DY_GUARD_ALWAYS refuses
// instead.
#include "sched/slab.h"

#include <errno.h>

#include "base/fatal.h"
#include "port/port.h"

enum { SLAB_BYTES = 1 << 26, GUARD_MAPPINGS_MAX = 30000 };

#define CANARY UINT64_C(0x5afe57ac4c0de5af)

struct slab {
	struct slab *next;
	char *base;
	size_t size, used;
};

static struct {
	// Constant while a runtime runs.
	size_t page;
	enum dy_stack_guard want;
	enum port_guard how;

	struct dy_w32 lock; // of what follows
	struct slab *slabs[STACK_CLASS_MAX + 1];
	size_t guarded;
	bool said;
} pool;

int slabs_open(enum dy_stack_guard want)
{
	pool.page = port_page_size();
	pool.want = want;
	pool.how = want == DY_GUARD_NEVER ? PORT_GUARD_NONE : port_guard_probe();
	pool.guarded = 0;
	pool.said = false;
	if (want == DY_GUARD_ALWAYS && pool.how == PORT_GUARD_NONE)
		return -ENOTSUP;
	return 0;
}

void slabs_close(void)
{
	for (unsigned class = 0; class <= STACK_CLASS_MAX; class ++) {
		for (struct slab *s = pool.slabs[class]; s;) {
			struct slab *next = s->next;

			port_unmap(s->base, s->size);
			port_unmap(s, pool.page);
			s = next;
		}
		pool.slabs[class] = NULL;
	}
}

static struct slab *slab_with_room_locked(unsigned class, size_t need)
{
	struct slab *s = pool.slabs[class];

	if (s && s->used + need <= s->size)
		return s;
	s = port_map(pool.page);
	if (!s)
		return NULL;
	s->size = need > SLAB_BYTES ? need : SLAB_BYTES;
	s->base = port_map(s->size);
	if (!s->base) {
		port_unmap(s, pool.page);
		return NULL;
	}
	s->next = pool.slabs[class];
	pool.slabs[class] = s;
	return s;
}

static bool guard_locked(char *page)
{
	if (pool.how == PORT_GUARD_NONE ||
	    (pool.how == PORT_GUARD_MPROTECT &&
	     pool.guarded >= GUARD_MAPPINGS_MAX) ||
	    port_guard_set(pool.how, page, pool.page) != 0)
		return false;
	pool.guarded++;
	return true;
}

static uint64_t *canary_of(void *stack)
{
	return (uint64_t *)stack - 1;
}

// False: a guard is required, and there is none.
static bool protect_locked(void *stack, unsigned class)
{
	bool guarded = pool.want != DY_GUARD_NEVER &&
	               guard_locked((char *)stack - pool.page);

	if (!guarded && pool.want == DY_GUARD_ALWAYS)
		return false;
	if (guarded || pool.want == DY_GUARD_NEVER)
		return true;
	head_of(stack, class)->unguarded = true;
	*canary_of(stack) = CANARY;
	if (!pool.said)
		say("dyno: no guard page under stacks after %zu of them (vm.max_map_count), "
		    "a canary instead; --stack-guard=always refuses",
		    pool.guarded);
	pool.said = true;
	return true;
}

static void *cut_locked(unsigned class, struct slab **from)
{
	size_t need = pool.page + class_size(class);
	struct slab *s = slab_with_room_locked(class, need);
	char *stack;

	if (!s)
		return NULL;
	stack = s->base + s->used + pool.page;
	if (!protect_locked(stack, class))
		return NULL;
	s->used += need;
	*from = s;
	return stack;
}

// The first touch of the stack, which the kernel takes its time over, is made
// without the lock.
void *slab_cut(unsigned class)
{
	struct slab *s;
	void *stack;

	lock_acquire(&pool.lock);
	stack = cut_locked(class, &s);
	lock_release(&pool.lock);
	if (stack)
		head_of(stack, class)->slab = s;
	return stack;
}

bool slab_overflowed(const void *stack, uintptr_t addr)
{
	uintptr_t low = (uintptr_t)stack;

	return addr < low && addr >= low - pool.page;
}

bool slab_overrun(const void *stack)
{
	return *((const uint64_t *)stack - 1) != CANARY;
}
