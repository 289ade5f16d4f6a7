// rank_test_test.c - rank tests against SciPy and full enumerations.
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
#include <results/rank_test.h>

#define NUMBER(table) (sizeof(table) / sizeof *(table))

static void test_two(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(rank_twos); i++) {
		const struct rank_two *r = &rank_twos[i];
		struct rank_test t;
		assert_int_equal(rank_test_two(r->a, r->na, r->b, r->nb, &t), 0);
		assert_near(r->name, t.statistic, r->u);
		assert_near(r->name, t.p, r->p);
		assert_int_equal(t.exact, r->exact);
		assert_int_equal(t.n, r->na + r->nb);
	}
}

static void test_sides_do_not_matter(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(rank_twos); i++) {
		const struct rank_two *r = &rank_twos[i];
		struct rank_test t;
		assert_int_equal(rank_test_two(r->b, r->nb, r->a, r->na, &t), 0);
		assert_near(r->name, t.p, r->p);
	}
}

static void test_one(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(rank_ones); i++) {
		const struct rank_one *r = &rank_ones[i];
		struct rank_test t;
		assert_int_equal(rank_test_one(r->v, r->n, &t), 0);
		assert_near(r->name, t.statistic, r->w);
		assert_near(r->name, t.p, r->p);
		assert_int_equal(t.exact, r->exact);
		assert_int_equal(t.n, r->used);
	}
}

// The exact and the normal p of the largest exact sample are alike: the limit
// is no cliff.
static void test_limit_is_no_cliff(void **state)
{
	(void)state;
	double v[RANK_TEST_EXACT + 1];
	struct rank_test exact, normal;
	for (int i = 0; i <= RANK_TEST_EXACT; i++)
		v[i] = (i % 8 < 5 ? 1 : -1) * (i + 0.37);
	v[RANK_TEST_EXACT] = 0.1; // one more, of the lowest rank
	assert_int_equal(rank_test_one(v, RANK_TEST_EXACT, &exact), 0);
	assert_int_equal(rank_test_one(v, RANK_TEST_EXACT + 1, &normal), 0);
	assert_true(exact.exact);
	assert_false(normal.exact);
	assert_close("limit", normal.p, exact.p, 0.005);
}

static void test_nothing_to_say(void **state)
{
	(void)state;
	const double zero[3] = {0, 0, 0}, same[120] = {0};
	struct rank_test t;
	assert_int_equal(rank_test_two(zero, 0, zero, 3, &t), 0);
	assert_near("no a", t.p, 1);
	assert_int_equal(rank_test_two(zero, 0, zero, 0, &t), 0);
	assert_near("no values", t.p, 1);
	assert_int_equal(rank_test_one(zero, 3, &t), 0);
	assert_near("all zero", t.p, 1);
	assert_int_equal(t.n, 0);
	assert_int_equal(rank_test_two(same, 60, same, 60, &t), 0);
	assert_near("many, all equal", t.p, 1);
}

static void test_hostile(void **state)
{
	(void)state;
	const double bad[] = {1, NAN}, far[] = {1, -INFINITY};
	const double huge[] = {1e308, -1e308};
	struct rank_test t;
	assert_int_equal(rank_test_two(bad, 1, bad, 2, &t), -EINVAL);
	assert_int_equal(rank_test_two(far, 2, far, 1, &t), -EINVAL);
	assert_int_equal(rank_test_one(bad, 2, &t), -EINVAL);
	assert_int_equal(rank_test_one(huge, 2, &t), 0); // only the order counts
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two),
		cmocka_unit_test(test_sides_do_not_matter),
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_limit_is_no_cliff),
		cmocka_unit_test(test_nothing_to_say),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
