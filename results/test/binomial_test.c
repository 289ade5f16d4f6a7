// binomial_test.c - exact bounds, against sums of integers (Python, no rounding).
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "near.h"

#include <results/binomial.h>

static void test_bounds(void **state)
{
	(void)state;
	static const struct {
		size_t k, n;
		double confidence, low, high;
	} all[] = {
		{0, 200, 0.95, 0, 0.0182753403551},
		{2, 200, 0.95, 0.00121334901377, 0.0356546683972},
		{57, 60, 0.95, 0.860756753279, 0.989567670356},
		{58, 60, 0.95, 0.884718955581, 0.995937375358},
		{60, 60, 0.95, 0.940370507714, 1},
		{1, 1, 0.95, 0.025, 1},
		{0, 1, 0.90, 0, 0.95},
		{3, 7, 0.99, 0.0552993499806, 0.882296248331},
		{500, 1000, 0.95, 0.468549172972, 0.531450827028},
		{0, 0, 0.95, 0, 1},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct binomial_bounds b = binomial_bounds(all[i].k, all[i].n,
		                                           all[i].confidence);
		assert_close("low", b.low, all[i].low, 1e-10);
		assert_close("high", b.high, all[i].high, 1e-10);
	}
}

static void test_large(void **state)
{
	(void)state;
	struct binomial_bounds b = binomial_bounds(5000, 1000000, 0.95);
	assert_true(b.low > 0.00486 && b.low < 0.00487);
	assert_true(b.high > 0.00514 && b.high < 0.00515);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_large),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
