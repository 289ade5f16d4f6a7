// bootstrap_test.c - bootstrap intervals: the same draws made in Python, and what
// the exact distribution of a resampled median says.
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
#include <results/bootstrap.h>
#include <results/stats.h>
#include <string.h>

enum {
	REFERENCES = sizeof references / sizeof *references,
	RATIOS = sizeof ratios / sizeof *ratios,
};

static void test_same_draws(void **state)
{
	(void)state;
	for (int i = 0; i < REFERENCES; i++) {
		const struct reference *r = &references[i];
		double v[12];
		memcpy(v, r->sample, sizeof v);
		stats_sort(v, r->n);
		struct bootstrap_interval b = bootstrap_median(v, r->n, 0.95, 7);
		if (isnan(r->low)) {
			assert_true(b.range);
			assert_near(r->name, b.low, v[0]);
			assert_near(r->name, b.high, v[r->n - 1]);
		} else {
			assert_false(b.range);
			assert_near(r->name, b.low, r->low);
			assert_near(r->name, b.high, r->high);
		}
	}
}

// The exact distribution of the resampled median: every seed must find its
// quantiles to within one order statistic.
static void test_exact(void **state)
{
	(void)state;
	const struct reference *r = &references[REFERENCES - 1];
	double v[12];
	assert_string_equal(r->name, "skewed");
	memcpy(v, r->sample, sizeof v);
	stats_sort(v, r->n);
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct bootstrap_interval b = bootstrap_median(v, r->n, 0.95,
		                                               seed);
		assert_near("low", b.low, r->exact_low);
		assert_near("high", b.high, r->exact_high);
	}
}

// Six values reach 95 % (1 - 2^-5 = 0.969), five do not.
static void test_too_few(void **state)
{
	(void)state;
	const double v[] = {1, 2, 3, 4, 5, 6};
	assert_true(bootstrap_median(v, 5, 0.95, 1).range);
	assert_false(bootstrap_median(v, 6, 0.95, 1).range);
	assert_true(bootstrap_median(v, 6, 0.99, 1).range);
}

// How often the interval covers the true median of a known distribution: a
// percentile bootstrap of ten values covers a little under 95 %.
static void test_coverage(void **state)
{
	(void)state;
	uint64_t x = 88172645463325252u;
	int covered = 0, rounds = 400;
	for (int i = 0; i < rounds; i++) {
		double v[10];
		for (int k = 0; k < 10; k++) {
			x ^= x << 13, x ^= x >> 7, x ^= x << 17;
			v[k] = -log(((double)(x >> 11) + 1) / 9007199254740993.0);
		}
		stats_sort(v, 10);
		struct bootstrap_interval b = bootstrap_median(v, 10, 0.95,
		                                               (uint64_t)i);
		covered += b.low <= log(2) && log(2) <= b.high;
	}
	assert_in_range(covered, rounds * 88 / 100, rounds * 99 / 100);
}

static const struct reference *named(const char *name)
{
	int i = 0;
	while (i < REFERENCES - 1 && strcmp(references[i].name, name) != 0)
		i++;
	assert_string_equal(references[i].name, name);
	return &references[i];
}

static struct bootstrap_interval ratio(const char *a, const char *b)
{
	const struct reference *ra = named(a), *rb = named(b);
	double va[12], vb[12];
	memcpy(va, ra->sample, sizeof va);
	memcpy(vb, rb->sample, sizeof vb);
	stats_sort(va, ra->n);
	stats_sort(vb, rb->n);
	return bootstrap_ratio(va, ra->n, vb, rb->n, 0.95, 7);
}

static void test_ratio(void **state)
{
	(void)state;
	for (int i = 0; i < RATIOS; i++) {
		struct bootstrap_interval r = ratio(ratios[i].a, ratios[i].b);
		assert_false(r.range);
		assert_near(ratios[i].a, r.low, ratios[i].low);
		assert_near(ratios[i].b, r.high, ratios[i].high);
	}
}

static void test_ratio_of_few(void **state)
{
	(void)state;
	struct bootstrap_interval r = ratio("two", "five");
	assert_true(r.range);
	assert_near("low", r.low, 1.0 / 4);
	assert_near("high", r.high, 9.0 / 1);
	assert_true(ratio("two", "six").range);
	assert_true(ratio("six", "two").range);
}

static void test_least(void **state)
{
	(void)state;
	assert_int_equal(bootstrap_least(0.95), 6);
	assert_int_equal(bootstrap_least(0.99), 8);
	assert_int_equal(bootstrap_least(0), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_draws),
		cmocka_unit_test(test_exact),
		cmocka_unit_test(test_too_few),
		cmocka_unit_test(test_coverage),
		cmocka_unit_test(test_ratio),
		cmocka_unit_test(test_ratio_of_few),
		cmocka_unit_test(test_least),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
