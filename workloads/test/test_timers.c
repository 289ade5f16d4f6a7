// test_timers.c - both ways; and that a timer which never fired, twice or too early is
// found.
#include "../timers.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void use_timers(int64_t *param)
{
	param[WAY] = WAY_TIMER;
}

static void test_timers(void **state)
{
	struct trial t = {.w = &wl_timers, .procs = 2, .rounds = 3};

	(void)state;
	t.adjust = use_timers;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_true(t.verified);
	assert_int_equal(t.ops, 500);
}

static void never(struct wl_run *r)
{
	struct clock *c = r->state;

	c->alarm[0].times = 0;
}

static void twice(struct wl_run *r)
{
	struct clock *c = r->state;

	c->alarm[c->n - 1].times++;
}

static void early(struct wl_run *r)
{
	struct clock *c = r->state;

	c->alarm[1].rang = c->alarm[1].due - 1;
}

static void test_spoiled_timers_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_timers, never);
	trial_assert_found(&wl_timers, twice);
	trial_assert_found(&wl_timers, early);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_timers),
		cmocka_unit_test(test_spoiled_timers_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
