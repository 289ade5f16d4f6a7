// test_imbalance.c - that a piece which ran twice or never is found.
#include "../imbalance.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void ran_twice(struct wl_run *r)
{
	struct burst *b = r->state;

	b->piece[b->n - 1].ran = 2;
}

static void never_ran(struct wl_run *r)
{
	struct burst *b = r->state;

	b->piece[0].ran = 0;
}

static void test_a_piece_that_ran_twice_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_imbalance, ran_twice);
}

static void test_a_piece_that_never_ran_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_imbalance, never_ran);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_piece_that_ran_twice_is_found),
		cmocka_unit_test(test_a_piece_that_never_ran_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
