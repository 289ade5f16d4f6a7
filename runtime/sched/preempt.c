// preempt.c - ending a time slice against the goroutine's will.
//
// A request is a word of the M: the schedtick of the slice that is meant, so
// that it cannot hit a goroutine that started since. It is seen at polls and
// library calls, and by the signal handler, when the policy sends signals.
// A request that comes at a bad moment stays, and is honoured at the next poll.
//
// A preempted goroutine goes to the tail of the global queue (Go's rule).
//
// When the runtime stops, every goroutine is preempted, whatever the policy,
// goes nowhere, and is not counted.
#include "base/fatal.h"
#include "sched/latency.h"
#include "sched/park.h"
#include "sched/place.h"
#include "sched/stack.h"

static uint32_t request_for(const struct p *pp)
{
	return w32_load_rlx(&pp->schedtick) * 2 + 1;
}

static bool requested(const struct m *mp, const struct p *pp)
{
	return w32_load_own(&mp->preempt) == request_for(pp) || sched_stopping();
}

static uint64_t param(int i)
{
	return (uint64_t)sched.opt.policy.param[AXIS_PREEMPT][i];
}

static enum dy_preempt_mechanism mechanism(void)
{
	const struct dy_preempt_policy *policy = preempt_policy();

	return policy ? policy->mechanism : DY_PREEMPT_SIGNAL;
}

static bool by_signal(void)
{
	return mechanism() == DY_PREEMPT_SIGNAL ||
	       mechanism() == DY_PREEMPT_TIMER;
}

// Who asks again for the same slice does not count.
static void request(struct m *mp, const struct p *pp)
{
	uint32_t wanted = request_for(pp);

	if (w32_load_rlx(&mp->preempt) != wanted)
		w64_store_rlx(&mp->preempt_asked, port_ticks());
	w32_store_rel(&mp->preempt, wanted);
}

// Returns the M that was asked, or NULL.
static struct m *mark(struct p *pp)
{
	struct m *mp = p_m(pp);

	if (!mp || !wptr_load_acq(&mp->cur))
		return NULL;
	if (mechanism() == DY_PREEMPT_NONE && !sched_stopping() && !p_surplus(pp))
		return NULL;
	if (!sched_stopping())
		COUNT(port_m(), preempts_asked);
	request(mp, pp);
	return mp;
}

void preempt_mark(struct p *pp)
{
	mark(pp);
}

void preempt_ask(struct p *pp)
{
	struct m *mp = mark(pp);

	if (mp && (by_signal() || sched_stopping()))
		port_kick(&mp->thread);
}

bool preempt_by_itself(void)
{
	if (mechanism() == DY_PREEMPT_TIMER)
		return w32_load_rlx(&sched.no_timers) == 0;
	return mechanism() == DY_PREEMPT_COMPILER;
}

void preempt_warn(struct m *mp)
{
	uint64_t slice = param(0), cost;

	if (mechanism() != DY_PREEMPT_TIMER)
		return;
	cost = port_tick_cost(&mp->thread, slice);
	if (slice < 3 * cost)
		say("dyno: a tick costs %llu us here, and the slice is %llu us: ticks "
		    "take much of the time (preempt=timer:...)",
		    (unsigned long long)(cost / 1000),
		    (unsigned long long)(slice / 1000));
}

void preempt_ticks_on(struct m *mp)
{
	uint64_t slice = param(0);

	if (w32_load_rlx(&sched.no_timers) != 0)
		return;
	mp->ticking = true; // the first tick may come at once
	if (port_tick(&mp->thread, slice) == 0)
		return;
	mp->ticking = false;
	if (w32_swap_ar(&sched.no_timers, 1) == 0)
		say("dyno: no timer for a thread (ulimit -i): the monitor ends slices instead");
}

static void mark_own(struct m *mp, struct p *pp)
{
	COUNT(mp, preempts_asked);
	request(mp, pp);
}

// In a signal handler. An M without a P needs no ticks until it has one again.
void preempt_tick(void)
{
	struct m *mp = port_m();
	struct p *pp = mp ? m_p(mp) : NULL;
	const struct dy_preempt_policy *policy = preempt_policy();
	struct dy_view v = {mp, pp, AXIS_PREEMPT};

	if (!mp)
		return;
	if (!pp || !policy) {
		mp->ticking = false;
		port_tick(&mp->thread, 0);
		return;
	}
	if (m_cur(mp) && w32_load_own(&m_cur(mp)->status) == G_RUNNING &&
	    (!policy->expired || policy->expired(&v, pp->id, param(0))))
		mark_own(mp, pp);
}

// Runs in a signal handler: reads, and counts what it refuses.
bool preempt_ok(uintptr_t sp, size_t room)
{
	struct m *mp = port_m();
	struct p *pp = mp ? m_p(mp) : NULL;
	struct g *gp = pp ? m_cur(mp) : NULL;

	if (!gp || !requested(mp, pp))
		return false;
	if (w32_load_own(&gp->status) == G_RUNNING && gp->nopreempt == 0 &&
	    stack_has_room(gp, (const void *)sp, room))
		return true;
	COUNT(mp, preempts_refused);
	return false;
}

static void post_preempted(struct m *mp, struct g *gp)
{
	place(mp, gp, DY_PREEMPTED);
}

// At the end of the runtime: left where it stands, for ever.
static void post_abandoned(struct m *mp, struct g *gp)
{
	(void)mp, (void)gp;
}

static void give_way(struct m *mp)
{
	struct g *gp = m_cur(mp);

	w32_store_own(&mp->preempt, 0);
	if (!sched_stopping())
		latency_preempted(mp);
	latency_begin(mp, gp);
	w32_store_rel(&gp->status, G_RUNNABLE);
	leave(sched_stopping() ? post_abandoned : post_preempted, true);
}

void preempt_here(void)
{
	struct m *mp = port_m();

	if (!sched_stopping())
		COUNT(mp, preempts_signal);
	give_way(mp);
}

void preempt_slow(struct m *mp)
{
	struct p *pp = m_p(mp);

	if (!pp || !m_cur(mp) || !requested(mp, pp)) {
		w32_store_own(&mp->preempt, 0); // meant for an earlier slice
		return;
	}
	if (!sched_stopping())
		COUNT(mp, preempts_polled);
	give_way(mp);
}

//---------------------------------------------------------------------------
// Polls that a compiler inserted
//---------------------------------------------------------------------------

void preempt_polls(void)
{
	uint64_t n = mechanism() == DY_PREEMPT_COMPILER ? param(1) : 0;

	if (mechanism() == DY_PREEMPT_COMPILER && n == 0)
		n = 1; // a plugin without such a parameter
	port_polls(n < UINT32_MAX ? (uint32_t)n : UINT32_MAX);
}

// A slice counts from the first look in it, so that its start costs no reading of
// the clock.
static bool slice_over(struct m *mp, struct p *pp)
{
	const struct dy_preempt_policy *policy = preempt_policy();
	struct dy_view v = {mp, pp, AXIS_PREEMPT};
	uint32_t tick = w32_load_own(&pp->schedtick);
	uint64_t now = port_now(), ran;

	if (tick != pp->look_tick || pp->look_when == 0) {
		pp->look_tick = tick;
		pp->look_when = now;
	}
	ran = now - pp->look_when;
	if (!policy || policy->mechanism != DY_PREEMPT_COMPILER)
		return false; // it was ejected
	return policy->expired ? policy->expired(&v, pp->id, ran)
	                       : ran >= param(0);
}

// Code with polls is also called outside of goroutines, in system calls, and where
// it asked not to be preempted.
void preempt_look(void)
{
	struct m *mp = port_m();
	struct g *gp = mp ? m_cur(mp) : NULL;

	if (!gp || w32_load_own(&gp->status) != G_RUNNING || gp->nopreempt != 0)
		return;
	COUNT(mp, compiled_looks);
	if (slice_over(mp, m_p(mp)))
		mark_own(mp, m_p(mp));
	preempt_poll();
}

void dy_poll(void)
{
	preempt_poll();
}

void dy_nopreempt_begin(void)
{
	struct g *gp = g_self();

	if (gp->nopreempt == UINT16_MAX)
		fatal("dy_nopreempt_begin: nested %d times", UINT16_MAX);
	gp->nopreempt++;
}

void dy_nopreempt_end(void)
{
	struct g *gp = g_self();

	if (gp->nopreempt == 0)
		fatal("dy_nopreempt_end: without dy_nopreempt_begin");
	if (--gp->nopreempt == 0)
		preempt_poll();
}

uint64_t dy_work_calibrate(void)
{
	return port_work_calibrate();
}

uint64_t dy_work_rate(void)
{
	return port_work_rate();
}

void dy_work(uint64_t ns)
{
	preempt_poll();
	port_work(ns);
}
