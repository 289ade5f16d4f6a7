// sysmon.c - the monitor: an M without a P that looks after the others.
//
// It takes Ps from Ms that stay in a system call, asks for preemption where a
// time slice is over, polls the network when nobody has for 10 ms, tries again
// where a thread could not be had, and gives back the memory of free stacks. It
// sleeps 20 us; after 50 rounds in which it took nothing, twice as long each
// round, up to 10 ms; and when all Ps are idle, and no stacks are left to give
// back, until one is not.
//
// Source: runtime/proc.go sysmon, retake. Differs: Go's deep sleep is ended by
// a system call's end and by a restart of the world only, so that a goroutine
// which the poller woke may run unobserved for up to 60 s; here whoever takes
// the first P off the idle list ends it.
#include "base/fatal.h"
#include "sched/check.h"
#include "sched/dump.h"
#include "sched/netpoll.h"
#include "sched/procs.h"
#include "sched/sched.h"
#include "sched/schedtrace.h"
#include "sched/stack.h"

#define ROUND_MIN UINT64_C(20000)
#define ROUND_MAX UINT64_C(10000000)
#define GO_SLICE UINT64_C(10000000)
#define GO_SYSCALL_LIMIT UINT64_C(10000000)
#define POLL_LIMIT UINT64_C(10000000)
#define STARVED_LIMIT UINT64_C(1000000000)

enum { IDLE_ROUNDS = 50 };

// What the monitor remembers between rounds; its own.
struct watch {
	uint64_t round;    // length of the next sleep
	unsigned idle;     // rounds in which nothing was taken
	uint64_t progress; // when a slice or a call last began or ended
	uint64_t ticks;    // the sum of all ticks then
	bool overrun_told;
};

static bool slice_over(struct p *pp, uint64_t ran)
{
	const struct dy_preempt_policy *policy = preempt_policy();
	struct dy_view v = {port_m(), pp, AXIS_PREEMPT};

	if (preempt_by_itself())
		return false;
	if (policy && policy->mechanism == DY_PREEMPT_TIMER)
		return ran >= (uint64_t)sched.opt.policy.param[AXIS_PREEMPT][0];
	if (policy && policy->expired)
		return policy->expired(&v, pp->id, ran);
	return ran >= GO_SLICE;
}

// Is it worth a thread to take this P? By Go's rule, not while nothing waits for it and
// somebody else is free, unless the call has lasted for 10 ms.
static bool worth_taking(struct p *pp, uint64_t now)
{
	const struct dy_syscall_policy *policy = syscall_policy();
	uint32_t free = w32_load_rlx(&sched.nmspinning) +
	                w32_load_rlx(&sched.npidle);
	struct dy_view v = {port_m(), pp, AXIS_SYSCALL};

	if (policy && policy->retake)
		return policy->retake(&v, pp->id, now - pp->seen_syscallwhen);
	return !runq_empty(pp) || free == 0 ||
	       now - pp->seen_syscallwhen >= GO_SYSCALL_LIMIT;
}

// What the monitor has in its hands, a P or goroutines that the poller gave it, is in
// no queue, and the monitor is no M that counts as awake. So who looks for a deadlock
// must know, from before anybody can miss it; when it is put down, it is looked for here.
static void take_in_hand(void)
{
	w32_store_rel(&sched.in_hand, 1);
	fence_full();
}

static void put_down(void)
{
	lock_acquire(&sched.lock);
	w32_store_rel(&sched.in_hand, 0);
	check_dead_locked();
	lock_release(&sched.lock);
}

static bool retake_p(struct m *self, struct p *pp)
{
	bool taken;

	take_in_hand();
	taken = take_p_in_syscall(pp);
	if (taken) {
		COUNT(self, retakes);
		handoff_p(pp);
	}
	put_down();
	return taken;
}

// A call that is new at each round is taken all the same once its goroutine has
// had the P for 10 ms: else calls that last as long as a round are never caught.
static bool retake_from_syscall(struct m *self, struct p *pp, uint64_t now,
                                bool old_slice)
{
	uint32_t tick = w32_load_rlx(&pp->syscalltick);

	if (tick != pp->seen_syscalltick && !old_slice) {
		pp->seen_syscalltick = tick;
		pp->seen_syscallwhen = now;
		return false;
	}
	if (!worth_taking(pp, now) && !p_surplus(pp))
		return false;
	if (!m_available()) {
		COUNT(self, m_cap_held);
		if (old_slice)
			preempt_mark(pp); // it gives way when its call ends
		return false;
	}
	return retake_p(self, pp);
}

// True: the P was taken.
static bool watch_p(struct m *self, struct p *pp, uint64_t now)
{
	struct m *mp = p_m(pp);
	struct g *gp = mp ? wptr_load_acq(&mp->cur) : NULL;
	uint32_t tick = w32_load_rlx(&pp->schedtick);
	uint64_t ran;

	if (!gp)
		return false;
	if (tick != pp->seen_schedtick) {
		pp->seen_schedtick = tick;
		pp->seen_schedwhen = now;
	}
	ran = now - pp->seen_schedwhen;
	if ((w32_load_acq(&gp->status) & ~G_SCAN) == G_SYSCALL)
		return retake_from_syscall(self, pp, now,
		                           ran >= GO_SYSCALL_LIMIT);
	if (slice_over(pp, ran) || p_surplus(pp))
		preempt_ask(pp);
	return false;
}

static unsigned retake(struct m *self, uint64_t now)
{
	unsigned taken = 0;

	for (int i = 0; i < DY_PROCS_MAX; i++) {
		struct p *pp = sched_p(i);

		if (!pp)
			break; // Ps are made in order
		taken += watch_p(self, pp, now);
	}
	return taken;
}

static void poll_if_late(struct m *self, uint64_t now)
{
	uint64_t last = w64_load_acq(&sched.last_poll);
	struct gqueue list;

	if (last == 0 || now - last < POLL_LIMIT || !netpoll_waited())
		return;
	if (!w64_cas_ar(&sched.last_poll, &last, now))
		return;
	take_in_hand();
	list = netpoll_poll(self, 0);
	netpoll_inject(self, NULL, &list);
	put_down();
}

static bool runnable_somewhere(void)
{
	bool found = globq_any();

	for (int i = 0; i < sched_procs() && !found; i++)
		found = !runq_empty(sched_p(i));
	return found;
}

// Goroutines wait for descriptors, and no M for them.
static bool poller_wanted(void)
{
	return netpoll_waited() && w64_load_acq(&sched.last_poll) != 0;
}

// A P that found no M: perhaps there is one now.
static void retry_threads(void)
{
	if (w32_load_rlx(&sched.want_m) == 0 || !m_available())
		return;
	w32_swap_ar(&sched.want_m, 0); // not a store: who sets it is seen, or stays
	// Timers count as work: their P may be on the shelf, and nobody in the poller.
	if (runnable_somewhere() || timers_armed() || poller_wanted()) {
		wake_p();
		return;
	}
	lock_acquire(&sched.lock);
	check_dead_locked(); // who parked last could not know
	lock_release(&sched.lock);
}

static uint64_t sum_of_ticks(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < DY_PROCS_MAX && sched_p(i); i++)
		sum += (uint64_t)w32_load_rlx(&sched_p(i)->schedtick) +
		       w32_load_rlx(&sched_p(i)->syscalltick);
	return sum;
}

static bool all_ms_blocked(void)
{
	int n = sched_procs(), in_call = 0;

	for (int i = 0; i < n; i++) {
		struct m *mp = p_m(sched_p(i));
		struct g *gp = mp ? wptr_load_acq(&mp->cur) : NULL;

		in_call += gp && w32_load_acq(&gp->status) == G_SYSCALL;
	}
	return in_call > 0 || w32_load_rlx(&sched.npidle) == (uint32_t)n;
}

// The M cap may leave runnable goroutines without anybody to run them. After a
// second in which no slice began and no call ended, this is an outcome of the
// experiment.
static void watch_starvation(struct watch *w, uint64_t now)
{
	uint64_t ticks;

	if (!sched.opt.m_cap)
		return;
	ticks = sum_of_ticks();
	if (ticks != w->ticks || m_available() || !runnable_somewhere() ||
	    !all_ms_blocked()) {
		w->ticks = ticks;
		w->progress = now;
	} else if (now - w->progress >= STARVED_LIMIT) {
		fatal_status(STARVED_STATUS,
		             "m-cap-starved: all %d Ms are in blocking calls, goroutines wait, "
		             "nothing ran for 1 s (raise the M cap)",
		             sched.opt.m_cap);
	}
}

// The slice that the policy has as its first parameter, if that is a time and its
// slices are ended here; else the longest round that there is.
static uint64_t slice_asked(void)
{
	const struct dy_preempt_policy *policy = preempt_policy();
	const struct dy_policy_param *first = policy ? policy->head.params : NULL;
	uint64_t slice = (uint64_t)sched.opt.policy.param[AXIS_PREEMPT][0];

	if (!first || !first->name || !*first->unit || !policy->expired ||
	    preempt_by_itself() || slice > ROUND_MAX)
		return ROUND_MAX;
	return slice;
}

static uint64_t longest_round(void)
{
	uint64_t slice = slice_asked(), period = schedtrace_period();

	if (period && period < slice)
		slice = period;
	if (check_period() && check_period() < slice)
		slice = check_period();
	return slice > ROUND_MIN ? slice : ROUND_MIN;
}

// sleeps_lightly tells whether the monitor is as Go's, whose sleep of 20 us takes 70 on
// Linux: its fifty short rounds then last until the next blocking call comes, where
// exact ones would be over. A slice that is shorter than Go's needs one that is in time.
static bool sleeps_lightly(void)
{
	return slice_asked() >= GO_SLICE;
}

static void next_round(struct watch *w, uint64_t longest)
{
	if (w->idle == 0)
		w->round = ROUND_MIN;
	else if (w->idle > IDLE_ROUNDS && w->round < longest)
		w->round *= 2;
	if (w->round > longest)
		w->round = longest;
}

// Returns at the end of the round, or when somebody wakes the monitor.
static void rest(struct watch *w)
{
	bool deep = w32_load_rlx(&sched.npidle) == w32_load_rlx(&sched.nprocs) &&
	            !schedtrace_period() && !stacks_to_trim();
	uint64_t deadline = port_now() + w->round;

	if (deep) {
		w32_store_rel(&sched.sysmon_waits, 1);
		fence_full(); // pairs with p_idle_get_locked: it sees us, or we it
		deep = w32_load_rlx(&sched.npidle) ==
		               w32_load_rlx(&sched.nprocs) &&
		       w32_load_rlx(&sched.want_m) == 0;
		if (deep) {
			deadline = PORT_FOREVER;
			w->idle = 0;
		}
	}
	if (note_sleep(&sched.sysmon_note, deadline))
		note_clear(&sched.sysmon_note);
	w32_store_rel(&sched.sysmon_waits, 0);
}

void sysmon_wake(void)
{
	if (w32_swap_ar(&sched.sysmon_waits, 0) != 0)
		note_wake(&sched.sysmon_note);
}

// What Go prints and how it ends when it is asked to quit.
static _Noreturn void quit(void)
{
	say("SIGQUIT: quit\n");
	dump_all();
	port_exit(FATAL_STATUS);
}

// Here, because a signal handler says nothing.
static void tell_overrun(struct watch *w)
{
	uint64_t period = port_tick_overrun();

	if (!period || w->overrun_told)
		return;
	w->overrun_told = true;
	say("dyno: a tick every %llu us leaves a thread no time for anything else: "
	    "they come less often (preempt=timer:...)",
	    (unsigned long long)(period / 1000));
}

void sysmon_main(struct m *mp)
{
	struct watch w = {.round = ROUND_MIN, .progress = port_now()};
	uint64_t longest = longest_round();

	port_tick_overrun(); // an earlier run's
	if (sleeps_lightly())
		port_sleep_lightly();
	while (!sched_stopping()) {
		uint64_t now;

		next_round(&w, longest);
		rest(&w);
		now = port_now();
		w64_store_rlx(&sched.coarse_now, now);
		if (w32_load_acq(&sched.quit) != 0)
			quit();
		poll_if_late(mp, now);
		tell_overrun(&w);
		retry_threads();
		procs_look(now);
		m_reap();
		stacks_trim(mp, now);
		schedtrace_look(now);
		check_look(now);
		watch_starvation(&w, now);
		w.idle = retake(mp, now) ? 0 : w.idle + 1;
	}
	run_drive_out();
	run_m_ended();
}
