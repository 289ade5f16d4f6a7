// power_test.c - Student's t and what can be seen, against SciPy.
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
#include <results/power.h>
#include <results/student.h>

#define NUMBER(table) (sizeof(table) / sizeof *(table))

static void test_student(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(students); i++) {
		const struct student *s = &students[i];
		assert_close("t", student_below(s->x, s->freedom, s->shift),
		             s->below, 1e-10);
	}
}

static void test_quantile(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(quantiles); i++) {
		const struct quantile *q = &quantiles[i];
		assert_close("quantile", student_quantile(q->p, q->freedom),
		             q->x, 1e-9);
	}
}

static void test_detectable(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(effects); i++) {
		const struct effect *e = &effects[i];
		assert_close("one",
		             power_detectable_one(e->sd, e->n, e->alpha, e->power),
		             e->one, 1e-8);
		assert_close("two",
		             power_detectable_two(e->sd, e->n, e->n, e->alpha,
		                                  e->power),
		             e->two, 1e-8);
	}
}

// What n values can see needs n values, and a little less needs one more.
static void test_needed_is_the_inverse(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(effects); i++) {
		const struct effect *e = &effects[i];
		assert_int_equal(power_needed_one(e->sd, e->one * 1.000001,
		                                  e->alpha, e->power),
		                 e->n);
		assert_int_equal(power_needed_two(e->sd, e->two * 0.999999,
		                                  e->alpha, e->power),
		                 e->n + 1);
	}
}

// R: power.t.test(delta = 1, sd = 1, power = 0.9) asks for n = 22.02.
static void test_of_the_manual(void **state)
{
	(void)state;
	assert_int_equal(power_needed_two(1, 1, 0.05, 0.9), 23);
}

static void test_ends(void **state)
{
	(void)state;
	assert_true(isinf(power_detectable_one(1, 1, 0.05, 0.8)));
	assert_true(isinf(power_detectable_two(1, 5, 0, 0.05, 0.8)));
	assert_true(isinf(power_detectable_two(1, 1, 1, 0.05, 0.8)));
	assert_near("no spread", power_detectable_one(0, 5, 0.05, 0.8), 0);
	assert_int_equal(power_needed_one(0, 0.1, 0.05, 0.8), 2);
	assert_int_equal(power_needed_one(1, 0, 0.05, 0.8), POWER_MOST);
	assert_int_equal(power_needed_two(1, 1e-9, 0.05, 0.8), POWER_MOST);
	assert_int_equal(power_needed_two(NAN, 0.1, 0.05, 0.8), POWER_MOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_student),
		cmocka_unit_test(test_quantile),
		cmocka_unit_test(test_detectable),
		cmocka_unit_test(test_needed_is_the_inverse),
		cmocka_unit_test(test_of_the_manual),
		cmocka_unit_test(test_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
