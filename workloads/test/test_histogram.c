// test_histogram.c - quantiles against those of the sorted values.
#include "histogram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rng.h"

enum { VALUES = 20000 };

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

// Values of all magnitudes up to 2^40.
static void draw(uint64_t *v, struct histogram *h)
{
	struct rng rng = {1};

	for (int i = 0; i < VALUES; i++) {
		v[i] = rng_next(&rng) >> (24 + rng_below(&rng, 40));
		histogram_add(h, v[i]);
	}
	qsort(v, VALUES, sizeof(v[0]), compare);
}

static void test_quantiles_are_within_an_eighth(void **state)
{
	static const double q[] = {0.1, 0.5, 0.9, 0.99, 0.999};
	static uint64_t v[VALUES];
	struct histogram h = {0};

	(void)state;
	draw(v, &h);
	for (size_t i = 0; i < sizeof(q) / sizeof(q[0]); i++) {
		double right = (double)v[(int)(q[i] * VALUES) - 1];
		double got = histogram_quantile(&h, q[i]);

		assert_true(got >= right / 1.125 - 1 && got <= right * 1.125 + 1);
	}
	assert_true(histogram_quantile(&h, 1) == (double)v[VALUES - 1]);
	assert_int_equal(h.max, v[VALUES - 1]);
	assert_int_equal(h.n, VALUES);
}

static void test_every_value_is_between_its_bounds(void **state)
{
	(void)state;
	for (unsigned power = 0; power < 64; power++) {
		for (int step = -1; step <= 1; step++) {
			struct histogram h = {0};
			uint64_t v = (UINT64_C(1) << power) + (uint64_t)step;
			double got;

			histogram_add(&h, v);
			histogram_add(&h, UINT64_MAX); // else it is clamped
			got = histogram_quantile(&h, 0);
			assert_true(got <= (double)v);
			assert_true(v >= UINT64_C(1) << 48 ||
			            got >= (double)v / 1.125 - 1);
		}
	}
}

static void test_of_nothing_there_is_nothing(void **state)
{
	struct histogram h = {0};
	struct wl_run r = {0};

	(void)state;
	assert_true(histogram_quantile(&h, 0.5) == 0);
	histogram_latency(&h, &r);
	assert_int_equal(r.n_metric, 0);
}

static void test_merged_is_as_if_added(void **state)
{
	struct histogram a = {0}, b = {0}, both = {0};

	(void)state;
	for (uint64_t i = 0; i < 1000; i++) {
		histogram_add(i % 3 ? &a : &b, i * i);
		histogram_add(&both, i * i);
	}
	histogram_merge(&a, &b);
	assert_memory_equal(&a, &both, sizeof(a));
}

static void test_the_report_has_them_in_order(void **state)
{
	struct histogram h = {0};
	struct wl_run r = {0};

	(void)state;
	for (uint64_t i = 1; i <= 100; i++)
		histogram_add(&h, i * 1000);
	histogram_latency(&h, &r);
	assert_int_equal(r.n_metric, 7);
	assert_string_equal(r.metric[0].name, "latency_mean");
	assert_true(r.metric[0].value == 50500);
	assert_string_equal(r.metric[6].name, "latency_max");
	assert_true(r.metric[6].value == 100000);
	assert_string_equal(r.metric[6].better, "lower");
	for (size_t i = 2; i < r.n_metric; i++)
		assert_true(r.metric[i - 1].value <= r.metric[i].value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quantiles_are_within_an_eighth),
		cmocka_unit_test(test_every_value_is_between_its_bounds),
		cmocka_unit_test(test_of_nothing_there_is_nothing),
		cmocka_unit_test(test_merged_is_as_if_added),
		cmocka_unit_test(test_the_report_has_them_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
