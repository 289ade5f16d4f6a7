// test_nqueens.c - the known answers of small boards, however many rows are
// spawned for; and that another answer is found.
#include "../nqueens.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static int64_t n, spawn;

static void set(int64_t *param)
{
	param[N] = n;
	param[SPAWN] = spawn;
}

static void test_small_boards(void **state)
{
	(void)state;
	for (n = 1; n <= 9; n++) {
		for (spawn = 0; spawn <= 8; spawn += 4) {
			struct trial t = {
				.w = &wl_nqueens, .procs = 2, .rounds = 1};

			t.adjust = set;
			trial_run(&t);
			assert_int_equal(t.run_err, 0);
			assert_true(t.verified);
		}
	}
}

static void one_more(struct wl_run *r)
{
	++*(uint64_t *)r->state;
}

static void test_another_answer_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_nqueens, one_more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_boards),
		cmocka_unit_test(test_another_answer_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
