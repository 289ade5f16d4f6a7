// test_pingpong.c - several pairs at once, and that a wrong answer is found.
#include "../pingpong.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void three_pairs(int64_t *param)
{
	param[PAIRS] = 3;
	param[MESSAGES] = 500;
}

static void test_several_pairs(void **state)
{
	struct trial t = {.w = &wl_pingpong, .procs = 2, .rounds = 2};

	(void)state;
	t.adjust = three_pairs;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_true(t.verified);
	assert_int_equal(t.ops, 1500);
}

static void wrong_answer(struct wl_run *r)
{
	struct table *t = r->state;

	t->pair[t->n - 1].right--;
}

static void test_a_wrong_answer_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_pingpong, wrong_answer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_several_pairs),
		cmocka_unit_test(test_a_wrong_answer_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
