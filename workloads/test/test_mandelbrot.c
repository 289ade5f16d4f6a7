// test_mandelbrot.c - points whose iterations are known, and that a row which was
// not counted, or twice, is found.
#include "../mandelbrot.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void test_known_points(void **state)
{
	(void)state;
	assert_int_equal(iterations(0, 0, 50), 50);        // in the set
	assert_int_equal(iterations(-ONE, 0, 50), 50);     // period 2
	assert_int_equal(iterations(-2 * ONE, 0, 50), 50); // the tip
	assert_int_equal(iterations(ONE, 0, 50), 3);       // 0, 1, 2, 5
	assert_int_equal(iterations(ONE, ONE, 50), 2);     // 0, 1+i, 1+3i
}

static void uncounted(struct wl_run *r)
{
	struct picture *p = r->state;

	p->row[p->size / 2].sum = 0;
}

static void counted_twice(struct wl_run *r)
{
	struct picture *p = r->state;

	p->row[0].sum *= 2;
}

static void test_spoiled_rows_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_mandelbrot, uncounted);
	trial_assert_found(&wl_mandelbrot, counted_twice);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_points),
		cmocka_unit_test(test_spoiled_rows_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
