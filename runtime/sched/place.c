// place.c - placement where a policy has a say.
//
// Go's rule is in place.h, inline: new and woken goroutines to runnext, all
// others to the tail of the global queue. A policy answers with one of five
// places; what is impossible becomes Go's: without a P there is only the global
// queue, and only a spawn by a goroutine that may leave its M can run the child
// first.
#include "sched/place.h"

#include "sched/inbox.h"
#include "sched/latency.h"

static enum dy_place go_place(enum dy_place_event why)
{
	return why == DY_NEW || why == DY_WOKEN ? DY_PLACE_RUNNEXT
	                                        : DY_PLACE_GLOBAL;
}

static enum dy_place ask(struct m *mp, enum dy_place_event why)
{
	const struct dy_place_policy *policy = place_policy();
	struct p *pp = m_p(mp);
	struct dy_view v = {mp, pp, AXIS_PLACE};

	if (!pp)
		return DY_PLACE_GLOBAL;
	return policy && policy->place ? policy->place(&v, pp->id, why)
	                               : go_place(why);
}

static void put(struct m *mp, struct g *gp, enum dy_place where)
{
	switch (where) {
	case DY_PLACE_RUNNEXT:
	case DY_PLACE_RUN:
		runq_put(m_p(mp), gp, true);
		break;
	case DY_PLACE_TAIL:
		runq_put(m_p(mp), gp, false);
		fence_full();
		break;
	case DY_PLACE_LAST_P:
		if (inbox_put(mp, gp))
			return; // and its P is awake
		break;
	case DY_PLACE_GLOBAL:
	default:
		globq_put(gp);
		fence_full();
		break;
	}
	wake_p();
}

// A goroutine comes back from a call without a P: the one it had is all that can
// be asked for.
static enum dy_place after_syscall(struct m *mp)
{
	const struct dy_place_policy *policy = place_policy();
	struct dy_view v = {mp, mp->old_p, AXIS_PLACE};

	if (policy && policy->place && mp->old_p &&
	    policy->place(&v, mp->old_p->id, DY_SYSRET) == DY_PLACE_LAST_P)
		return DY_PLACE_LAST_P;
	return DY_PLACE_GLOBAL;
}

void place_by_policy(struct m *mp, struct g *gp, enum dy_place_event why)
{
	put(mp, gp, why == DY_SYSRET ? after_syscall(mp) : ask(mp, why));
}

static void post_parent(struct m *mp, struct g *gp)
{
	runq_put(m_p(mp), gp, false);
	fence_full();
	wake_p();
}

// The caller becomes the newest in its queue, for itself or for a thief.
static void run_child(struct m *mp, struct g *child)
{
	struct g *self = m_cur(mp);

	latency_begin(mp, self);
	w32_store_rel(&self->status, G_RUNNABLE);
	leave_to(child, post_parent);
}

static bool may_leave(const struct m *mp)
{
	const struct g *self = m_cur(mp);

	return self && !self->locked && self->nopreempt == 0;
}

void place_new_by_policy(struct m *mp, struct g *gp)
{
	enum dy_place where = ask(mp, DY_NEW);

	if (where == DY_PLACE_RUN && may_leave(mp))
		run_child(mp, gp);
	else
		put(mp, gp, where);
}

uint32_t place_overflow_by_policy(struct m *mp, struct p *pp)
{
	const struct dy_place_policy *policy = place_policy();
	struct dy_view v = {mp, pp, AXIS_PLACE};
	uint32_t n = DY_RING / 2;

	if (policy && policy->overflow)
		n = policy->overflow(&v, pp->id, DY_RING);
	if (n < 1)
		n = 1;
	return n < DY_RING / 2 ? n : DY_RING / 2;
}
