// test_skynet.c - that a lost leaf is found, and a tree of one leaf is one.
#include "../skynet.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void lose_a_leaf(struct wl_run *r)
{
	struct tree *t = r->state;

	t->sum -= t->leaves - 1;
}

static void no_channel(struct wl_run *r)
{
	struct tree *t = r->state;

	t->failed = true;
}

static void test_spoiled_sums_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_skynet, lose_a_leaf);
	trial_assert_found(&wl_skynet, no_channel);
}

static int64_t depth;

static void set_depth(int64_t *param)
{
	param[DEPTH] = depth;
}

static void test_depths(void **state)
{
	static const uint64_t goroutines[] = {1, 11, 111, 1111, 11111};

	(void)state;
	for (depth = 0; depth <= 4; depth++) {
		struct trial t = {.w = &wl_skynet, .procs = 2, .rounds = 2};

		t.adjust = set_depth;
		trial_run(&t);
		assert_int_equal(t.run_err, 0);
		assert_true(t.verified);
		assert_int_equal(t.ops, goroutines[depth]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spoiled_sums_are_found),
		cmocka_unit_test(test_depths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
