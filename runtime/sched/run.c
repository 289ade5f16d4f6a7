// run.c - a runtime from its beginning to its end.
//
//	open    signals, poller, stacks, P 0 .. n-1, M 0 (the caller), sysmon
//	run     M 0 schedules, like any other; main is the first goroutine
//	stop    main has returned: no M starts a goroutine any more, running ones
//	        are preempted where they can be, sleeping Ms are woken, and all of
//	        them come to the end of their threads
//	close   everything in the reverse order
//
// An M that is in a C call ends when the call does: it is waited for.
#include <string.h>

#include "base/fatal.h"
#include "port/race.h"
#include "sched/callpool.h"
#include "sched/check.h"
#include "sched/dump.h"
#include "sched/guard.h"
#include "sched/latency.h"
#include "sched/netpoll.h"
#include "sched/park.h"
#include "sched/procs.h"
#include "sched/ring.h"
#include "sched/sched.h"
#include "sched/schedtrace.h"
#include "sched/shards.h"
#include "sched/stack.h"
#include "sched/totals.h"

#include <errno.h>

#define KICK_PERIOD UINT64_C(1000000)

struct main_call {
	dy_fn fn;
	void *arg;
};

static struct dy_w32 in_use;

// Those on the idle list, and those that wait for their locked goroutine.
static void wake_idle_ms(void)
{
	lock_acquire(&sched.lock);
	while (m_idle_get_locked())
		;
	for (struct m *mp = sched.all_m; mp; mp = mp->all_link)
		note_wake(&mp->park);
	lock_release(&sched.lock);
}

// What sleeps is woken, M 0 above all, which waits for the others then.
static void wake_sleepers(void)
{
	wake_idle_ms();
	port_poll_wake();
	note_wake(&sched.sysmon_note);
}

// Main's return ends the runtime; main itself never comes back.
static void main_goroutine(void *arg)
{
	struct main_call *call = arg;

	call->fn(call->arg);
	dump_leaks();
	w32_store_rel(&sched.stopping, 1);
	fence_full(); // pairs with poll_blocking; stop_m looks under sched.lock
	wake_sleepers();
}

// What thieves take from the tail needs a lock; a heap has one anyway, and no tail.
static int queue_order(void)
{
	const struct dy_queue_policy *queue = queue_policy();
	const struct dy_steal_policy *steal = steal_policy();
	enum dy_queue_order order = queue ? queue->order : DY_QUEUE_FIFO;

	if (!steal || steal->end == DY_STEAL_HEAD || order == DY_QUEUE_KEYED)
		return (int)order;
	return order == DY_QUEUE_LIFO ? LOCKED_LIFO : LOCKED_FIFO;
}

static uint32_t shards_wanted(void)
{
	const struct dy_global_policy *policy = global_policy();

	if (!policy || policy->layout == DY_GLOBAL_LIST)
		return 0;
	return (uint32_t)sched.opt.policy.param[AXIS_GLOBAL][0];
}

static void reset(const struct sched_options *opt)
{
	memset(&sched, 0, sizeof sched);
	sched.opt = *opt;
	guard_open(&opt->policy);
	for (int i = 0; i < AXES; i++)
		wptr_store_own(&sched.policy[i], (void *)guard_table(i));
	sched.queue_order = queue_order();
	sched.shards = shards_wanted();
	shards_open();
	callpool_open(0);
	if (syscall_policy() && syscall_policy()->mode == DY_SYSCALL_POOL)
		callpool_open((uint64_t)opt->policy.param[AXIS_SYSCALL][0]);
	sched.max_threads = opt->max_threads;
	w64_store_own(&sched.coarse_now, port_now());
	totals_reset();
}

// What the steps of open made, for close to undo.
struct opened {
	bool poller, signals, adopted;
	struct m *m0;
};

static int open_ps(int n)
{
	for (int i = 0; i < n; i++) {
		struct p *pp = p_open(i);

		if (!pp)
			return -ENOMEM;
		if (i > 0)
			p_idle_put_locked(pp);
	}
	w32_store_rel(&sched.nprocs, (uint32_t)n);
	return 0;
}

static int open_m0(struct opened *o)
{
	int err = m_adopt(&o->m0);

	if (err)
		return err;
	o->adopted = true;
	sched.m_count = sched.m_peak = 1;
	if (sched.opt.hooks.m_start)
		sched.opt.hooks.m_start(sched.opt.hooks.arg, o->m0->id);
	preempt_warn(o->m0);
	preempt_polls();
	acquire_p(o->m0, sched_p(0));
	return 0;
}

static int open_runtime(struct opened *o)
{
	int err = stacks_open(sched.opt.stack_size, (int)sched.opt.stack_guard);

	if (err)
		return err;
	err = netpoll_open();
	if (err)
		return err;
	o->poller = true;
	err = open_ps(sched.opt.procs);
	if (err)
		return err;
	err = port_signals_open(guard_needed());
	if (err)
		return err;
	o->signals = true;
	latency_open();
	schedtrace_open();
	check_open();
	procs_open(sched.opt.follow_procs);
	err = open_m0(o);
	if (err)
		return err;
	sched.sysmon = m_new(M_SYSMON, NULL, false, sysmon_main);
	return sched.sysmon ? 0 : -EAGAIN;
}

// What goroutines have allocated is freed here, and what they have done is done
// before dy_run returns.
static void close_runtime(struct opened *o)
{
	race_ignore_begin();
	totals_keep_gauges();
	latency_keep();
	if (o->adopted) {
		if (sched.opt.hooks.m_stop)
			sched.opt.hooks.m_stop(sched.opt.hooks.arg, o->m0->id);
		m_release(o->m0);
	}
	m_join_all(totals_of_ended());
	check_sums();
	if (o->signals)
		port_signals_close();
	ring_close();
	if (o->poller)
		netpoll_close();
	p_free_all();
	g_free_all();
	stacks_close();
	race_ignore_end();
	race_acquire(&sched);
}

static void kick_running_ms(void)
{
	for (int i = 0; i < DY_PROCS_MAX && sched_p(i); i++)
		preempt_ask(sched_p(i));
}

// By sysmon, since M 0 may be one of those that run on. A kick may meet code
// that cannot be interrupted, so it is repeated until only sysmon is left.
void run_drive_out(void)
{
	uint32_t live;

	while ((live = w32_load_acq(&sched.m_live)) > 1) {
		wake_sleepers();
		kick_running_ms();
		port_futex_wait(&sched.m_live, live, port_now() + KICK_PERIOD);
	}
}

// An M has come to its end. M 0 and sysmon wait for that.
void run_m_ended(void)
{
	w32_add_ar(&sched.m_live, (uint32_t)-1);
	port_futex_wake(&sched.m_live, 2);
}

// M 0 is at the end of its loop; the others follow.
static void wait_for_others(void)
{
	uint32_t live;

	run_m_ended();
	while ((live = w32_load_acq(&sched.m_live)) != 0)
		port_futex_wait(&sched.m_live, live, PORT_FOREVER);
}

static int run_main(struct opened *o, dy_fn fn, void *arg)
{
	struct main_call call = {fn, arg};

	dy_go(main_goroutine, &call);
	schedule(o->m0);
	if (m_p(o->m0))
		release_p(o->m0);
	wait_for_others();
	return 0;
}

int sched_run(const struct sched_options *opt, dy_fn fn, void *arg)
{
	struct opened o = {0};
	uint32_t free_word = 0;
	int err;

	if (!w32_cas_ar(&in_use, &free_word, 1))
		return -EBUSY;
	reset(opt);
	port_work_give_rate(opt->work_rate);
	err = open_runtime(&o);
	if (!err)
		err = run_main(&o, fn, arg);
	close_runtime(&o);
	w32_store_rel(&in_use, 0);
	return err;
}
