// test_tick.c - slices ended by a timer of each M: bare loops give way, an adaptive
// one leaves alone who disturbs nobody, without timers the monitor does it, and a slice
// of less than three ticks is warned of.
#include <dyno/sync.h>
#include <dyno/time.h>
#include <stdio.h>
#include <sys/resource.h>

#include "bare_loops.h"
#include "port/port.h"

static void test_a_tick_ends_a_bare_loop(void **state)
{
	(void)state;
	rt_run(1, "preempt=timer:2ms", bare_loop, NULL);
	assert_true(rt_stats().preempts_signal >= 1);
	rt_run(1, "preempt=adaptive:2ms", bare_loop, NULL);
	assert_true(rt_stats().preempts_signal >= 1);
}

// Nobody waits.
static void work_alone(void *arg)
{
	uint64_t end = dy_now() + *(uint64_t *)arg;

	while (dy_now() < end)
		spin(1000);
}

static void test_who_disturbs_nobody_runs_on(void **state)
{
	uint64_t alone = 50 * DY_MS;

	(void)state;
	rt_run(1, "preempt=adaptive:2ms", work_alone, &alone);
	assert_int_equal(rt_stats().preempts_asked, 0);
	do
		rt_run(1, "preempt=timer:2ms", work_alone, &alone);
	while (rt_stats().preempts_asked == 0);
}

// Turns are taken by ticks alone: each loops until all others have looped.
enum { LOOPERS = 6 };

static struct dy_waitgroup wg;
static struct dy_w32 looped;

RT_WORKLOAD static void loop_until_all_have(void *arg)
{
	(void)arg;
	__atomic_add_fetch(&looped.raw_, 1, __ATOMIC_RELAXED);
	while (__atomic_load_n(&looped.raw_, __ATOMIC_RELAXED) < LOOPERS)
		spin(10000);
	dy_wg_done(&wg);
}

static void loop_together(void)
{
	w32_store_rel(&looped, 0);
	dy_wg_add(&wg, LOOPERS);
	for (int i = 0; i < LOOPERS; i++)
		dy_go(loop_until_all_have, NULL);
	dy_wg_wait(&wg);
}

static void many_loops(void *arg)
{
	(void)arg;
	loop_together();
	dy_sleep(DY_MS); // all Ms idle, and are ticked again
	loop_together();
}

// What a tick is taken to cost here; 0: what it does.
static uint64_t cost;

uint64_t __real_port_tick_cost(struct port_thread *t, uint64_t period);
uint64_t __wrap_port_tick_cost(struct port_thread *t, uint64_t period);

uint64_t __wrap_port_tick_cost(struct port_thread *t, uint64_t period)
{
	return cost ? cost : __real_port_tick_cost(t, period);
}

static void nothing(void *unused)
{
	(void)unused;
}

static void expect_warning(const char *policy, const char *warning)
{
	rt_expect_fatal(rt_config(1, policy), nothing, 0, warning);
	if (!*warning)
		assert_string_equal(rt_last_words(), "");
}

static void test_a_slice_of_two_ticks_is_warned_of(void **state)
{
	(void)state;
	cost = DY_MS;
	expect_warning("preempt=timer:2999us",
	               "a tick costs 1000 us here, and the slice is 2999 us");
	expect_warning("preempt=adaptive:2999us", "and the slice is 2999 us");
	expect_warning("preempt=timer:3ms", "");
	expect_warning("preempt=sysmon:1ms", "");
	expect_warning("preempt=compiler:1us", "");
	cost = 0;
}

// Where a tick takes longer than that, there would be nothing but ticks.
static void test_the_shortest_slices_leave_time_to_run(void **state)
{
	(void)state;
	rt_run(1, "preempt=timer:5us", nothing, NULL);
	rt_run(2, "preempt=timer:5us", many_loops, NULL);
}

static int timers_left(void)
{
	FILE *f = fopen("/proc/self/timers", "r");
	int lines = 0;

	if (!f)
		return 0; // a kernel without the file
	for (int c; (c = fgetc(f)) != EOF;)
		lines += c == '\n';
	fclose(f);
	return lines;
}

static void test_every_m_is_ticked_and_no_timer_stays(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		rt_run(procs, "preempt=timer:1ms", many_loops, NULL);
		assert_int_equal(timers_left(), 0);
	}
}

static void test_without_timers_the_monitor_ends_slices(void **state)
{
	struct rlimit old, none;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_SIGPENDING, &old), 0);
	none = (struct rlimit){0, old.rlim_max};
	assert_int_equal(setrlimit(RLIMIT_SIGPENDING, &none), 0);
	rt_run(2, "preempt=timer:1ms", many_loops, NULL);
	assert_true(rt_stats().preempts_signal >= 1);
	setrlimit(RLIMIT_SIGPENDING, &old);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_tick_ends_a_bare_loop),
		cmocka_unit_test(test_who_disturbs_nobody_runs_on),
		cmocka_unit_test(test_a_slice_of_two_ticks_is_warned_of),
		cmocka_unit_test(test_the_shortest_slices_leave_time_to_run),
		cmocka_unit_test(test_every_m_is_ticked_and_no_timer_stays),
		cmocka_unit_test(test_without_timers_the_monitor_ends_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
