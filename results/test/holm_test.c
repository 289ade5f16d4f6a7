// holm_test.c - Holm against the closed test, listed.
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
#include <results/holm.h>
#include <string.h>

#define NUMBER(table) (sizeof(table) / sizeof *(table))

static void test_references(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(adjusteds); i++) {
		const struct adjusted *a = &adjusteds[i];
		double p[6];
		memcpy(p, a->p, sizeof p);
		assert_int_equal(holm_adjust(p, a->n), 0);
		for (size_t k = 0; k < a->n; k++)
			assert_near(a->name, p[k], a->want[k]);
	}
}

static void test_no_test(void **state)
{
	(void)state;
	double p[] = {NAN, 0.02, NAN, 0.03};
	assert_int_equal(holm_adjust(p, 4), 0);
	assert_near("NaN", p[0], NAN);
	assert_near("of two", p[1], 0.04);
	assert_near("not less than before", p[3], 0.04);
	assert_int_equal(holm_adjust(p, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_no_test),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
