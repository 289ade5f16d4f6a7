// spawn.c - the beginning and the end of a goroutine.
//
// A spawn takes a record and queues it; the stack comes with the first run. At
// its end a goroutine looks for the next one: if that has not run yet and wants
// a stack of the same size, it inherits this one in place, and the loop in
// g_main simply goes round. Otherwise the stack goes back to the cache in the
// post action, when nobody stands on it.
#include <stdio.h>

#include "base/fatal.h"
#include "port/race.h"
#include "sched/keyq.h"
#include "sched/latency.h"
#include "sched/place.h"
#include "sched/stack.h"

enum { ID_BATCH = 16 };

// Ids come in batches per P, as Go's do: unique, not ordered by creation.
static uint64_t next_id(struct p *pp)
{
	if (pp->next_id == pp->end_id) {
		pp->end_id = w64_add_ar(&sched.next_goid, ID_BATCH);
		pp->next_id = pp->end_id - ID_BATCH;
	}
	return ++pp->next_id;
}

// The race detector calls it as we do.
static struct ctx_fiber named_fiber(uint64_t id)
{
	char name[32];

	snprintf(name, sizeof name, "goroutine %llu", (unsigned long long)id);
	return race_spawn(name);
}

static inline struct g *make(struct m *mp, dy_fn fn, void *arg, unsigned class,
                             uint64_t size, void *caller)
{
	struct p *pp = m_p(mp);
	struct g *gp = pp ? g_alloc(pp) : g_alloc_foreign();

	gp->fn = fn;
	gp->arg = arg;
	gp->stack_class = (uint16_t) class;
	gp->id = pp ? next_id(pp) : w64_add_ar(&sched.next_goid, ID_BATCH);
	gp->created_by = caller;
	gp->ran = 0;
	gp->size = size;
	if (RACE)
		gp->ctx.fiber = named_fiber(gp->id);
	latency_begin(mp, gp);
	w32_store_rel(&gp->status, G_RUNNABLE);
	return gp;
}

// Polls first: the child would inherit the slice of a spawner that gives way after it,
// and a chain of spawners could keep a P for good.
static void spawn(dy_fn fn, void *arg, unsigned class, uint64_t size, void *caller)
{
	struct m *mp = port_m();

	if (!mp)
		fatal("dy_go: neither a goroutine nor a thread that has entered");
	preempt_poll();
	mp = port_m(); // maybe another one
	COUNT(mp, spawns);
	place_new(mp, make(mp, fn, arg, class, size, caller));
}

void dy_go(dy_fn fn, void *arg)
{
	RACE_FRAME;

	spawn(fn, arg, stack_class(0), 0, __builtin_return_address(0));
}

void dy_go_sized(dy_fn fn, void *arg, uint64_t size)
{
	RACE_FRAME;

	spawn(fn, arg, stack_class(0), size, __builtin_return_address(0));
}

void dy_go_stack(dy_fn fn, void *arg, size_t stack_size)
{
	RACE_FRAME;
	unsigned class = stack_class(stack_size);

	if (!class)
		fatal("dy_go_stack: %zu bytes is more than a stack can have (1 GiB)",
		      stack_size);
	spawn(fn, arg, class, 0, __builtin_return_address(0));
}

static void bury(struct m *mp, struct g *gp)
{
	w32_store_rel(&gp->status, G_DEAD);
	g_free(m_p(mp), gp);
}

static void post_dead(struct m *mp, struct g *gp)
{
	if (gp->locked) {
		lockm_part(mp, gp);
		mp->dying = mp->id != 0;
	}
	stack_put(mp, gp);
	bury(mp, gp);
}

static bool can_inherit(const struct g *from, const struct g *to)
{
	return CTX_CAN_INHERIT && !to->stack &&
	       to->stack_class == from->stack_class;
}

static void switch_dead(struct m *mp, struct g *gp, struct g *next)
{
	mp->post = post_dead;
	mp->post_g = gp;
	if (next && !next->stack && !stack_get(mp, next)) {
		stack_await(next);
		next = NULL;
	}
	if (!next)
		wptr_store_rel(&mp->cur, NULL);
	ctx_leaving(&gp->ctx, next ? &next->ctx : &mp->g0, true);
	ctx_swap(&gp->ctx, next ? &next->ctx : &mp->g0);
	dy_throw("g_end: a dead goroutine was run");
}

void g_end(void)
{
	struct m *mp = port_m();
	struct g *gp = m_cur(mp), *next;

	COUNT(mp, exits);
	keyq_ended(mp, gp);
	if (gp->unguarded)
		stack_check(gp);
	next = gp->locked ? NULL : take_next(mp, true);
	if (!next || !can_inherit(gp, next))
		switch_dead(mp, gp, next);
	stack_inherit(mp, gp, next);
	bury(mp, gp);
}

static _Noreturn void run_on_this_stack(void)
{
	for (;;) {
		struct g *gp = m_cur(port_m());

		gp->fn(gp->arg);
		g_end();
	}
}

void g_main(void)
{
	finish_switch(true);
	run_on_this_stack();
}

// The stack of a goroutine that ends deep inside is unwound by starting over
// at its top.
static void go_on_after_exit(void)
{
	g_end();
	run_on_this_stack();
}

void dy_exit(void)
{
	ctx_restart(stack_top(m_cur(port_m())), go_on_after_exit);
}
