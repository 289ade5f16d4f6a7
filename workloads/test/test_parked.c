// test_parked.c - all are woken, and one that was not is found; parked
// goroutines take memory, but not more than a few pages each.
#include "../parked.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void test_memory_is_told(void **state)
{
	struct trial t = {.w = &wl_parked, .procs = 2, .rounds = 2};

	(void)state;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_true(t.verified);
	assert_int_equal(t.ops, 1000);
	assert_int_equal(t.run.n_metric, 1);
	assert_true(t.run.metric[0].value > 1000 &&
	            t.run.metric[0].value < 100000);
}

static void lose_one(struct wl_run *r)
{
	struct lot *lot = r->state;

	lot->woken--;
}

static void test_a_lost_goroutine_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_parked, lose_one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_told),
		cmocka_unit_test(test_a_lost_goroutine_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
