// test_contend.c - all four ways come to the same, and a lost or wrong addition is
// found.
#include "../contend.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static int64_t way;

static void set_way(int64_t *param)
{
	param[WAY] = way;
}

static void test_all_ways(void **state)
{
	(void)state;
	for (way = 0; way <= 3; way++) {
		struct trial t = {.w = &wl_contend, .procs = 4, .rounds = 3};

		t.adjust = set_way;
		trial_run(&t);
		assert_int_equal(t.run_err, 0);
		assert_true(t.verified);
		assert_int_equal(t.ops, 2000);
		assert_string_equal(t.run.metric[t.run.n_metric - 1].name,
		                    "fairness");
	}
}

static void lose_one(struct wl_run *r)
{
	struct ledger *l = r->state;

	l->got.count--;
}

static void wrong_number(struct wl_run *r)
{
	struct ledger *l = r->state;

	l->got.sum ^= 1;
}

static void test_spoiled_sums_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_contend, lose_one);
	trial_assert_found(&wl_contend, wrong_number);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_ways),
		cmocka_unit_test(test_spoiled_sums_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
