// stack.c - goroutine stacks: taken when a G first runs, given back at its end.
//
// A stack goes to the cache of the P that its G ends on, see base/depot.h. A
// cache is last in, first out: a million spawns touch a handful of warm stacks.
// Where there is none, one is cut from a slab, see slab.c.
//
// Sizes are powers of two, one class each; only the default class is cached
// per P. Stacks do not move and do not grow.
//
// What a burst of goroutines leaves behind is given back to the system, by
// sysmon: of the free stacks in a depot, those that nobody wanted for a second,
// but for WARM_BYTES of them. A few at a time, so that the monitor is never away
// for long: TRIM_BATCH cost it half a millisecond. What lies in the caches of Ps, two
// chains at most in each, stays warm.
//
// A race detector would take a goroutine for its predecessor on the same stack.
// Under it (RACE) a stack is mapped for one goroutine and unmapped at its end.
#include "sched/stack.h"

#include <string.h>

#include <errno.h>

#include "base/fatal.h"
#include "port/race.h"
#include "sched/sched.h"
#include "sched/slab.h"

#define TRIM_TICK UINT64_C(10000000) // between two batches

enum {
	TRIM_BATCH = 512,
	TRIM_WATCH = 100, // ticks for which a stack was not wanted
	WARM_BYTES = 1 << 24
};

static struct {
	unsigned default_class; // constant while a runtime runs
	struct depot free[STACK_CLASS_MAX + 1];
} pool;

// Of sysmon, which trims.
static struct {
	uint64_t next; // tick, in time
	unsigned ticks;
	uint32_t surplus[STACK_CLASS_MAX + 1]; // not wanted in the last watch
	bool refused;                          // the system takes nothing back
} trim;

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
	int err = slabs_open((enum dy_stack_guard)guard);

	if (err)
		return err;
	memset(&trim, 0, sizeof trim);
	pool.default_class = 0;
	pool.default_class = stack_class(default_size);
	return pool.default_class ? 0 : -EINVAL;
}

void stacks_close(void)
{
	slabs_close();
	for (unsigned class = 0; class <= STACK_CLASS_MAX; class ++)
		pool.free[class] = (struct depot){0};
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
	void *stack = RACE ? slab_map_alone(class) : get_free(m_p(mp), class);
	bool fresh = RACE;

	if (!stack && !RACE)
		stack = slab_cut(class, &fresh);
	if (fresh && stack)
		COUNT(mp, stacks_carved);
	else if (stack)
		COUNT(mp, stacks_reused);
	return stack;
}

static size_t frames_bytes(unsigned class)
{
	return class_size(class) - sizeof(struct stack_head);
}

void stack_check(const struct g *gp)
{
	if (!slab_overrun(gp->stack))
		return;
	say("runtime: goroutine %llu has run over its stack of %zu bytes, which has "
	    "no guard page (dy_config.stack_size, dy_go_stack)",
	    (unsigned long long)gp->id, stack_bytes(gp));
	fatal("stack overflow");
}

bool stack_get(struct m *mp, struct g *gp)
{
	void *stack;

	race_ignore_begin();
	stack = get(mp, gp->stack_class);
	if (stack) {
		gp->stack = stack;
		gp->unguarded = head_of(stack, gp->stack_class)->unguarded;
		ctx_make(&gp->ctx, stack, frames_bytes(gp->stack_class), g_main);
	}
	race_ignore_end();
	return stack != NULL;
}

// While goroutines wait for a stack, none is kept from them.
static bool is_cached(unsigned class)
{
	return class == pool.default_class &&
	       w32_load_rlx(&sched.nstackless) == 0;
}

void stack_abandon(struct g *gp)
{
	race_end(gp->ctx.fiber, &sched);
	ctx_discard(&gp->ctx);
	if (RACE && gp->stack)
		slab_unmap_alone(gp->stack, gp->stack_class);
	gp->stack = NULL;
}

// Up to n of those that wait for a stack try again.
static void try_again(uint32_t n)
{
	lock_acquire(&sched.lock);
	for (; n > 0 && sched.stackless.head; n--) {
		globq_put_locked(gqueue_pop(&sched.stackless));
		w32_add_ar(&sched.nstackless, (uint32_t)-1);
	}
	lock_release(&sched.lock);
}

void stack_put(struct m *mp, struct g *gp)
{
	unsigned class = gp->stack_class;
	struct free_link *o = link_of(gp->stack, class);

	stack_abandon(gp);
	if (RACE)
		try_again(1);
	else if (is_cached(class))
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
	return gp->stack && slab_overflowed(gp->stack, addr);
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
	try_again(w32_load_rlx(&d->count));
}

//---------------------------------------------------------------------------
// Trimming
//---------------------------------------------------------------------------

static uint32_t warm(unsigned class)
{
	return (uint32_t)(WARM_BYTES >> class);
}

bool stacks_to_trim(void)
{
	for (unsigned class = STACK_CLASS_MIN; class <= STACK_CLASS_MAX;
	     class ++) {
		if (w32_load_rlx(&pool.free[class].count) > warm(class))
			return !trim.refused;
	}
	return false;
}

// False: there was none, or the system did not want it.
static bool trim_one(struct m *mp, unsigned class)
{
	struct depot *d = &pool.free[class];
	struct free_link *o = depot_take_loose(d);

	if (!o)
		return false;
	if (!slab_empty(of_link(o, class), class)) {
		depot_put_loose(d, o);
		trim.refused = true;
		return false;
	}
	COUNT(mp, stacks_trimmed);
	return true;
}

// Returns how many of n it was.
static uint32_t trim_class(struct m *mp, unsigned class, uint32_t n)
{
	uint32_t done = 0;

	while (done < n && trim.surplus[class] > 0 && trim_one(mp, class)) {
		trim.surplus[class]--;
		done++;
	}
	return done;
}

static void next_watch(unsigned class)
{
	struct depot *d = &pool.free[class];
	uint32_t low = w32_load_rlx(&d->low);

	trim.surplus[class] = low > warm(class) ? low - warm(class) : 0;
	depot_watch(d);
}

void stacks_trim(struct m *mp, uint64_t now)
{
	bool watched = trim.ticks % TRIM_WATCH == 0;
	uint32_t n = TRIM_BATCH;

	if (trim.refused || now < trim.next)
		return;
	trim.next = now + TRIM_TICK;
	trim.ticks++;
	for (unsigned class = STACK_CLASS_MIN; class <= STACK_CLASS_MAX;
	     class ++) {
		if (watched)
			next_watch(class);
		n -= trim_class(mp, class, n);
	}
}
