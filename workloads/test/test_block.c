// test_block.c - that a missing call is found.
#include "../block.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void missing_call(struct wl_run *r)
{
	struct crowd *c = r->state;

	c->caller[c->n - 1].made--;
}

static void test_a_missing_call_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_block, missing_call);
}

static void add_work(int64_t *param)
{
	param[WORK] = 1000;
}

static void test_with_work_between_the_calls(void **state)
{
	struct trial t = {.w = &wl_block, .procs = 2, .rounds = 2};

	(void)state;
	t.adjust = add_work;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_true(t.verified);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_missing_call_is_found),
		cmocka_unit_test(test_with_work_between_the_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
