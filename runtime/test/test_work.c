// test_work.c - the rate of dy_work: measured by the process, or given to it.
#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <string.h>

#include "rt.h"

static void do_nothing(void *arg)
{
	(void)arg;
}

static uint64_t rate_seen;

// At the lowest rate these minutes of work are a fifth of a second of steps; at any
// machine's own they would outlast the test.
static void work_long(void *arg)
{
	(void)arg;
	rate_seen = dy_work_rate();
	if (rate_seen == DY_WORK_RATE_MIN)
		dy_work(200 * DY_S);
}

static void test_the_rate_of_work_is_the_one_given(void **state)
{
	struct dy_config given = {.work_rate = DY_WORK_RATE_MIN};
	uint64_t own;

	(void)state;
	assert_int_equal(dy_run(NULL, work_long, NULL), 0);
	own = rate_seen;
	assert_in_range(own, DY_WORK_RATE_MIN + 1, DY_WORK_RATE_MAX);
	assert_int_equal(dy_run(&given, work_long, NULL), 0);
	assert_int_equal(rate_seen, DY_WORK_RATE_MIN);
	assert_int_equal(dy_run(NULL, work_long, NULL), 0);
	assert_int_equal(rate_seen, own); // not measured again
}

static void test_a_rate_of_no_machine_is_refused(void **state)
{
	const uint64_t hostile[] = {1, DY_WORK_RATE_MIN - 1,
	                            (uint64_t)DY_WORK_RATE_MAX + 1, UINT64_MAX};
	char err[200];

	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct dy_config cfg = {.work_rate = hostile[i]};

		assert_int_equal(dy_config_check(&cfg, err, sizeof err), -EINVAL);
		assert_non_null(strstr(err, "work rate"));
		assert_int_equal(dy_run(&cfg, do_nothing, NULL), -EINVAL);
	}
}

static void test_calibrating_stays_in_bounds(void **state)
{
	(void)state;
	assert_in_range(dy_work_calibrate(), DY_WORK_RATE_MIN, DY_WORK_RATE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_rate_of_work_is_the_one_given),
		cmocka_unit_test(test_a_rate_of_no_machine_is_refused),
		cmocka_unit_test(test_calibrating_stays_in_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
