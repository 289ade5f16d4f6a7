// test_syscall.c - calls that block the kernel thread: the P goes on without
// it, the call's end finds its way back, and the limits on threads hold.
#include <dyno/sync.h>
#include <dyno/time.h>
#include <string.h>
#include <unistd.h>

#include "base/rand.h"
#include "callers.h"
#include "gate.h"
#include "port/port.h"
#include "rt.h"

static struct dy_waitgroup wg;
static struct dy_w32 inside;

static int start(void **state)
{
	(void)state;
	wg = (struct dy_waitgroup){0};
	w32_store_rel(&inside, 0);
	close_gate();
	return 0;
}

//---------------------------------------------------------------------------
// The P goes on
//---------------------------------------------------------------------------

static void block_until_another_runs(void *arg)
{
	uint64_t id = dy_goid();

	(void)arg;
	dy_go(open_gate, NULL);
	dy_blocking(wait_for_gate, NULL);
	rt_check(dy_goid() == id);
}

static void test_the_p_of_a_blocked_call_is_taken(void **state)
{
	struct dy_stats s;

	(void)state;
	rt_run(1, "preempt=none", block_until_another_runs, NULL);
	s = rt_stats();
	assert_true(s.retakes >= 1);
	assert_true(s.handoffs >= s.retakes);
	assert_true(s.m_created_handoff + s.m_created_spin >= 1);
	assert_int_equal(s.syscalls, 1);
}

enum { BLOCKERS = 8 };

static void meet_inside(void *arg)
{
	(void)arg;
	w32_add_ar(&inside, 1);
	while (w32_load_acq(&inside) < BLOCKERS)
		usleep(100);
}

static void block_with_others(void *arg)
{
	(void)arg;
	dy_blocking(meet_inside, NULL);
	dy_wg_done(&wg);
}

// Ends only if all are in their calls at once.
static void block_all_at_once(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, BLOCKERS);
	for (int i = 0; i < BLOCKERS; i++)
		dy_go(block_with_others, NULL);
	dy_wg_wait(&wg);
}

static void test_as_many_threads_as_calls(void **state)
{
	for (int procs = 1; procs <= 4; procs *= 2) {
		start(state);
		rt_run(procs, NULL, block_all_at_once, NULL);
		assert_true(rt_stats().m_peak >= BLOCKERS);
		assert_true(rt_stats().m_blocked_peak >= 1);
	}
}

// The P that was taken stays busy until the call is over: its goroutine comes
// back by the global queue.
static struct dy_w32 over;

static void end_the_call(void *arg)
{
	(void)arg;
	w32_store_rel(&gate, 1);
	while (w32_load_acq(&over) == 0)
		dy_yield();
	dy_wg_done(&wg);
}

static void come_back_to_a_busy_p(void *arg)
{
	volatile uint64_t before = 12345;

	(void)arg;
	for (int i = 0; i < RT_SCALE(200); i++) {
		close_gate();
		w32_store_rel(&over, 0);
		dy_wg_add(&wg, 1);
		dy_go(end_the_call, NULL);
		dy_blocking(wait_for_gate, NULL);
		rt_check(before == 12345);
		w32_store_rel(&over, 1);
		dy_wg_wait(&wg);
	}
}

static void test_a_call_that_lost_its_p_ends_all_the_same(void **state)
{
	(void)state;
	rt_run(1, "preempt=none", come_back_to_a_busy_p, NULL);
	assert_true(rt_stats().retakes >= RT_SCALE(200));
}

// Two calls, one P: while the second is under way, the first ends and goes on. Its P is
// in the second's hands, which ends only when it has gone on.
static struct dy_w32 went_on;

static void let_it_end(void *arg)
{
	(void)arg;
	open_gate(NULL);
	while (w32_load_acq(&went_on) == 0)
		usleep(50);
}

static void call_as_the_first_ends(void *arg)
{
	(void)arg;
	dy_blocking(let_it_end, NULL);
	dy_wg_done(&wg);
}

// Sysmon may be faster, or find the P first: then it is tried again.
static void take_back_a_p(void *arg)
{
	int *tries = arg;

	while (--*tries > 0 && rt_stats().syscall_takes == 0) {
		close_gate();
		w32_store_rel(&went_on, 0);
		dy_wg_add(&wg, 1);
		dy_go(call_as_the_first_ends, NULL);
		dy_blocking(wait_for_gate, NULL);
		w32_store_rel(&went_on, 1);
		dy_wg_wait(&wg);
	}
}

static void test_a_p_is_taken_back_from_another_call(void **state)
{
	int tries = 5000;

	(void)state;
	rt_run(1, "preempt=none", take_back_a_p, &tries);
	assert_true(tries > 0);
	assert_true(rt_stats().syscall_takes >= 1);
}

//---------------------------------------------------------------------------
// Storms
//---------------------------------------------------------------------------

enum { CALLERS = 8, CALLS = RT_SCALE(500) };

static void sleep_us(void *arg)
{
	usleep((useconds_t)(uintptr_t)arg);
}

static void call_often(void *arg)
{
	struct rand r = rand_stream(9, (uint64_t)(uintptr_t)arg);

	for (int i = 0; i < CALLS; i++) {
		uint32_t us = rand_below(&r, 200);

		if (us < 50)
			dy_yield();
		else if (us < 60)
			dy_sleep(us * DY_US);
		dy_blocking(sleep_us, (void *)(uintptr_t)us);
	}
	dy_wg_done(&wg);
}

static void storm(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, CALLERS);
	for (uintptr_t i = 0; i < CALLERS; i++)
		dy_go(call_often, (void *)i);
	dy_wg_wait(&wg);
}

static void test_a_storm_of_calls_loses_nobody(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		rt_run(procs, "preempt=sysmon:20us", storm, NULL);
		assert_int_equal(rt_stats().syscalls, CALLERS * CALLS);
	}
}

static void test_a_capped_storm_loses_nobody(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		struct dy_config cfg = rt_config(procs, NULL);

		cfg.m_cap = procs;
		rt_run_config(cfg, storm, NULL);
		assert_true(rt_stats().m_peak <= (uint64_t)procs);
	}
}

// A call that lasts about as long as sysmon waits before it takes the P. By Go's rule its
// rounds soon last milliseconds; short slices keep them short.
static void spin_us(void *arg)
{
	uint64_t end = dy_now() + (uint64_t)(uintptr_t)arg * DY_US;

	while (dy_now() < end)
		;
}

// Half a second, and until it happened: on a busy machine sysmon comes late.
static void call_until_one_is_taken(void *arg)
{
	struct rand r = rand_stream(10, (uint64_t)(uintptr_t)arg);
	uint64_t end = dy_now() + 500 * DY_MS;

	while (dy_now() < end || rt_stats().retakes == 0) {
		dy_blocking(spin_us, (void *)(uintptr_t)rand_below(&r, 250));
		dy_yield();
	}
	dy_wg_done(&wg);
}

static void end_as_the_p_is_taken(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, 4);
	for (uintptr_t i = 0; i < 4; i++)
		dy_go(call_until_one_is_taken, (void *)i);
	dy_wg_wait(&wg);
}

static void test_a_call_may_end_while_its_p_is_taken(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 2; procs++)
		rt_run(procs, "preempt=sysmon:100us", end_as_the_p_is_taken,
		       NULL);
}

static void block_for_a_while(void *arg)
{
	uint64_t before = dy_now();

	(void)arg;
	dy_block(0);
	for (uint64_t ns = 1; ns < 20 * DY_MS; ns *= 10) {
		before = dy_now();
		dy_block(ns);
		rt_check(dy_now() >= before + ns);
	}
}

static void test_block_is_not_too_short(void **state)
{
	(void)state;
	rt_run(1, NULL, block_for_a_while, NULL);
}

//---------------------------------------------------------------------------
// Limits
//---------------------------------------------------------------------------

static bool held_at_the_cap(int cap)
{
	struct dy_config cfg = rt_config(cap > 1 ? cap / 2 : 1, NULL);

	cfg.m_cap = cap;
	rt_run_config(cfg, callers_run, NULL);
	assert_in_range(w32_load_acq(&callers_most), 1, cap);
	assert_true(rt_stats().m_peak <= (uint64_t)cap);
	return rt_stats().m_cap_held > 0;
}

// On a busy machine sysmon may sleep through all of the calls.
static void test_the_m_cap_bounds_the_threads(void **state)
{
	for (int cap = 1; cap <= 4; cap *= 2) {
		int tries = 50;

		do
			start(state);
		while (!held_at_the_cap(cap) && --tries > 0);
		assert_true(tries > 0);
	}
}

static void always_runnable(void *arg)
{
	(void)arg;
	for (;;)
		dy_yield();
}

static void starve(void *arg)
{
	(void)arg;
	dy_go(always_runnable, NULL);
	dy_block(10 * DY_S);
}

static void block_long(void *arg)
{
	(void)arg;
	dy_block(10 * DY_S);
}

static void starve_two(void *arg)
{
	(void)arg;
	for (int i = 0; i < 4; i++)
		dy_go(block_long, NULL);
	dy_block(10 * DY_S);
}

static void test_starving_at_the_cap_is_an_outcome(void **state)
{
	struct dy_config one = rt_config(1, NULL), two = rt_config(2, NULL);

	(void)state;
	one.m_cap = 1;
	rt_expect_fatal(one, starve, 7, "m-cap-starved");
	two.m_cap = 2;
	rt_expect_fatal(two, starve_two, 7, "m-cap-starved");
}

static void block_for_good(void *arg)
{
	(void)arg;
	dy_blocking(wait_for_gate, NULL);
}

static void exhaust_threads(void *arg)
{
	(void)arg;
	rt_check(dy_set_max_threads(4) == 10000);
	rt_check(dy_set_max_threads(0) == 4);
	for (int i = 0; i < 20; i++)
		dy_go(block_for_good, NULL);
	dy_sleep(20 * DY_S);
}

static void exhaust_configured(void *arg)
{
	(void)arg;
	rt_check(dy_set_max_threads(-1) == 5);
	for (int i = 0; i < 20; i++)
		dy_go(block_for_good, NULL);
	dy_sleep(20 * DY_S);
}

static void say_started(void *arg, int m)
{
	(void)arg, (void)m;
	port_stderr("M starts\n", 9);
}

static int threads_started(void)
{
	int n = 0;

	for (const char *at = rt_last_words(); (at = strstr(at, "M starts")); at++)
		n++;
	return n;
}

static void test_too_many_threads_are_fatal(void **state)
{
	struct dy_config cfg = rt_config(2, NULL);

	(void)state;
	cfg.hooks.m_start = say_started;
	rt_expect_fatal(cfg, exhaust_threads, 2,
	                "runtime: program exceeds 4-thread limit\n");
	assert_non_null(
		strstr(rt_last_words(), "fatal error: thread exhaustion\n"));
	assert_in_range(threads_started(), 2, 4);
	cfg.max_threads = 5;
	rt_expect_fatal(cfg, exhaust_configured, 2,
	                "program exceeds 5-thread limit");
	assert_in_range(threads_started(), 2, 5);
}

#define from_zero(f) cmocka_unit_test_setup(f, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		from_zero(test_the_p_of_a_blocked_call_is_taken),
		from_zero(test_as_many_threads_as_calls),
		from_zero(test_a_call_that_lost_its_p_ends_all_the_same),
		from_zero(test_a_p_is_taken_back_from_another_call),
		from_zero(test_a_storm_of_calls_loses_nobody),
		from_zero(test_a_call_may_end_while_its_p_is_taken),
		from_zero(test_a_capped_storm_loses_nobody),
		from_zero(test_block_is_not_too_short),
		from_zero(test_the_m_cap_bounds_the_threads),
		from_zero(test_starving_at_the_cap_is_an_outcome),
		from_zero(test_too_many_threads_are_fatal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
