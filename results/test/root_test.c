// root_test.c - zeros that are known, and how often a function is asked.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "near.h"

#include <math.h>
#include <results/root.h>

static int asked;

static double line(double x, const void *of)
{
	asked++;
	return x - *(const double *)of;
}

static double exponential(double x, const void *of)
{
	asked++;
	return exp(x) - *(const double *)of;
}

// Flat to the last bit on most of its way.
static double step(double x, const void *of)
{
	asked++;
	return erf(50 * (x - *(const double *)of));
}

static double jump(double x, const void *of)
{
	asked++;
	return x < *(const double *)of ? -1e-9 : 1e9;
}

static void test_known(void **state)
{
	(void)state;
	static const struct {
		double (*f)(double x, const void *of);
		double of, low, high, root;
		int most;
	} all[] = {
		{line, 0.3, 0, 1, 0.3, 4},
		{line, 0, 0, 1, 0, 2},
		{line, 1, 0, 1, 1, 2},
		{line, -4e8, -1e9, 1, -4e8, 8},
		{exponential, 2, 0, 1, M_LN2, 14},
		{exponential, 1e6, 0, 64, 6 * M_LN10, 40},
		{step, 0.7, -1000, 1000, 0.7, 100},
		{jump, 0.7, -1000, 1000, 0.7, 200},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		asked = 0;
		double x = root_rising(all[i].f, &all[i].of, all[i].low,
		                       all[i].high);
		if (fabs(x - all[i].root) > 1e-12 * fmax(1, fabs(all[i].root)) ||
		    asked > all[i].most)
			fail_msg("%zu: %.17g, asked %d times", i, x, asked);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
