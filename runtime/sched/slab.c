// slab.c - the memory that stacks are cut from, and what guards them.
//
//	slab     | guard | stack ............ | guard | stack ............ | ...
//	                 ^ g->stack            ^ stack_top: frames grow down
//
// The topmost words of a stack, the warmest that it has, link the free ones and
// say what it is. An empty stack, whose memory was given back, has no such words:
// its slab has a bit for it, and another that says whether it is guarded.
//
// Memory goes back by MADV_DONTNEED: at once, so that a container's limit and
// whoever looks at the process see it. MADV_FREE is cheaper, and leaves it in the
// process until the machine runs short. The page tables stay, one page of them
// per 2 MiB; rejected: to unmap slabs whose stacks are all empty, which one warm
// stack in a thousand prevents.
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
#include "port/valgrind.h"

enum {
	SLAB_BYTES = 1 << 26,
	SLAB_STACKS = SLAB_BYTES >> STACK_CLASS_MIN,
	GUARD_MAPPINGS_MAX = 30000
};

#define CANARY UINT64_C(0x5afe57ac4c0de5af)

// A set of stacks of a slab, by their place.
struct places {
	uint64_t bits[SLAB_STACKS / 64];
};

struct slab {
	struct slab *next;
	struct slab *next_empty; // on the list of those with empty stacks
	char *base;
	size_t size, used;
	uint32_t n_empty;
	struct places empty, unguarded;
	unsigned valgrind_id[SLAB_STACKS]; // touched under valgrind alone
};

static struct {
	// Constant while a runtime runs.
	size_t page;
	enum dy_stack_guard want;
	enum port_guard how;

	struct dy_w32 lock; // of what follows
	struct slab *slabs[STACK_CLASS_MAX + 1];
	struct slab *with_empty[STACK_CLASS_MAX + 1];
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

static size_t stride(unsigned class)
{
	return pool.page + class_size(class);
}

static uint32_t place_of(const struct slab *s, const void *stack, unsigned class)
{
	return (uint32_t)((size_t)((const char *)stack - s->base) / stride(class));
}

static void own(struct slab *s, const char *stack, unsigned class)
{
	unsigned id = valgrind_stack(stack, class_size(class));

	if (id)
		s->valgrind_id[place_of(s, stack, class)] = id;
}

static void disown(const struct slab *s, unsigned class)
{
	size_t n = s->used / stride(class);

	for (size_t i = 0; valgrind_is_there() && i < n; i++)
		valgrind_no_stack(s->valgrind_id[i]);
}

void slabs_close(void)
{
	for (unsigned class = 0; class <= STACK_CLASS_MAX; class ++) {
		for (struct slab *s = pool.slabs[class]; s;) {
			struct slab *next = s->next;

			disown(s, class);
			port_unmap(s->base, s->size);
			port_unmap(s, sizeof *s);
			s = next;
		}
		pool.slabs[class] = NULL;
		pool.with_empty[class] = NULL;
	}
}

static struct slab *slab_with_room_locked(unsigned class, size_t need)
{
	struct slab *s = pool.slabs[class];

	if (s && s->used + need <= s->size)
		return s;
	s = port_map(sizeof *s);
	if (!s)
		return NULL;
	s->size = need > SLAB_BYTES ? need : SLAB_BYTES;
	s->base = port_map(s->size);
	if (!s->base) {
		port_unmap(s, sizeof *s);
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
static bool protect_locked(void *stack, bool *unguarded)
{
	bool guarded = pool.want != DY_GUARD_NEVER &&
	               guard_locked((char *)stack - pool.page);

	if (!guarded && pool.want == DY_GUARD_ALWAYS)
		return false;
	if (guarded || pool.want == DY_GUARD_NEVER)
		return true;
	*unguarded = true;
	*canary_of(stack) = CANARY;
	if (!pool.said)
		say("dyno: no guard page under stacks after %zu of them (vm.max_map_count), "
		    "a canary instead; --stack-guard=always refuses",
		    pool.guarded);
	pool.said = true;
	return true;
}

static void *cut_locked(unsigned class, struct slab **from, bool *unguarded)
{
	size_t need = stride(class);
	struct slab *s = slab_with_room_locked(class, need);
	char *stack;

	if (!s)
		return NULL;
	stack = s->base + s->used + pool.page;
	if (!protect_locked(stack, unguarded))
		return NULL;
	s->used += need;
	*from = s;
	return stack;
}

//---------------------------------------------------------------------------
// Empty stacks
//---------------------------------------------------------------------------

static bool has(const struct places *set, uint32_t i)
{
	return set->bits[i / 64] >> i % 64 & 1;
}

static void put(struct places *set, uint32_t i, bool in)
{
	uint64_t bit = UINT64_C(1) << i % 64;

	set->bits[i / 64] = (set->bits[i / 64] & ~bit) | (in ? bit : 0);
}

// The set is not empty.
static uint32_t first_of(const struct places *set)
{
	uint32_t word = 0;

	while (set->bits[word] == 0)
		word++;
	return word * 64 + (uint32_t)__builtin_ctzll(set->bits[word]);
}

static void *take_empty_locked(unsigned class, struct slab **from, bool *unguarded)
{
	struct slab *s = pool.with_empty[class];
	uint32_t i;

	if (!s)
		return NULL;
	i = first_of(&s->empty);
	put(&s->empty, i, false);
	if (--s->n_empty == 0)
		pool.with_empty[class] = s->next_empty;
	*from = s;
	*unguarded = has(&s->unguarded, i);
	return s->base + i * stride(class) + pool.page;
}

static void put_empty_locked(struct slab *s, void *stack, unsigned class,
                             bool unguarded)
{
	uint32_t i = place_of(s, stack, class);

	put(&s->empty, i, true);
	put(&s->unguarded, i, unguarded);
	if (s->n_empty++ == 0) {
		s->next_empty = pool.with_empty[class];
		pool.with_empty[class] = s;
	}
}

bool slab_empty(void *stack, unsigned class)
{
	struct stack_head head = *head_of(stack, class);

	if (port_forget(stack, class_size(class)) != 0)
		return false;
	lock_acquire(&pool.lock);
	put_empty_locked(head.slab, stack, class, head.unguarded);
	lock_release(&pool.lock);
	return true;
}

// The first touch of an empty stack, which the kernel takes its time over, is
// made without the lock.
void *slab_cut(unsigned class, bool *fresh)
{
	struct stack_head *head;
	struct slab *s;
	bool unguarded = false;
	void *stack;

	lock_acquire(&pool.lock);
	stack = take_empty_locked(class, &s, &unguarded);
	*fresh = !stack;
	if (!stack)
		stack = cut_locked(class, &s, &unguarded);
	lock_release(&pool.lock);
	if (!stack)
		return NULL;
	if (*fresh)
		own(s, stack, class);
	head = head_of(stack, class);
	head->slab = s;
	head->unguarded = unguarded;
	return stack;
}

//---------------------------------------------------------------------------
// Under a race detector
//---------------------------------------------------------------------------

void *slab_map_alone(unsigned class)
{
	size_t size = pool.page + class_size(class);
	bool unguarded = false, safe;
	char *base = port_map(size);

	if (!base)
		return NULL;
	lock_acquire(&pool.lock);
	safe = protect_locked(base + pool.page, &unguarded);
	lock_release(&pool.lock);
	if (!safe) {
		port_unmap(base, size);
		return NULL;
	}
	head_of(base + pool.page, class)->unguarded = unguarded;
	return base + pool.page;
}

void slab_unmap_alone(void *stack, unsigned class)
{
	lock_acquire(&pool.lock);
	if (pool.want != DY_GUARD_NEVER && !head_of(stack, class)->unguarded)
		pool.guarded--;
	lock_release(&pool.lock);
	port_unmap((char *)stack - pool.page, pool.page + class_size(class));
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
