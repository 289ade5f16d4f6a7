// sched.c - the scheduler's loop, and the switch from goroutine to goroutine.
//
// A goroutine that stops running (yield, park, preemption, exit) leaves in one
// of two ways. If another is at hand in Go's order, the M switches straight to
// it; else to g0, the M's own stack, which looks further and may sleep. Either
// way the one that was left is published only after its registers are saved:
// leave() stores a post action in the M, and whoever runs next on this M, a
// fresh goroutine included, performs it first thing in finish_switch. Publishing
// before the switch would let another M run a goroutine that still stands on
// its stack.
//
// Nothing of the left goroutine is touched after its post action has published
// it. Nothing that may sleep happens before: the goroutine may hold a channel's
// lock until its post action releases it.
//
// After a switch the M may be another one: port_m() is read again.
#include "sched/sched.h"

#include "base/fatal.h"
#include "sched/keyq.h"
#include "sched/latency.h"
#include "sched/netpoll.h"
#include "sched/park.h"
#include "sched/place.h"
#include "sched/stack.h"

struct sched sched;

void finish_switch(bool fresh)
{
	struct m *mp = port_m();
	struct g *gp = m_cur(mp);
	post_fn post = mp->post;

	ctx_arrived(gp ? &gp->ctx : &mp->g0, fresh);
	if (post) {
		mp->post = NULL;
		post(mp, mp->post_g);
	}
}

// execute makes gp the current goroutine of the M. A new time slice begins,
// unless gp came out of runnext: it then lives on its predecessor's.
static inline void execute(struct m *mp, struct g *gp, bool inherit)
{
	struct p *pp = m_p(mp);

	latency_end(pp, gp);
	place_ran(gp, pp);
	keyq_began(mp);
	w32_store_own(&gp->status, G_RUNNING);
	gp->reason = WAIT_NONE;
	if (!inherit)
		w32_add_own(&pp->schedtick, 1);
	if (w32_load_own(&mp->preempt) != 0)
		w32_store_own(&mp->preempt, 0);
	wptr_store_rel(&mp->cur, gp);
	COUNT(mp, switches);
}

// The goroutine that Go's order runs next, if finding it takes neither a sleep
// nor the machine. NULL: g0 must search.
static struct g *at_hand(struct m *mp, struct p *pp, bool may_lock, bool *inherit)
{
	if (sched_stopping() || p_surplus(pp) || timers_due(pp))
		return NULL;
	if (globq_due(pp)) {
		struct g *gp = may_lock ? globq_get(pp, 1) : NULL;

		*inherit = false;
		return gp;
	}
	struct g *gp = runq_get(mp, pp, inherit);

	if (gp || !may_lock || !globq_any())
		return gp;
	*inherit = false;
	return globq_get(pp, 0);
}

// A goroutine for which there is no stack waits for one; g0 will find another.
static bool give_stack(struct m *mp, struct g *gp)
{
	if (gp->stack || stack_get(mp, gp))
		return true;
	stack_await(gp);
	return false;
}

// A goroutine that is tied to another M is handed to that from g0.
static bool may_switch_to(struct m *mp, struct g *next)
{
	if (next->locked) {
		mp->pending = next;
		return false;
	}
	return give_stack(mp, next);
}

static void switch_to_g0(struct m *mp, struct g *gp, post_fn post)
{
	mp->post = post;
	mp->post_g = gp;
	wptr_store_rel(&mp->cur, NULL);
	ctx_leaving(&gp->ctx, &mp->g0, false);
	ctx_swap(&gp->ctx, &mp->g0);
}

static inline void switch_to(struct m *mp, struct g *gp, struct g *next,
                             bool inherit, post_fn post)
{
	mp->post = post;
	mp->post_g = gp;
	execute(mp, next, inherit);
	COUNT(mp, direct_switches);
	ctx_leaving(&gp->ctx, &next->ctx, false);
	ctx_swap(&gp->ctx, &next->ctx);
}

// A next without a stack waits for one, and g0 searches.
void leave_to(struct g *next, post_fn post)
{
	struct m *mp = port_m();
	struct g *gp = m_cur(mp);

	keyq_ended(mp, gp);
	if (gp->unguarded)
		stack_check(gp);
	if (give_stack(mp, next))
		switch_to(mp, gp, next, false, post);
	else
		switch_to_g0(mp, gp, post);
	finish_switch(false);
}

void leave(post_fn post, bool may_lock)
{
	struct m *mp = port_m();
	struct p *pp = m_p(mp);
	struct g *gp = m_cur(mp), *next = NULL;
	bool inherit = false;

	keyq_ended(mp, gp);
	if (gp->unguarded)
		stack_check(gp);
	if (pp && !gp->locked)
		next = at_hand(mp, pp, may_lock, &inherit);
	if (next && !may_switch_to(mp, next))
		next = NULL;
	if (next)
		switch_to(mp, gp, next, inherit, post);
	else
		switch_to_g0(mp, gp, post);
	finish_switch(false);
}

struct g *take_next(struct m *mp, bool may_lock)
{
	bool inherit = false;
	struct g *next = at_hand(mp, m_p(mp), may_lock, &inherit);

	if (next && next->locked) {
		mp->pending = next;
		next = NULL;
	}
	if (next) {
		execute(mp, next, inherit);
		COUNT(mp, direct_switches);
	}
	return next;
}

static struct g *next_for(struct m *mp, bool *inherit)
{
	struct g *gp = mp->pending;

	*inherit = false;
	if (mp->locked_g)
		return lockm_wait(mp);
	mp->pending = NULL;
	return gp && !sched_stopping() ? gp : find_runnable(mp, inherit);
}

void schedule(struct m *mp)
{
	while (!mp->dying) {
		bool inherit;
		struct g *gp = next_for(mp, &inherit);

		if (!gp)
			return;
		if (gp->locked && gp->locked_m != mp) {
			lockm_hand_over(mp, gp);
			continue;
		}
		if (!give_stack(mp, gp))
			continue;
		execute(mp, gp, inherit);
		ctx_leaving(&mp->g0, &gp->ctx, false);
		ctx_swap(&mp->g0, &gp->ctx);
		finish_switch(false);
	}
}
