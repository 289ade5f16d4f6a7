// hodges_lehmann_test.c - estimates and intervals against all pairs, listed.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "inference.h"
#include "near.h"

#include <errno.h>
#include <math.h>
#include <results/hodges_lehmann.h>

#define NUMBER(table) (sizeof(table) / sizeof *(table))

static void test_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(middles); i++) {
		const struct middle *m = &middles[i];
		struct hodges_lehmann h;
		assert_int_equal(
			hodges_lehmann_one(m->v, m->n, m->confidence, &h), 0);
		assert_near(m->name, h.estimate, m->estimate);
		assert_near(m->name, h.low, m->low);
		assert_near(m->name, h.high, m->high);
		assert_int_equal(h.range, m->range);
	}
}

static void test_two(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(shifts); i++) {
		const struct shift *s = &shifts[i];
		struct hodges_lehmann h;
		assert_int_equal(hodges_lehmann_two(s->a, s->na, s->b, s->nb,
		                                    s->confidence, &h),
		                 0);
		assert_near(s->name, h.estimate, s->estimate);
		assert_near(s->name, h.low, s->low);
		assert_near(s->name, h.high, s->high);
		assert_int_equal(h.range, s->range);
	}
}

// More values than there are exact distributions for.
static void test_many(void **state)
{
	(void)state;
	double v[301], w[301];
	struct hodges_lehmann one, two;
	for (int i = 0; i < 301; i++) {
		v[i] = i - 150;
		w[i] = i - 140;
	}
	assert_int_equal(hodges_lehmann_one(v, 301, 0.95, &one), 0);
	assert_near("middle", one.estimate, 0);
	assert_near("symmetric", one.low, -one.high);
	// The t interval of a uniform sample: 1.96 * 301 / sqrt(12 * 301) = 9.83.
	assert_true(one.high > 8 && one.high < 12);
	assert_int_equal(hodges_lehmann_two(v, 301, w, 301, 0.95, &two), 0);
	assert_near("shift", two.estimate, 10);
	assert_true(two.low > -6 && two.low < -2);
	assert_near("symmetric", two.high - 10, 10 - two.low);
}

static void test_wild_value(void **state)
{
	(void)state;
	const double v[] = {1, 1.1, 0.9, 1.05, 0.95, 1e300};
	struct hodges_lehmann h;
	assert_int_equal(hodges_lehmann_one(v, 6, 0.9, &h), 0);
	assert_true(h.estimate > 0.9 && h.estimate < 1.2);
}

static void test_hostile(void **state)
{
	(void)state;
	const double bad[] = {1, NAN}, huge[] = {1e308, -1e308};
	struct hodges_lehmann h;
	assert_int_equal(hodges_lehmann_one(bad, 0, 0.95, &h), -EINVAL);
	assert_int_equal(hodges_lehmann_one(bad, 2, 0.95, &h), -EINVAL);
	assert_int_equal(hodges_lehmann_two(bad, 1, bad, 0, 0.95, &h), -EINVAL);
	assert_int_equal(hodges_lehmann_two(bad, 1, bad, 2, 0.95, &h), -EINVAL);
	assert_int_equal(hodges_lehmann_two(huge, 2, huge, 2, 0.95, &h), -EINVAL);
	assert_int_equal(hodges_lehmann_one(huge, 2, 0.95, &h), 0);
	assert_near("no overflow", h.estimate, 0);
	assert_true(h.range);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_wild_value),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
