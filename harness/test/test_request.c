// test_request.c - each option's text, taken or refused.
#include "../request.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct request r;

static int set_up(void **state)
{
	(void)state;
	request_init(&r);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	request_free(&r);
	return 0;
}

static void test_workloads(void **state)
{
	(void)state;
	assert_int_equal(request_workloads(&r, "fib,echo,fib"), 0);
	assert_int_equal(r.workloads.n, 2);
	assert_int_equal(request_workloads(&r, "fibb"), -EINVAL);
	assert_int_equal(request_workloads(&r, ""), -EINVAL);
}

static void test_policies_are_canonical(void **state)
{
	(void)state;
	assert_int_equal(request_policy(&r, "go1.27"), 0);
	assert_int_equal(request_policy(&r, "go1.27,steal=go"), 0);
	assert_int_equal(r.policies.n, 1);
	assert_int_equal(request_policy(&r, "go1.27,steal=none"), 0);
	assert_int_equal(r.policies.n, 2);
	assert_int_equal(request_policy(&r, "go1.26"), -EINVAL);
	assert_int_equal(request_policy(&r, "go1.27,stela=go"), -EINVAL);
	assert_int_equal(request_policy(&r, "go1.27,steal=nobody"), -EINVAL);
	assert_int_equal(request_policy(&r, ""), -EINVAL);
}

static void test_m_cap(void **state)
{
	(void)state;
	assert_int_equal(request_m_cap(&r, "none,4,16"), 0);
	assert_int_equal(r.m_caps.n, 3);
	assert_int_equal(r.m_caps.v[0], 0);
	assert_int_equal(request_m_cap(&r, "0"), -EINVAL);
	assert_int_equal(request_m_cap(&r, "-4"), -EINVAL);
}

static void test_counters(void **state)
{
	int faults = counters_find("minor-faults");

	(void)state;
	assert_true(r.counter[faults]);
	assert_int_equal(request_counters(&r, "none"), 0);
	assert_false(r.counter[faults]);
	assert_int_equal(
		request_counters(&r, "minor-faults,perf::CONTEXT-SWITCHES"), 0);
	assert_true(r.counter[faults]);
	assert_true(r.counter[counters_find("context-switches")]);
	assert_false(r.counter[counters_find("cpu-time")]);
	assert_int_equal(request_counters(&r, "minor-fault"), -EINVAL);
	assert_int_equal(request_counters(&r, "none,cpu-time"), -EINVAL);
}

static void test_seed_keeps_53_bits(void **state)
{
	(void)state;
	assert_int_equal(request_seed(&r, "9007199254740991"), 0);
	assert_int_equal(request_seed(&r, "9007199254740992"), -EINVAL);
	assert_int_equal(request_seed(&r, "0"), -EINVAL);
}

static void test_params_have_a_form(void **state)
{
	(void)state;
	assert_int_equal(request_param(&r, "n=5"), 0);
	assert_int_equal(request_param(&r, "n"), -EINVAL);
	assert_int_equal(request_param(&r, "=5"), -EINVAL);
	assert_int_equal(request_param(&r, "n="), -EINVAL);
}

static void test_times(void **state)
{
	(void)state;
	assert_int_equal(request_duration(&r, "0s"), 0);
	assert_int_equal(request_duration(&r, "5"), -EINVAL);
	assert_int_equal(request_timeout(&r, "1s"), 0);
	assert_int_equal(request_timeout(&r, "0s"), -EINVAL);
}

static void test_choices(void **state)
{
	(void)state;
	assert_int_equal(request_size(&r, "tiny"), 0);
	assert_int_equal(request_size(&r, "Tiny"), -EINVAL);
	assert_int_equal(request_stack_guard(&r, "never"), 0);
	assert_int_equal(request_stack_guard(&r, "nevr"), -EINVAL);
	assert_int_equal(request_out(&r, ""), -EINVAL);
}

// Only options that shape the experiment count as a plan of one's own, so that
// "sweep --resume -o DIR -q" takes the plan of the store.
static void test_planned(void **state)
{
	(void)state;
	request_quiet(&r, NULL);
	request_resume(&r, NULL);
	request_out(&r, "d");
	assert_false(request_planned(&r));
	request_procs(&r, "2");
	assert_true(request_planned(&r));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_workloads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_policies_are_canonical,
	                                        set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_m_cap, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_counters, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_seed_keeps_53_bits, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(test_params_have_a_form, set_up,
	                                        tear_down),
		cmocka_unit_test_setup_teardown(test_times, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_choices, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_planned, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
