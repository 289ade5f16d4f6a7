// test_wakeup.c - that a wake too few or untimed is found; and that workers who get
// no wake are none.
#include "../wakeup.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void too_few(struct wl_run *r)
{
	struct shift *s = r->state;

	s->worker[0].woken--;
}

static void untimed(struct wl_run *r)
{
	struct shift *s = r->state;

	s->worker[s->n - 1].took.n--;
}

static void test_spoiled_wakes_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_wakeup, too_few);
	trial_assert_found(&wl_wakeup, untimed);
}

static void more_workers_than_wakes(int64_t *param)
{
	param[WAKES] = 5;
	param[WORKERS] = 9;
}

static void test_workers_without_a_wake(void **state)
{
	struct trial t = {.w = &wl_wakeup, .procs = 2, .rounds = 2};

	(void)state;
	t.adjust = more_workers_than_wakes;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_true(t.verified);
	assert_int_equal(t.ops, 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spoiled_wakes_are_found),
		cmocka_unit_test(test_workers_without_a_wake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
