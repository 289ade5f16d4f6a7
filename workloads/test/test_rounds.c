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

static void check(const struct workload *w, int procs, const char *policy)
{
	struct trial t = {
		.w = w,
		.procs = procs,
		.policy = policy,
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
		check(w, procs, NULL);
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

// Compiled with polls they give the same answers, also when each poll looks.
static void test_polled_twins(void **state)
{
	const struct workload *w, *polled;

	(void)state;
	for (size_t i = 0; (w = wl_catalogue(i)); i++) {
		polled = wl_polled(w);
		assert_non_null(polled);
		assert_ptr_not_equal(polled, w);
		assert_string_equal(polled->name, w->name);
		check(polled, 2, "preempt=compiler:50us:polls=1");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_p),
		cmocka_unit_test(test_two_ps),
		cmocka_unit_test(test_four_ps),
		cmocka_unit_test(test_polled_twins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
