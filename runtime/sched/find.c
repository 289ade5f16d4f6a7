// find.c - find_runnable: where an M looks for work, in Go's order.
//
//	 0. is the runtime stopping, or this P gone?
//	 1. timers of this P that are due
//	 2. at every 61st tick, one from the global queue
//	 3. runnext, then the local ring
//	 4. a batch from the global queue
//	 5. the poller, without blocking, if nobody else does
//	 6. steal, if there are not too many thieves already; by policy more than once
//	 7. give up the P; look once more, as sched.h says
//	 8. become the one M that blocks in the poller, until the first timer
//	 9. park
//
// Source: runtime/proc.go findRunnable at go1.27.0, without its garbage
// collector and tracer steps.
#include "sched/latency.h"
#include "sched/netpoll.h"
#include "sched/sched.h"
#include "sched/stack.h"

// Of two times at which something happens, 0 meaning never, the earlier.
static uint64_t earlier(uint64_t a, uint64_t b)
{
	if (a == 0 || b == 0)
		return a ? a : b;
	return a < b ? a : b;
}

static struct g *poll_now(struct m *mp, struct p *pp)
{
	struct gqueue list;
	struct g *gp;

	if (!netpoll_waited() || w64_load_rlx(&sched.last_poll) == 0)
		return NULL;
	if (w32_swap_ar(&sched.polling, 1) != 0)
		return NULL;
	list = netpoll_poll(mp, 0);
	w32_store_rel(&sched.polling, 0);
	gp = gqueue_pop(&list);
	if (!gp)
		return NULL;
	netpoll_inject(mp, pp, &list);
	latency_begin(mp, gp);
	w32_store_rel(&gp->status, G_RUNNABLE);
	return gp;
}

// By Go's rule spinning Ms are kept to half of the busy Ps: with many Ps and little
// work the search itself would be the load. Who was woken to search does.
static bool may_steal(struct m *mp)
{
	const struct dy_idle_policy *policy = idle_policy();
	uint32_t busy = w32_load_rlx(&sched.nprocs) - w32_load_rlx(&sched.npidle);
	struct dy_view v = {mp, m_p(mp), AXIS_IDLE};

	if (mp->spinning)
		return true;
	if (__builtin_expect(policy != NULL, 0) && policy->search)
		return policy->search(&v, v.pp->id);
	return 2 * w32_load_rlx(&sched.nmspinning) < busy;
}

// A search found nothing. Shall the M, which is counted as spinning and keeps its P,
// begin it again? *since is when its first one ended, 0 before.
static bool search_again(struct m *mp, uint64_t *since)
{
	const struct dy_idle_policy *policy = idle_policy();
	struct dy_view v = {mp, m_p(mp), AXIS_IDLE};
	uint64_t now;

	if (__builtin_expect(policy == NULL, 1) || !policy->again || !mp->spinning)
		return false;
	now = port_now();
	if (*since == 0)
		*since = now;
	if (!policy->again(&v, v.pp->id, now - *since))
		return false;
	COUNT(mp, search_repeats);
	port_relax();
	return true;
}

// Steps 1 to 6. *retry: start again.
static struct g *look(struct m *mp, bool *inherit, uint64_t *poll_until,
                      bool *retry)
{
	struct p *pp = m_p(mp);
	struct g *gp;

	*poll_until = timers_run(mp, pp);
	if (w32_load_rlx(&sched.nstackless) != 0)
		stacks_rescue(pp);
	if (globq_due(pp)) {
		gp = globq_get(pp, 1);
		if (gp)
			return gp;
	}
	gp = runq_get(mp, pp, inherit);
	if (gp)
		return gp;
	if (globq_any()) {
		gp = globq_get(pp, 0);
		if (gp)
			return gp;
	}
	gp = poll_now(mp, pp);
	if (gp || !may_steal(mp))
		return gp;
	become_spinning(mp);
	return steal_work(mp, retry, poll_until);
}

// Step 7, first half: the P goes idle, unless work or the note of a submitter
// came in between. False: the M still has its P and must look again.
static bool idle_p(struct m *mp)
{
	struct p *pp;

	lock_acquire(&sched.lock);
	if (globq_any_locked() || sched_stopping() || p_surplus(m_p(mp))) {
		lock_release(&sched.lock);
		return false;
	}
	pp = release_p(mp);
	p_idle_put_locked(pp);
	fence_full(); // pairs with wake_p: it sees npidle, or we see the note;
		      // and with inbox_put
	if (!runq_empty(pp) && p_idle_remove_locked(pp)) {
		acquire_p(mp, pp);
		lock_release(&sched.lock);
		return false;
	}
	if (!mp->spinning && w32_load_rlx(&sched.needspinning) != 0) {
		acquire_p(mp, p_idle_get_locked());
		lock_release(&sched.lock);
		become_spinning(mp);
		return false;
	}
	lock_release(&sched.lock);
	return true;
}

// Could this M get what is queued on P? Not if the steal policy, in the M's last
// search, looked into nobody's queue, or would take nobody's runnext: an M that
// found "work" there would search for ever.
static bool can_get(const struct m *mp, const struct p *pp)
{
	if (mp->offered_next)
		return !runq_empty(pp);
	return mp->offered && runq_len(pp) > 0;
}

// Is there work that this M could get? Looked at without holding a P.
static bool work_anywhere(const struct m *mp)
{
	bool found = globq_any();
	int n = sched_procs();

	for (int i = 0; i < n && !found; i++)
		found = can_get(mp, sched_p(i));
	return found;
}

// The first timer of any P: one may lie on an idle P whose M left it to the poller, as
// which this one is about to sleep.
static uint64_t first_timer(uint64_t until)
{
	int n = sched_procs();

	for (int i = 0; i < n; i++)
		until = earlier(until,
		                w64_load_acq(&sched_p(i)->timers.next_when));
	return until;
}

static bool take_idle_p(struct m *mp)
{
	struct p *pp;

	lock_acquire(&sched.lock);
	pp = p_idle_get_locked();
	lock_release(&sched.lock);
	if (pp)
		acquire_p(mp, pp);
	return pp != NULL;
}

// Step 7, second half, for an M that was spinning and is counted no more. True:
// it has found work and a P, and spins again.
static bool last_look(struct m *mp)
{
	mp->spinning = false;
	w32_add_ar(&sched.nmspinning, (uint32_t)-1);
	fence_full(); // pairs with wake_p: it sees us gone, or we see its work
	if (!work_anywhere(mp) || !take_idle_p(mp))
		return false;
	become_spinning(mp);
	return true;
}

// Step 8. True: the M has a P again, and *gp, if it got one. By policy it may not look
// again unasked, and what woke it may be a timer of another P: so it counts as asked.
static bool poll_blocking(struct m *mp, uint64_t poll_until, bool was_spinning,
                          struct g **gp)
{
	struct gqueue list;

	if (!netpoll_waited() && poll_until == 0)
		return false;
	if (w64_swap_ar(&sched.last_poll, 0) == 0) {
		netpoll_break(poll_until); // somebody blocks there already
		return false;
	}
	w64_store_rel(&sched.poll_until, poll_until);
	fence_full(); // pairs with netpoll_break: it sees last_poll, or we its stop
	list = (struct gqueue){0};
	if (!sched_stopping())
		list = netpoll_poll(mp, poll_until ? poll_until : PORT_FOREVER);
	w64_store_rel(&sched.poll_until, 0);
	w64_store_rel(&sched.last_poll, port_now());
	if (!take_idle_p(mp)) {
		netpoll_inject(mp, NULL, &list);
		return false;
	}
	*gp = gqueue_pop(&list);
	if (*gp) {
		netpoll_inject(mp, m_p(mp), &list);
		latency_begin(mp, *gp);
		w32_store_rel(&(*gp)->status, G_RUNNABLE);
	} else if (was_spinning || idle_policy()) {
		become_spinning(mp);
	}
	return true;
}

// A P that a resize took away goes; the M tries to get another.
static void leave_surplus(struct m *mp)
{
	p_retire(release_p(mp));
	stop_spinning(mp);
	if (!take_idle_p(mp) && !sched_stopping())
		stop_m(mp);
}

struct g *find_runnable(struct m *mp, bool *inherit)
{
	uint64_t since = 0; // it has searched in vain; 0: it has not

	for (;;) {
		uint64_t poll_until = 0;
		bool retry = false, was_spinning;
		struct g *gp;

		*inherit = false;
		if (sched_stopping())
			return NULL;
		if (mp->dying)
			return NULL;
		if (!m_p(mp)) {
			stop_m(mp);
			continue;
		}
		if (p_surplus(m_p(mp))) {
			leave_surplus(mp);
			continue;
		}
		gp = look(mp, inherit, &poll_until, &retry);
		if (!gp && !retry) {
			if (search_again(mp, &since) || !idle_p(mp))
				continue;
			was_spinning = mp->spinning;
			if (was_spinning && last_look(mp))
				continue;
			// By Go's rule an M does not search only while others
			// do, who look at all timers last; by policy, also alone.
			if (was_spinning || idle_policy())
				poll_until = first_timer(poll_until);
			since = 0;
			if (!poll_blocking(mp, poll_until, was_spinning, &gp))
				stop_m(mp);
		}
		if (gp && mp->spinning)
			reset_spinning(mp);
		if (gp)
			return gp;
	}
}
