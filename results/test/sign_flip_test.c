// sign_flip_test.c - sign flips against SciPy, and the drawn against the exact.
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
#include <results/random.h>
#include <results/sign_flip.h>

#define NUMBER(table) (sizeof(table) / sizeof *(table))

static double p_of(const double *v, size_t n, enum sign_flip_side side)
{
	struct sign_flip t;
	assert_int_equal(sign_flip_test(v, n, side, 1, &t), 0);
	assert_int_equal(t.exact, n <= SIGN_FLIP_EXACT);
	return t.p;
}

static void test_references(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(flips); i++) {
		const struct flip *f = &flips[i];
		assert_near(f->name, p_of(f->v, f->n, SIGN_FLIP_BOTH), f->both);
		assert_near(f->name, p_of(f->v, f->n, SIGN_FLIP_ABOVE), f->above);
		assert_near(f->name, p_of(f->v, f->n, SIGN_FLIP_BELOW), f->below);
		struct sign_flip t;
		assert_int_equal(
			sign_flip_robust(f->v, f->n, SIGN_FLIP_BOTH, 1, &t), 0);
		assert_near(f->name, t.p, f->robust);
	}
}

// All flips but one lie below the sum of ones: the most extreme there is.
static void test_smallest_p(void **state)
{
	(void)state;
	double v[SIGN_FLIP_EXACT];
	for (size_t n = 1; n <= SIGN_FLIP_EXACT; n++) {
		v[n - 1] = 0.1;
		assert_near("above", p_of(v, n, SIGN_FLIP_ABOVE),
		            ldexp(1, -(int)n));
		assert_near("below", p_of(v, n, SIGN_FLIP_BELOW), 1);
	}
}

// 0.1 + 0.2 is not 0.3 in binary: flips that are equal on paper count as equal.
static void test_equal_on_paper(void **state)
{
	(void)state;
	const double v[] = {0.1, 0.2, -0.3};
	assert_near("sum 0", p_of(v, 3, SIGN_FLIP_BOTH), 1);
	const double w[] = {0.3, 0.1, -0.2}; // sum 0.2, as -0.1 + 0.3 ...
	assert_near("sum 0.2", p_of(w, 3, SIGN_FLIP_ABOVE), 3.0 / 8);
}

static void test_drawn(void **state)
{
	(void)state;
	double v[SIGN_FLIP_EXACT + 1];
	uint64_t seed = 5;
	for (int i = 0; i < SIGN_FLIP_EXACT; i++)
		v[i] = (double)random_below(&seed, 1000) - 380;
	v[SIGN_FLIP_EXACT] = 0; // changes no p, but is one too many
	for (int side = SIGN_FLIP_BOTH; side <= SIGN_FLIP_BELOW; side++) {
		double exact = p_of(v, SIGN_FLIP_EXACT,
		                    (enum sign_flip_side)side);
		double drawn = p_of(v, SIGN_FLIP_EXACT + 1,
		                    (enum sign_flip_side)side);
		double error = sqrt(exact * (1 - exact) / SIGN_FLIP_DRAWS);
		assert_true(exact > 0.001 && exact < 0.999);
		assert_true(fabs(drawn - exact) < 4 * error);
	}
}

static void test_drawn_is_never_0(void **state)
{
	(void)state;
	double v[100];
	for (int i = 0; i < 100; i++)
		v[i] = 1;
	assert_near("floor", p_of(v, 100, SIGN_FLIP_BOTH), 1.0 / SIGN_FLIP_DRAWS);
}

// Under no difference at all p below 0.1 comes in at most a tenth of the cases.
static void test_level(void **state)
{
	(void)state;
	uint64_t seed = 11;
	int found = 0, rounds = 2000;
	for (int i = 0; i < rounds; i++) {
		double v[9];
		for (int k = 0; k < 9; k++) {
			double size = -log(
				(double)(random_below(&seed, 1 << 20) + 1) /
				(1 << 20));
			v[k] = random_next(&seed) >> 63 ? size : -size;
		}
		found += p_of(v, 9, SIGN_FLIP_BOTH) <= 0.1;
	}
	assert_in_range(found, rounds * 7 / 100, rounds * 12 / 100);
}

static void test_nothing_to_say(void **state)
{
	(void)state;
	const double zero[40] = {0};
	assert_near("none", p_of(zero, 0, SIGN_FLIP_BOTH), 1);
	assert_near("none", p_of(zero, 0, SIGN_FLIP_ABOVE), 1);
	assert_near("zeros", p_of(zero, 5, SIGN_FLIP_ABOVE), 1);
	assert_near("zeros", p_of(zero, 40, SIGN_FLIP_BELOW), 1);
}

static void test_hostile(void **state)
{
	(void)state;
	const double bad[] = {1, NAN}, far[] = {INFINITY, -INFINITY};
	const double huge[] = {1e308, 1e308};
	struct sign_flip t;
	assert_int_equal(sign_flip_test(bad, 2, SIGN_FLIP_BOTH, 1, &t), -EINVAL);
	assert_int_equal(sign_flip_test(far, 2, SIGN_FLIP_BOTH, 1, &t), -EINVAL);
	assert_int_equal(sign_flip_robust(bad, 2, SIGN_FLIP_BOTH, 1, &t),
	                 -EINVAL);
	assert_int_equal(sign_flip_robust(far, 2, SIGN_FLIP_BOTH, 1, &t),
	                 -EINVAL);
	assert_int_equal(sign_flip_test(huge, 2, SIGN_FLIP_BOTH, 1, &t), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_smallest_p),
		cmocka_unit_test(test_equal_on_paper),
		cmocka_unit_test(test_drawn),
		cmocka_unit_test(test_drawn_is_never_0),
		cmocka_unit_test(test_level),
		cmocka_unit_test(test_nothing_to_say),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
