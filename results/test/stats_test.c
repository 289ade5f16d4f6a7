// stats_test.c - statistics against reference values of NumPy and SciPy.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "near.h"
#include "reference.h"

#include <math.h>
#include <results/stats.h>
#include <string.h>

enum { REFERENCES = sizeof references / sizeof *references };

static void test_references(void **state)
{
	(void)state;
	for (int i = 0; i < REFERENCES; i++) {
		const struct reference *r = &references[i];
		double v[12];
		memcpy(v, r->sample, sizeof v);
		stats_sort(v, r->n);
		assert_near(r->name, stats_median(v, r->n), r->median);
		assert_near(r->name, stats_quantile(v, r->n, 0.1), r->q10);
		assert_near(r->name, stats_quantile(v, r->n, 0.75), r->q75);
		assert_near(r->name, stats_mad(v, r->n), r->mad);
		assert_near(r->name, stats_cv(v, r->n), r->cv);
		assert_near(r->name, stats_geomean(v, r->n), r->geomean);
	}
}

static void test_quantile_ends(void **state)
{
	(void)state;
	const double v[] = {1, 2, 7};
	assert_near("lowest", stats_quantile(v, 3, 0), 1);
	assert_near("highest", stats_quantile(v, 3, 1), 7);
}

static void test_nothing_to_say(void **state)
{
	(void)state;
	const double v[] = {-1, 1};
	assert_true(isnan(stats_cv(v, 2))); // the mean is 0
	assert_true(isnan(stats_cv(v, 1)));
	assert_true(isnan(stats_geomean(v, 2)));
	assert_true(isnan(stats_geomean(v, 0)));
}

static void test_outliers(void **state)
{
	(void)state;
	// Median 10.05, MAD 0.25: the fence is at 10.05 +- 1.297.
	const double v[] = {9.7, 9.9, 10.0, 10.1, 10.4, 12.8};
	assert_true(stats_is_outlier(v, 6, 12.8));
	assert_true(stats_is_outlier(v, 6, 8.7));
	assert_false(stats_is_outlier(v, 6, 10.4));
	assert_false(stats_is_outlier(v, 6, 11.3));
	assert_false(stats_is_outlier(v + 2, 4, 12.8)); // too few to tell
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_quantile_ends),
		cmocka_unit_test(test_nothing_to_say),
		cmocka_unit_test(test_outliers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
