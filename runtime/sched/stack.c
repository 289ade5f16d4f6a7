// stack.c - goroutine stacks: carved from slabs, guarded, cached per P.
//
//	slab     | guard | stack ............ | guard | stack ............ | ...
//	                 ^ g->stack            ^ stack_top: frames grow down
//
// A G gets its stack when it first runs and returns it at its end to the cache
// of the P that it ends on, see base/depot.h. A cache is last in, first out: a
// million spawns touch a handful of warm stacks.
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

enum { SLAB_BYTES = 1 << 26, GUARD_MAPPINGS_MAX = 30000 };

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

	struct depot free[STACK_CLASS_MAX + 1];

	struct dy_w32 lock; // of what follows
	struct slab *slabs[STACK_CLASS_MAX + 1];
	size_t guarded;
	bool said;
} pool;

// What lies above the first frame of each stack: nothing of the goroutine's.
struct stack_head {
	_Alignas(16) struct free_link free; // as the frames below it want to be
	bool unguarded; // it was carved without a guard page
};

static size_t class_size(unsigned class)
{
	return (size_t)1 << class;
}

static struct stack_head *head_of(void *stack, unsigned class)
{
	return (struct stack_head *)((char *)stack + class_size(class)) - 1;
}

static struct free_link *link_of(void *stack, unsigned class)
{
#ifdef CTX_ASAN
	__asan_unpoison_memory_region(stack, class_size(class));
#endif
	return &head_of(stack, class)->free;
}

static void *of_link(struct free_link *o, unsigned class)
{
	char *head = (char *)o - offsetof(struct stack_head, free);

	return o ? head + sizeof(struct stack_head) - class_size(class) : NULL;
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
		pool.free[class] = (struct depot){0};
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

static void *carve_locked(unsigned class)
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
	return stack;
}

static void *carve(struct m *mp, unsigned class)
{
	void *stack;

	lock_acquire(&pool.lock);
	stack = carve_locked(class);
	lock_release(&pool.lock);
	if (stack)
		COUNT(mp, stacks_carved);
	return stack;
}

// A free stack, from the P's cache if it is of the size that caches hold.
static void *get_free(struct p *pp, unsigned class)
{
	struct depot *d = &pool.free[class];

	return of_link(class == pool.default_class ? cache_get(&pp->stacks, d)
	                                           : depot_take_loose(d),
	               class);
}

static void *get(struct m *mp, unsigned class)
{
	void *stack = get_free(m_p(mp), class);

	if (!stack)
		return carve(mp, class);
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
	void *stack = get(mp, gp->stack_class);

	if (!stack)
		return false;
	gp->stack = stack;
	gp->unguarded = head_of(stack, gp->stack_class)->unguarded;
	ctx_make(&gp->ctx, stack, frames_bytes(gp->stack_class), g_main);
	return true;
}

// While goroutines wait for a stack, none is kept from them.
static bool is_cached(unsigned class)
{
	return class == pool.default_class &&
	       w32_load_rlx(&sched.nstackless) == 0;
}

void stack_put(struct m *mp, struct g *gp)
{
	unsigned class = gp->stack_class;
	struct free_link *o = link_of(gp->stack, class);

	gp->stack = NULL;
	ctx_discard(&gp->ctx);
	if (is_cached(class))
		cache_put(&m_p(mp)->stacks, &pool.free[class], o);
	else
		depot_put_loose(&pool.free[class], o);
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
	struct depot *d = &pool.free[pool.default_class];

	cache_empty(&pp->stacks, d);
	lock_acquire(&sched.lock);
	for (uint32_t n = w32_load_rlx(&d->count);
	     n > 0 && sched.stackless.head; n--) {
		globq_put_locked(gqueue_pop(&sched.stackless));
		w32_add_ar(&sched.nstackless, (uint32_t)-1);
	}
	lock_release(&sched.lock);
}
