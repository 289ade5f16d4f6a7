// test_preemption.c - that a wrong sum is found, and that slices and delays are
// measured where there are any.
#include "../preemption.c"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static void wrong_sum(struct wl_run *r)
{
	struct pack *p = r->state;

	p->hog[0].sum++;
}

static bool has_metric(const struct wl_run *r, const char *name)
{
	for (size_t i = 0; i < r->n_metric; i++) {
		if (strcmp(r->metric[i].name, name) == 0)
			return true;
	}
	return false;
}

static void ask_library(int64_t param[WL_PARAMS_MAX])
{
	param[POLL] = 1;
	param[PIECES] = 100000; // many slices
}

static struct wl_run run(const char *policy)
{
	struct trial t = {
		.w = &wl_preemption,
		.procs = 1,
		.rounds = 2,
		.policy = policy,
		.adjust = ask_library,
	};

	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_true(t.verified);
	return t.run;
}

static void test_slices_are_measured(void **state)
{
	struct wl_run r = run("preempt=poll:100us");

	(void)state;
	assert_true(has_metric(&r, "slice_p50"));
	assert_true(has_metric(&r, "delay_p99"));
}

// The second begins when the first is done: that is one slice, and no delay.
static void test_without_preemption_there_is_no_delay(void **state)
{
	struct wl_run r = run("preempt=none");

	(void)state;
	assert_false(has_metric(&r, "delay_p99"));
}

static void test_a_wrong_sum_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_preemption, wrong_sum);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slices_are_measured),
		cmocka_unit_test(test_without_preemption_there_is_no_delay),
		cmocka_unit_test(test_a_wrong_sum_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
