// test_compiler.c - code with polls that the compiler inserted gives way under
// preempt=compiler: this file is compiled so. Where it would do harm it does not.
#include <dyno/policy.h>
#include <dyno/stats.h>
#include <dyno/time.h>

#include "flag.h"
#include "sched/sched.h"
#include "turns.h"

#define SLICE "preempt=compiler:100us"

static int start(void **state)
{
	(void)state;
	lower_flag();
	return 0;
}

// No call of the library: the polls are the compiler's.
static void spin_until_flag(void *arg)
{
	(void)arg;
	dy_go(raise_flag, NULL);
	while (__atomic_load_n(&flag.raw_, __ATOMIC_ACQUIRE) == 0)
		;
}

static void test_a_bare_loop_gives_way(void **state)
{
	static struct dy_histogram delays;

	(void)state;
	rt_run(1, SLICE, spin_until_flag, NULL);
	assert_true(rt_stats().preempts_polled >= 1);
	assert_int_equal(rt_stats().preempts_signal, 0);
	assert_true(rt_stats().compiled_looks >= rt_stats().preempts_polled);
	assert_true(dy_metric_histogram("/dyno/preempt/delays:seconds", &delays));
	assert_true(dy_histogram_quantile(&delays, 1) >= 0);
}

static void spin_for_a_while(void *arg)
{
	(void)arg;
	for (uint64_t end = dy_now() + 5 * DY_MS; dy_now() < end;)
		;
}

static void test_only_the_policy_has_polls_look(void **state)
{
	(void)state;
	rt_run(1, "preempt=none", spin_for_a_while, NULL);
	assert_int_equal(rt_stats().compiled_looks, 0);
	rt_run(1, SLICE, spin_for_a_while, NULL);
	assert_true(rt_stats().compiled_looks > 0);
}

static void test_as_many_polls_look_as_the_policy_says(void **state)
{
	uint64_t all;

	(void)state;
	rt_run(1, SLICE ":polls=1", spin_for_a_while, NULL);
	all = rt_stats().compiled_looks;
	rt_run(1, SLICE ":polls=1000000", spin_for_a_while, NULL);
	assert_true(rt_stats().compiled_looks < all / 2);
}

static void test_the_first_slice_is_as_long_as_any(void **state)
{
	(void)state;
	rt_run(1, "preempt=compiler:10s", spin_for_a_while, NULL);
	assert_true(rt_stats().compiled_looks > 0);
	assert_int_equal(rt_stats().preempts_asked, 0);
}

static void spin_undisturbed(void *arg)
{
	(void)arg;
	dy_nopreempt_begin();
	dy_go(raise_flag, NULL);
	spin_for_a_while(NULL);
	rt_check(!flag_is_up());
	dy_nopreempt_end();
	while (!flag_is_up())
		;
}

static void test_nopreempt_is_honoured(void **state)
{
	(void)state;
	rt_run(1, SLICE, spin_undisturbed, NULL);
	assert_true(rt_stats().preempts_polled >= 1);
}

// Without a P there is nothing to give up: its thousands of polls do not look.
static void block_in_polled_code(void *arg)
{
	(void)arg;
	for (int i = 0; i < 3; i++)
		dy_blocking(spin_for_a_while, NULL);
}

static void test_a_blocking_call_is_not_preempted(void **state)
{
	(void)state;
	rt_run(1, SLICE ":polls=1,syscall=handoff", block_in_polled_code, NULL);
	assert_true(rt_stats().compiled_looks < 1000);
}

static void spin_with_polls(void)
{
	for (int i = 0; i < 1000; i++)
		__asm__ volatile("");
}

static void test_spinners_share_ps(void **state)
{
	spin_fn spin = spin_with_polls;

	(void)state;
	rt_run(1, SLICE, spin_by_turns, &spin);
	assert_true(rt_stats().preempts_polled >= SPINNERS - 1);
	rt_run(2, "preempt=compiler:10us:polls=1", spin_by_turns, &spin);
}

static void work_beside_another(void *arg)
{
	(void)arg;
	dy_go(raise_flag, NULL);
	while (!flag_is_up())
		dy_work(DY_MS);
}

static void test_work_has_polls_in_it(void **state)
{
	(void)state;
	rt_run(1, SLICE, work_beside_another, NULL);
	assert_true(rt_stats().compiled_looks >= 10);
}

static uint64_t end_of_work;

static void work_to_its_end(void *arg)
{
	(void)arg;
	end_of_work = port_work(DY_MS / 10);
}

// One chain of steps, however many polls cut it: pieces that do not need each other
// would run side by side in a processor, and take half the time.
static void test_polls_leave_work_the_same(void **state)
{
	uint64_t plain;

	(void)state;
	rt_run(1, "preempt=none", work_to_its_end, NULL);
	plain = end_of_work;
	rt_run(1, SLICE ":polls=1", work_to_its_end, NULL);
	assert_true(rt_stats().compiled_looks > 1);
	assert_true(end_of_work == plain);
}

static void test_a_plugin_may_end_slices_so(void **state)
{
	spin_fn spin = spin_with_polls;
	char err[512] = "";

	(void)state;
	dy_policy_load(PLUGIN, err, sizeof err);
	assert_string_equal(err, "");
	assert_true(dy_policy_polls("preempt=compiled"));
	rt_run(1, "preempt=compiled:slice=10us", spin_by_turns, &spin);
	assert_true(rt_stats().preempts_polled >= SPINNERS - 1);
	assert_null(dy_policy_ejected(AXIS_PREEMPT));
	rt_run(1, "preempt=compiled:1s", spin_for_a_while, NULL);
	assert_true(rt_stats().compiled_looks > 0);
	assert_int_equal(rt_stats().preempts_asked, 0);
}

static void test_a_spec_tells_whether_it_wants_polls(void **state)
{
	(void)state;
	assert_true(dy_policy_polls("go1.27,preempt=compiler:20us"));
	assert_false(dy_policy_polls("go1.27"));
	assert_false(dy_policy_polls("preempt=compiler,preempt=poll"));
	assert_false(dy_policy_polls("preempt=compilers"));
}

#define from_zero(f) cmocka_unit_test_setup(f, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		from_zero(test_a_bare_loop_gives_way),
		from_zero(test_only_the_policy_has_polls_look),
		from_zero(test_as_many_polls_look_as_the_policy_says),
		from_zero(test_the_first_slice_is_as_long_as_any),
		from_zero(test_nopreempt_is_honoured),
		from_zero(test_a_blocking_call_is_not_preempted),
		from_zero(test_spinners_share_ps),
		from_zero(test_work_has_polls_in_it),
		from_zero(test_polls_leave_work_the_same),
		from_zero(test_a_plugin_may_end_slices_so),
		from_zero(test_a_spec_tells_whether_it_wants_polls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
