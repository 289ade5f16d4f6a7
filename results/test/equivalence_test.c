// equivalence_test.c - two one-sided tests against SciPy.
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
#include <results/equivalence.h>

#define NUMBER(table) (sizeof(table) / sizeof *(table))

static void test_references(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(alikes); i++) {
		const struct alike *a = &alikes[i];
		double p;
		assert_int_equal(
			equivalence_test(a->v, a->n, a->low, a->high, 1, &p), 0);
		assert_near(a->name, p, a->p);
	}
}

// Close together and few is not yet equivalent: 5 values reach 2^-5.
static void test_needs_values(void **state)
{
	(void)state;
	const double v[5] = {0.001, -0.001, 0, 0.002, -0.002};
	double p;
	assert_int_equal(equivalence_test(v, 5, -0.02, 0.02, 1, &p), 0);
	assert_near("five", p, 1.0 / 32);
	assert_int_equal(equivalence_test(v, 0, -0.02, 0.02, 1, &p), 0);
	assert_near("none", p, 1);
}

static void test_hostile(void **state)
{
	(void)state;
	const double v[2] = {0, NAN};
	double p;
	assert_int_equal(equivalence_test(v, 2, -1, 1, 1, &p), -EINVAL);
	assert_int_equal(equivalence_test(v, 1, -1, INFINITY, 1, &p), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_needs_values),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
