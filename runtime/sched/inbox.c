// inbox.c - goroutines that other Ps have left for this one.
//
// Only a P's owner may push to its ring, so others leave Gs here: a list under a
// lock of its own, which the owner empties before it looks into its ring, and
// from which thieves take once the ring is empty.
//
// An idle P must not keep a G in its inbox, since a steal policy may let nobody
// else look there. Who puts publishes the G and then looks at the P's status;
// who makes a P idle publishes the status and then looks at the inbox
// (p_idle_put_locked's callers, by runq_empty): one of them sees the other. A
// dead P's inbox goes to the global queue in the same way.
#include "sched/inbox.h"

static void push(struct p *pp, struct g *gp)
{
	lock_acquire(&pp->inbox_lock);
	gqueue_push(&pp->inbox, gp);
	w32_store_rel(&pp->inbox_len, pp->inbox.len);
	lock_release(&pp->inbox_lock);
}

struct g *inbox_get(struct p *pp)
{
	struct g *gp;

	if (w32_load_rlx(&pp->inbox_len) == 0)
		return NULL;
	lock_acquire(&pp->inbox_lock);
	gp = gqueue_pop(&pp->inbox);
	w32_store_rel(&pp->inbox_len, pp->inbox.len);
	lock_release(&pp->inbox_lock);
	return gp;
}

// The P has died: what is in its inbox goes where all find it.
static void empty_locked(struct p *pp)
{
	struct g *gp;

	while ((gp = inbox_get(pp)))
		globq_put_locked(gp);
}

// True: pp was idle and is now off the list, for the caller to start.
static bool claim(struct p *pp)
{
	bool mine = false;

	lock_acquire(&sched.lock);
	if (w32_load_own(&pp->status) == P_DEAD)
		empty_locked(pp);
	else
		mine = p_idle_remove_locked(pp);
	lock_release(&sched.lock);
	return mine;
}

bool inbox_put(struct m *mp, struct g *gp)
{
	struct p *pp = sched_p(gp->last_p);

	if (pp == m_p(mp)) {
		runq_put(pp, gp, false);
		fence_full();
		return false;
	}
	push(pp, gp);
	fence_full();
	if (w32_load_rlx(&pp->status) == P_RUNNING || !claim(pp))
		return false;
	start_m(pp, false, M_SPIN);
	return true;
}
