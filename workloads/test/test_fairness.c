// test_fairness.c - Jain's index where its value is known.
#include "fairness.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static double jain(const double *share, size_t n)
{
	struct fairness f = {0};

	for (size_t i = 0; i < n; i++)
		fairness_add(&f, share[i]);
	return fairness_jain(&f);
}

// reported is what a run of two rounds comes to, each with the shares of two.
static double reported(const double *first, const double *second)
{
	struct fairness f = {0};
	struct wl_run r = {.n_metric = 0};

	fairness_add(&f, first[0]);
	fairness_add(&f, first[1]);
	fairness_end(&f);
	fairness_end(&f); // a warm-up adds nobody
	fairness_add(&f, second[0]);
	fairness_add(&f, second[1]);
	fairness_end(&f);
	fairness_report(&f, &r);
	assert_int_equal(r.n_metric, 1);
	return r.metric[0].value;
}

static void test_known_values(void **state)
{
	const double alike[] = {3, 3, 3}, one[] = {0, 7, 0, 0},
		     half[] = {2, 2, 0, 0};
	const double nothing[] = {0, 0};

	(void)state;
	assert_true(jain(alike, 3) == 1);
	assert_true(jain(one, 4) == 0.25);
	assert_true(jain(half, 4) == 0.5);
	assert_true(jain(nothing, 2) == 1);
}

static void test_rounds_are_not_compared(void **state)
{
	const double fast[] = {9, 9}, slow[] = {1, 1}, one[] = {5, 0};

	(void)state;
	assert_true(reported(fast, slow) == 1);
	assert_true(reported(fast, one) == 0.75);
}

static void test_a_lone_goroutine_is_not_compared(void **state)
{
	struct fairness f = {0};
	struct wl_run r = {.n_metric = 0};

	(void)state;
	fairness_add(&f, 3);
	fairness_end(&f);
	fairness_report(&f, &r);
	assert_int_equal(r.n_metric, 0);
}

// Who could have begun with the others and ended at twice the time was half as fast,
// whenever it was let in; twice the work makes up for it.
static void test_speeds(void **state)
{
	struct fairness f = {0};

	(void)state;
	fairness_begin(&f);
	fairness_add_speed(&f, 1, f.start + 99);
	fairness_add_speed(&f, 1, f.start + 199);
	assert_true(f.sum > 0.0149999 && f.sum < 0.0150001);
	fairness_end(&f);
	fairness_add_speed(&f, 1, f.start + 99);
	fairness_add_speed(&f, 2, f.start + 199);
	assert_true(fairness_jain(&f) > 0.9999999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_values),
		cmocka_unit_test(test_rounds_are_not_compared),
		cmocka_unit_test(test_a_lone_goroutine_is_not_compared),
		cmocka_unit_test(test_speeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
