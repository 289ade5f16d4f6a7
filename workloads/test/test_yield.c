// test_yield.c - that a missing yield is found.
#include "../yield.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void missing_yield(struct wl_run *r)
{
	struct ring *ring = r->state;

	ring->member[ring->n - 1].yielded--;
}

static void test_a_missing_yield_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_yield, missing_yield);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_missing_yield_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
