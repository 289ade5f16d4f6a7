// steal.c - a P without work looks into the others.
//
// Go's rule: four passes over all Ps, each in a random order that visits every
// P once; half of the victim's ring, the oldest; in the last pass also its
// timers and its runnext. runnext is likely to run on its own P within a
// microsecond, and a pair that wakes each other would be torn apart, so the
// thief first waits for 3 us, or until the victim has run something else.
//
// Differs from Go: the wait is a timed spin, since a sleep of 3 us takes more
// than 50 here; it ends early when the victim's tick moves.
#include "sched/sched.h"

#define GO_RUNNEXT_WAIT UINT64_C(3000)
#define RUNNEXT_WAIT_MAX 10000000 // the wait is a spin, which nothing ends

enum { GO_PASSES = 4 };

// Victims in the order start, start + step, ... mod n; step is prime to n, so
// that each comes once.
struct order {
	uint32_t n, at, step, left;
};

static uint32_t gcd(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t r = a % b;

		a = b;
		b = r;
	}
	return a;
}

static struct order random_order(struct rand *r, uint32_t n)
{
	uint32_t step = 1 + rand_below(r, n);

	while (gcd(step, n) != 1)
		step++;
	return (struct order){n, rand_below(r, n), step % n, n};
}

static bool order_next(struct order *o, int *p)
{
	if (o->left == 0)
		return false;
	o->left--;
	*p = (int)o->at;
	o->at = (o->at + o->step) % o->n;
	return true;
}

static bool idle_now(int p)
{
	return w64_load_rlx(&sched.idle_mask[p / 64]) >> p % 64 & 1;
}

static bool in_syscall(const struct m *mp)
{
	struct g *cur = wptr_load_acq(&mp->cur);

	return cur && (w32_load_acq(&cur->status) & ~G_SCAN) == G_SYSCALL;
}

// A victim that is running, or between two goroutines, will most likely run its
// runnext itself: give it the time to.
static void let_it_run(struct p *victim, uint64_t wait)
{
	struct m *mp = p_m(victim);
	uint32_t tick = w32_load_acq(&victim->schedtick);

	if (wait && mp && !in_syscall(mp))
		port_spin_until(&victim->schedtick, tick, port_now() + wait);
}

static struct g *take_runnext(struct m *mp, struct p *victim, uint64_t wait)
{
	struct g *gp = wptr_load_acq(&victim->runnext);

	if (!gp)
		return NULL;
	let_it_run(victim, wait);
	if (!runq_steal_next(victim, gp))
		return NULL;
	COUNT(mp, steals_won);
	COUNT(mp, stolen);
	COUNT(mp, stolen_runnext);
	return gp;
}

static void steal_timers(struct m *mp, struct p *victim, bool *again,
                         uint64_t *poll_until)
{
	uint64_t when = timers_run(mp, victim);

	if (when && (*poll_until == 0 || when < *poll_until))
		*poll_until = when;
	if (!runq_empty(m_p(mp)))
		*again = true;
}

static struct g *go_steal(struct m *mp, bool *again, uint64_t *poll_until)
{
	struct p *pp = m_p(mp);
	int id;

	for (int pass = 0; pass < GO_PASSES; pass++) {
		struct order o = random_order(&pp->rand,
		                              w32_load_rlx(&sched.nprocs));
		bool last = pass == GO_PASSES - 1;

		while (order_next(&o, &id)) {
			struct p *victim = sched_p(id);
			struct g *gp;

			if (sched_stopping())
				return NULL;
			if (last && w64_load_acq(&victim->timers.next_when) &&
			    victim != pp) {
				steal_timers(mp, victim, again, poll_until);
				if (*again)
					return NULL;
			}
			if (victim == pp || idle_now(id))
				continue;
			COUNT(mp, steals_tried);
			gp = runq_steal(mp, pp, victim, 0);
			if (!gp && last)
				gp = take_runnext(mp, victim, GO_RUNNEXT_WAIT);
			if (gp)
				return gp;
		}
	}
	return NULL;
}

static struct g *try_victim(struct m *mp, const struct dy_steal_policy *policy,
                            struct dy_view *v, struct p *victim, uint32_t attempt)
{
	struct p *pp = m_p(mp);
	uint32_t len = runq_len(victim);
	int64_t wait;

	COUNT(mp, steals_tried);
	if (len > 0) {
		uint32_t n = policy->amount
		                     ? policy->amount(v, pp->id, victim->id, len)
		                     : 0;
		struct g *gp = runq_steal(mp, pp, victim,
		                          policy->amount && n == 0 ? 1 : n);

		if (gp)
			return gp;
	}
	wait = policy->runnext ? policy->runnext(v, pp->id, victim->id, attempt)
	                       : -1;
	if (wait < 0)
		return NULL;
	mp->offered_next = true;
	return take_runnext(mp, victim,
	                    wait < RUNNEXT_WAIT_MAX ? (uint64_t)wait
	                                            : RUNNEXT_WAIT_MAX);
}

// Timers are the core's: a policy that steals nothing must not strand them.
static void all_timers(struct m *mp, bool *again, uint64_t *poll_until)
{
	int n = sched_procs();

	for (int i = 0; i < n && !*again; i++) {
		struct p *pp = sched_p(i);

		if (pp != m_p(mp) && w64_load_acq(&pp->timers.next_when))
			steal_timers(mp, pp, again, poll_until);
	}
}

static struct g *policy_steal(struct m *mp, const struct dy_steal_policy *policy,
                              bool *again, uint64_t *poll_until)
{
	struct p *pp = m_p(mp);
	struct dy_view v = {mp, pp, AXIS_STEAL};
	uint32_t n = w32_load_rlx(&sched.nprocs);

	for (uint32_t i = 0; i < 4 * n + 16 && !sched_stopping(); i++) {
		int id = policy->victim(&v, pp->id, i);
		struct g *gp;

		mp->offered = i > 0 || id != DY_STOP;
		if (id == DY_STOP)
			break;
		if (id < 0 || (uint32_t)id >= n || id == pp->id || idle_now(id))
			continue;
		gp = try_victim(mp, policy, &v, sched_p(id), i);
		if (gp)
			return gp;
	}
	all_timers(mp, again, poll_until);
	return NULL;
}

struct g *steal_work(struct m *mp, bool *again, uint64_t *poll_until)
{
	const struct dy_steal_policy *policy = steal_policy();

	mp->offered = true;
	mp->offered_next = !policy || !policy->victim;
	if (policy && policy->victim) {
		struct g *gp = policy_steal(mp, policy, again, poll_until);

		if (gp || *again || steal_policy() == policy)
			return gp;
		mp->offered = mp->offered_next = true; // it was ejected meanwhile
	}
	return go_steal(mp, again, poll_until);
}
