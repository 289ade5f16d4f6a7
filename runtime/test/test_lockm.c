// test_lockm.c - goroutines tied to a thread: they stay on it, nobody else runs
// there, their end is its end, and nothing that they did to it spreads.
#define _GNU_SOURCE
#include <dyno/chan.h>
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "port/port.h"
#include "procs.h"
#include "sched/park.h"
#include "sched/sched.h"

static struct dy_waitgroup wg;
static struct dy_chan *chan;

// Not gettid: a compiler may remember that from before a switch.
__attribute__((noinline)) static uint32_t thread_now(void)
{
	return w32_load_acq(&port_m()->thread.tid);
}

//---------------------------------------------------------------------------
// Nesting
//---------------------------------------------------------------------------

static bool is_locked(void)
{
	struct g *gp = g_self();
	struct m *mp = port_m();

	rt_check((gp->locked != 0) == (mp->locked_g == gp));
	rt_check((gp->locked != 0) == (gp->locked_m == mp));
	return gp->locked != 0;
}

static void lock_and_unlock_nested(void *arg)
{
	(void)arg;
	rt_check(!is_locked());
	for (int depth = 1; depth <= 3; depth++) {
		for (int i = 0; i < depth; i++) {
			dy_lock_os_thread();
			dy_yield();
			rt_check(is_locked());
		}
		for (int i = 0; i < depth; i++) {
			rt_check(is_locked());
			dy_unlock_os_thread();
			dy_yield();
		}
		rt_check(!is_locked());
	}
}

static void test_it_is_unlocked_as_often_as_locked(void **state)
{
	(void)state;
	at_all_procs(lock_and_unlock_nested);
}

static void unlock_unlocked(void *arg)
{
	(void)arg;
	dy_lock_os_thread();
	dy_unlock_os_thread();
	dy_unlock_os_thread();
}

static void test_unlocking_the_unlocked_is_fatal(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(1, NULL), unlock_unlocked, 2,
	                "dy_unlock_os_thread: not locked");
}

//---------------------------------------------------------------------------
// One thread, one goroutine
//---------------------------------------------------------------------------

enum { LOCKED = 4, OTHERS = 8, ROUNDS = RT_SCALE(300) };

static struct dy_w32 taken[LOCKED]; // the threads of the locked ones
static struct dy_w32 left_locked;

static void stop_in_every_way(int i)
{
	switch (i % 4) {
	case 0:
		dy_yield();
		break;
	case 1:
		dy_sleep(10 * DY_US);
		break;
	case 2:
		dy_block(10 * DY_US);
		break;
	default:
		dy_chan_send(chan, NULL);
	}
}

static void stay_on_a_thread(void *arg)
{
	struct dy_w32 *mine = arg;
	uint32_t thread;

	dy_lock_os_thread();
	thread = thread_now();
	w32_store_rel(mine, thread);
	for (int i = 0; i < ROUNDS; i++) {
		stop_in_every_way(i);
		rt_check(thread_now() == thread);
	}
	w32_store_rel(mine, 0);
	dy_unlock_os_thread();
	w32_add_ar(&left_locked, (uint32_t)-1);
	dy_wg_done(&wg);
}

static void keep_off_the_threads(void *arg)
{
	(void)arg;
	while (w32_load_acq(&left_locked) != 0) {
		uint32_t here = thread_now();

		for (int i = 0; i < LOCKED; i++)
			rt_check(w32_load_acq(&taken[i]) != here);
		dy_chan_try_recv(chan, NULL, &(bool){false});
		dy_yield();
	}
	dy_wg_done(&wg);
}

static void lock_among_others(void *arg)
{
	(void)arg;
	chan = dy_chan_make(0, 0);
	w32_store_rel(&left_locked, LOCKED);
	dy_wg_add(&wg, LOCKED + OTHERS);
	for (int i = 0; i < LOCKED; i++)
		dy_go(stay_on_a_thread, &taken[i]);
	for (int i = 0; i < OTHERS; i++)
		dy_go(keep_off_the_threads, NULL);
	dy_wg_wait(&wg);
	dy_chan_free(chan);
}

static void test_a_thread_is_its_goroutine_s_alone(void **state)
{
	(void)state;
	at_all_procs(lock_among_others);
}

static void send_locked(void *arg)
{
	(void)arg;
	dy_lock_os_thread();
	for (int i = 0; i < ROUNDS; i++)
		dy_chan_send(chan, &i);
	dy_wg_done(&wg);
}

// Each of the two has to be woken by the other, on a thread of its own.
static void talk_while_both_are_locked(void *arg)
{
	int v = -1;

	(void)arg;
	dy_lock_os_thread();
	chan = dy_chan_make(sizeof v, 0);
	dy_wg_add(&wg, 1);
	dy_go(send_locked, NULL);
	for (int i = 0; i < ROUNDS; i++)
		rt_check(dy_chan_recv(chan, &v) && v == i);
	dy_wg_wait(&wg);
	dy_chan_free(chan);
	dy_unlock_os_thread();
}

static void test_locked_goroutines_wake_each_other(void **state)
{
	(void)state;
	at_all_procs(talk_while_both_are_locked);
}

static void yield_until_told(void *arg)
{
	bool ok;

	(void)arg;
	dy_lock_os_thread();
	while (!dy_chan_try_recv(chan, NULL, &ok))
		dy_yield();
	dy_wg_done(&wg);
}

// Who yields in a loop on a thread of his own keeps nobody else from running.
static void tell_who_yields(void *arg)
{
	(void)arg;
	chan = dy_chan_make(0, 0);
	dy_wg_add(&wg, 2);
	dy_go(yield_until_told, NULL);
	dy_go(yield_until_told, NULL);
	dy_sleep(DY_MS);
	dy_chan_send(chan, NULL);
	dy_chan_send(chan, NULL);
	dy_wg_wait(&wg);
	dy_chan_free(chan);
}

static void test_a_locked_yield_lets_others_run(void **state)
{
	(void)state;
	at_all_procs(tell_who_yields);
}

//---------------------------------------------------------------------------
// The end
//---------------------------------------------------------------------------

static bool thread_exists(uint32_t thread)
{
	return syscall(SYS_tgkill, getpid(), (pid_t)thread, 0) == 0 ||
	       errno != ESRCH;
}

static void end_locked(void *arg)
{
	struct dy_w32 *thread = arg;

	dy_lock_os_thread();
	dy_lock_os_thread();
	dy_unlock_os_thread();
	w32_store_rel(thread, thread_now());
}

// M 0 is the caller's thread and stays, whoever ends on it.
static void await_ends_of_threads(void *arg)
{
	struct dy_w32 thread;

	(void)arg;
	for (int i = 0; i < RT_SCALE(100); i++) {
		w32_store_rel(&thread, 0);
		dy_go(end_locked, &thread);
		while (dy_num_goroutine() > 1)
			dy_yield();
		rt_check(w32_load_acq(&thread) != 0);
		while (w32_load_acq(&thread) != (uint32_t)getpid() &&
		       thread_exists(w32_load_acq(&thread)))
			dy_sleep(100 * DY_US);
	}
}

static void test_a_thread_ends_with_its_goroutine(void **state)
{
	(void)state;
	at_all_procs(await_ends_of_threads);
}

static void end_locked_soon(void *arg)
{
	dy_lock_os_thread();
	if ((uintptr_t)arg % 2)
		dy_yield();
	else
		dy_block(1000);
	dy_wg_done(&wg);
}

// Threads end and are made while Ps come and go.
static void end_in_a_storm(void *arg)
{
	int procs = dy_gomaxprocs(0);

	(void)arg;
	for (int round = 0; round < RT_SCALE(100); round++) {
		dy_wg_add(&wg, 8);
		for (uintptr_t i = 0; i < 8; i++)
			dy_go(end_locked_soon, (void *)i);
		dy_gomaxprocs(1 + round % 8);
		dy_wg_wait(&wg);
	}
	dy_gomaxprocs(procs);
}

static void test_threads_end_while_ps_come_and_go(void **state)
{
	(void)state;
	at_all_procs(end_in_a_storm);
}

//---------------------------------------------------------------------------
// What a goroutine does to its thread
//---------------------------------------------------------------------------

static struct dy_w32 tainted; // threads that have another's name

static void look_at_name(void *arg, int m)
{
	char name[16] = "";

	(void)arg, (void)m;
	prctl(PR_GET_NAME, name, 0UL, 0UL, 0UL);
	if (strcmp(name, "tainted") == 0)
		w32_add_ar(&tainted, 1);
}

static struct dy_w32 in_call;

static void meet_in_calls(void *arg)
{
	uint32_t n = (uint32_t)(uintptr_t)arg;

	w32_add_ar(&in_call, 1);
	while (w32_load_acq(&in_call) < n)
		usleep(100);
}

static void call_and_meet(void *arg)
{
	dy_blocking(meet_in_calls, arg);
	dy_wg_done(&wg);
}

// A new thread has all of its maker's: affinity, name, directory. So the locked
// one, whose thread may have been changed, must not be the maker.
static void make_threads_while_locked(void *arg)
{
	enum { CALLERS = 6 };

	(void)arg;
	w32_store_rel(&in_call, 0);
	dy_lock_os_thread();
	prctl(PR_SET_NAME, "tainted", 0UL, 0UL, 0UL);
	dy_wg_add(&wg, CALLERS);
	for (int i = 0; i < CALLERS; i++) {
		dy_go(call_and_meet, (void *)(uintptr_t)CALLERS);
		dy_yield();
		dy_block(100 * DY_US);
	}
	dy_wg_wait(&wg);
	prctl(PR_SET_NAME, "clean", 0UL, 0UL, 0UL);
	dy_unlock_os_thread();
}

static void test_the_state_of_a_locked_thread_does_not_spread(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 8; procs *= 2) {
		struct dy_config cfg = rt_config(procs, NULL);

		w32_store_rel(&tainted, 0);
		cfg.hooks.m_start = look_at_name;
		rt_run_config(cfg, make_threads_while_locked, NULL);
		assert_int_equal(w32_load_acq(&tainted), 0);
		assert_true(rt_stats().m_peak >= 6);
	}
}

static void *write_from_outside(void *h)
{
	usleep(2000);
	rt_check(write(*(int *)h, "x", 1) == 1);
	return NULL;
}

// Who looks at the poller then? A thread that sysmon has to make.
static void read_while_locked(void *arg)
{
	pthread_t outside;
	int h[2];
	char c = 0;

	(void)arg;
	dy_lock_os_thread();
	rt_check(dy_pipe(h) == 0);
	rt_check(pthread_create(&outside, NULL, write_from_outside, &h[1]) == 0);
	rt_check(dy_read(h[0], &c, 1) == 1 && c == 'x');
	pthread_join(outside, NULL);
	rt_check(dy_close(h[0]) == 0 && dy_close(h[1]) == 0);
	dy_unlock_os_thread();
}

static void test_the_only_goroutine_may_wait_on_its_thread(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++)
		at_all_procs(read_while_locked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_unlocked_as_often_as_locked),
		cmocka_unit_test(test_unlocking_the_unlocked_is_fatal),
		cmocka_unit_test(test_a_thread_is_its_goroutine_s_alone),
		cmocka_unit_test(test_locked_goroutines_wake_each_other),
		cmocka_unit_test(test_a_locked_yield_lets_others_run),
		cmocka_unit_test(test_a_thread_ends_with_its_goroutine),
		cmocka_unit_test(test_the_only_goroutine_may_wait_on_its_thread),
		cmocka_unit_test(test_threads_end_while_ps_come_and_go),
		cmocka_unit_test(test_the_state_of_a_locked_thread_does_not_spread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
