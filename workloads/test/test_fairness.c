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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
