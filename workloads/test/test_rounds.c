// test_rounds.c - every workload, at tiny size, gives its known answer round
// after round, on one P, two, and more than there may be processors.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trial.h"

enum { ROUNDS = 3 };

static void check(const struct workload *w, int procs)
{
	struct trial t = {
		.w = w,
		.procs = procs,
		.rounds = ROUNDS,
	};

	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	if (t.prepare_err == -ENOTSUP) {
		print_message("%s: %s\n", w->name, t.run.why);
		return;
	}
	if (t.prepare_err || !t.verified)
		fail_msg("%s on %d: %s", w->name, procs, t.run.why);
	assert_false(t.ops_vary);
	assert_true(t.ops > 0);
}

static void check_all(int procs)
{
	const struct workload *w;

	for (size_t i = 0; (w = wl_catalogue(i)); i++)
		check(w, procs);
}

static void test_one_p(void **state)
{
	(void)state;
	check_all(1);
}

static void test_two_ps(void **state)
{
	(void)state;
	check_all(2);
}

static void test_four_ps(void **state)
{
	(void)state;
	check_all(4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_p),
		cmocka_unit_test(test_two_ps),
		cmocka_unit_test(test_four_ps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
