// stack.c - goroutine stacks: carved from slabs, guarded, cached per P.
//
//	slab     | guard | stack ............ | guard | stack ............ | ...
//	                 ^ g->stack            ^ stack_top: frames grow down
//
// A G gets its stack when it first runs and returns it at its end to the cache
// of the P that it ends on. The cache is last in, first out: a million spawns
// touch a handful of warm stacks. Each P also keeps a few stacks carved ahead,
// so that the lock of the slabs is taken once in a batch.
//
// Sizes are powers of two, one class each; only the default class is cached
// per P. Stacks do not move and do not grow.
//
// The topmost words of a stack, the warmest that it has, link the free ones and
// say whether it is guarded.
//
// Guards: by madvise they cost no mapping. By mprotect each costs two, and
// vm.max_map_count is 65530 by default, so from GUARD_MAPPINGS_MAX on there are
// none, which is said once; such a stack has a canary in the word below it,
// looked at whenever its goroutine stops running. DY_GUARD_ALWAYS refuses
// instead.
#include "sched/stack.h"

#include <errno.h>

#include "base/fatal.h"
#include "sched/sched.h"

enum {
	SLAB_BYTES = 1 << 26,
	P_CACHE_MAX = 64,
	BATCH = 16,
	GUARD_MAPPINGS_MAX = 30000
};

#define CANARY UINT64_C(0x5afe57ac4c0de5af)

struct slab {
	struct slab *next;
	char *base;
	size_t size, used;
};

static struct {
	// Constant while a runtime runs.
	unsigned default_class;
	size_t page;
	enum dy_stack_guard want;
	enum port_guard how;

	struct dy_w32 lock;
	struct slab *slabs[STACK_CLASS_MAX + 1];
	void *free[STACK_CLASS_MAX + 1];
	struct dy_w32 spare; // free ones of the default class; read without
	size_t guarded;
	bool said;
} pool;

// What lies above the first frame of each stack: nothing of the goroutine's.
struct stack_head {
	uint64_t unguarded; // it was carved without a guard page
	void *next;         // while free
};

static size_t class_size(unsigned class)
{
	return (size_t)1 << class;
}

static struct stack_head *head_of(void *stack, unsigned class)
{
	return (struct stack_head *)((char *)stack + class_size(class)) - 1;
}

static void *pop(void **list, unsigned class)
{
	void *stack = *list;

	if (stack)
		*list = head_of(stack, class)->next;
	return stack;
}

static void push(void **list, void *stack, unsigned class)
{
#ifdef CTX_ASAN
	__asan_unpoison_memory_region(stack, class_size(class));
#endif
	head_of(stack, class)->next = *list;
	*list = stack;
}

static void *pop_common_locked(unsigned class)
{
	void *stack = pop(&pool.free[class], class);

	if (stack && class == pool.default_class)
		w32_add_own(&pool.spare, (uint32_t)-1);
	return stack;
}

static void push_common_locked(void *stack, unsigned class)
{
	push(&pool.free[class], stack, class);
	if (class == pool.default_class)
		w32_add_own(&pool.spare, 1);
}

unsigned stack_class(size_t size)
{
	unsigned class = STACK_CLASS_MIN;

	if (size == 0)
		return pool.default_class;
	while (class <= STACK_CLASS_MAX && class_size(class) < size)
		class ++;
	return class <= STACK_CLASS_MAX ? class : 0;
}

int stacks_open(size_t default_size, int guard)
{
	pool.page = port_page_size();
	pool.want = (enum dy_stack_guard)guard;
	pool.how = guard == DY_GUARD_NEVER ? PORT_GUARD_NONE : port_guard_probe();
	pool.guarded = 0;
	pool.said = false;
	pool.default_class = 0;
	pool.default_class = stack_class(default_size);
	if (guard == DY_GUARD_ALWAYS && pool.how == PORT_GUARD_NONE)
		return -ENOTSUP;
	return pool.default_class ? 0 : -EINVAL;
}

const char *stacks_guard_name(void)
{
	static const char *const name[] = {"madvise", "mprotect", "none"};

	return name[pool.how];
}

void stacks_close(void)
{
	for (unsigned class = 0; class <= STACK_CLASS_MAX; class ++) {
		for (struct slab *s = pool.slabs[class]; s;) {
			struct slab *next = s->next;

			port_unmap(s->base, s->size);
			port_unmap(s, pool.page);
			s = next;
		}
		pool.slabs[class] = NULL;
		pool.free[class] = NULL;
	}
	w32_store_own(&pool.spare, 0);
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

static void *carve_locked(struct m *mp, unsigned class)
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
	COUNT(mp, stacks_carved);
	return stack;
}

static void *get_common(struct m *mp, unsigned class)
{
	void *stack;

	lock_acquire(&pool.lock);
	stack = pop_common_locked(class);
	if (stack)
		COUNT(mp, stacks_reused);
	else
		stack = carve_locked(mp, class);
	lock_release(&pool.lock);
	return stack;
}

// Takes what the common list has, for the P's cache.
static void refill(struct p *pp)
{
	unsigned class = pool.default_class;

	lock_acquire(&pool.lock);
	while (pp->nstacks < BATCH) {
		void *stack = pop_common_locked(class);

		if (!stack)
			break;
		push(&pp->stacks, stack, class);
		pp->nstacks++;
	}
	lock_release(&pool.lock);
}

static void *get_cached(struct m *mp, struct p *pp)
{
	void *stack;

	if (!pp->stacks && w32_load_rlx(&pool.spare) != 0)
		refill(pp);
	stack = pop(&pp->stacks, pool.default_class);
	if (!stack)
		return get_common(mp, pool.default_class);
	pp->nstacks--;
	COUNT(mp, stacks_reused);
	return stack;
}

static size_t frames_bytes(unsigned class)
{
	return class_size(class) - sizeof(struct stack_head);
}

void stack_check(const struct g *gp)
{
	if (*canary_of(gp->stack) == CANARY)
		return;
	say("runtime: goroutine %llu has run over its stack of %zu bytes, which has "
	    "no guard page (dy_config.stack_size, dy_go_stack)",
	    (unsigned long long)gp->id, stack_bytes(gp));
	fatal("stack overflow");
}

bool stack_get(struct m *mp, struct g *gp)
{
	void *stack;

	if (gp->stack_class == pool.default_class)
		stack = get_cached(mp, m_p(mp));
	else
		stack = get_common(mp, gp->stack_class);
	if (!stack)
		return false;
	gp->stack = stack;
	gp->unguarded = head_of(stack, gp->stack_class)->unguarded;
	ctx_make(&gp->ctx, stack, frames_bytes(gp->stack_class), g_main);
	return true;
}

static void put_common(void *stack, unsigned class)
{
	lock_acquire(&pool.lock);
	push_common_locked(stack, class);
	lock_release(&pool.lock);
}

// Half of a full cache goes to the common list.
static void spill(struct p *pp)
{
	unsigned class = pool.default_class;

	lock_acquire(&pool.lock);
	while (pp->nstacks > P_CACHE_MAX / 2) {
		push_common_locked(pop(&pp->stacks, class), class);
		pp->nstacks--;
	}
	lock_release(&pool.lock);
}

void stack_put(struct m *mp, struct g *gp)
{
	struct p *pp = m_p(mp);
	void *stack = gp->stack;

	gp->stack = NULL;
	ctx_discard(&gp->ctx);
	if (gp->stack_class != pool.default_class ||
	    w32_load_rlx(&sched.nstackless) != 0) {
		put_common(stack, gp->stack_class);
		return;
	}
	push(&pp->stacks, stack, pool.default_class);
	if (++pp->nstacks > P_CACHE_MAX)
		spill(pp);
}

void stack_inherit(struct m *mp, struct g *from, struct g *to)
{
	to->stack = from->stack;
	to->unguarded = from->unguarded;
	to->ctx = from->ctx;
	from->stack = NULL;
	COUNT(mp, stacks_inherited);
}

void *stack_top(const struct g *gp)
{
	return gp->stack + frames_bytes(gp->stack_class);
}

size_t stack_bytes(const struct g *gp)
{
	return class_size(gp->stack_class);
}

bool stack_overflowed(const struct g *gp, uintptr_t addr)
{
	uintptr_t low = (uintptr_t)gp->stack;

	return low && addr < low && addr >= low - pool.page;
}

bool stack_has_room(const struct g *gp, const void *sp, size_t room)
{
	const char *at = sp;

	return gp->stack && at <= gp->stack + class_size(gp->stack_class) &&
	       at > gp->stack && (size_t)(at - gp->stack) >= room;
}

void stack_await(struct g *gp)
{
	lock_acquire(&sched.lock);
	w32_store_own(&gp->status, G_RUNNABLE);
	gqueue_push(&sched.stackless, gp);
	w32_add_ar(&sched.nstackless, 1);
	lock_release(&sched.lock);
}

// One waiting G per stack that there is.
void stacks_rescue(struct p *pp)
{
	unsigned class = pool.default_class;
	void *stack;

	while ((stack = pop(&pp->stacks, class)))
		put_common(stack, class);
	pp->nstacks = 0;
	lock_acquire(&sched.lock);
	for (uint32_t n = w32_load_rlx(&pool.spare);
	     n > 0 && sched.stackless.head; n--) {
		globq_put_locked(gqueue_pop(&sched.stackless));
		w32_add_ar(&sched.nstackless, (uint32_t)-1);
	}
	lock_release(&sched.lock);
}
