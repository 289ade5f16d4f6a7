// test_fib.c - Fibonacci: the known answers, and that a wrong one is found.
#include "../fib.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void test_known_answers(void **state)
{
	// OEIS A000045.
	static const struct {
		int n;
		uint64_t f;
	} row[] = {
		{0, 0},       {1, 1},        {2, 1},          {10, 55},
		{30, 832040}, {35, 9227465}, {40, 102334155}, {45, 1134903170},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_int_equal(fibonacci(row[i].n), row[i].f);
}

static int64_t small_n;

static void set_small_n(int64_t *param)
{
	param[N] = small_n;
}

static void test_smallest_numbers(void **state)
{
	// A spawn per call with n > 1.
	static const uint64_t spawns[] = {0, 0, 1, 2, 4, 7, 12};

	(void)state;
	for (small_n = 0; small_n < 7; small_n++) {
		struct trial t = {.w = &wl_fib, .procs = 1, .rounds = 1};

		t.adjust = set_small_n;
		trial_run(&t);
		assert_int_equal(t.run_err, 0);
		assert_true(t.verified);
		assert_int_equal(t.ops, spawns[small_n]);
	}
}

static void wrong_value(struct wl_run *r)
{
	struct answer *got = r->state;

	got->value++;
}

static void lost_spawn(struct wl_run *r)
{
	struct answer *got = r->state;

	got->spawns--;
}

static void test_wrong_value_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_fib, wrong_value);
}

static void test_lost_spawn_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_fib, lost_spawn);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_answers),
		cmocka_unit_test(test_smallest_numbers),
		cmocka_unit_test(test_wrong_value_is_found),
		cmocka_unit_test(test_lost_spawn_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
