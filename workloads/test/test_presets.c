// test_presets.c - every workload gives its known answer under every preset, round after
// round for 10 ms; all in one process.
//
// On one P, two or four, in turn: each workload meets each preset, and either of them
// each number of Ps. scripts/nightly has all combinations.
#include <dyno/policy.h>
#include <dyno/time.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "trial.h"

static const int procs[] = {1, 2, 4};

enum { PROCS = sizeof(procs) / sizeof(procs[0]) };

static void check(const struct workload *w, const char *preset, int n)
{
	struct trial t = {
		.w = w,
		.procs = n,
		.rounds = 1,
		.least_ns = 10 * DY_MS,
		.policy = preset,
	};

	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	if (t.prepare_err == -ENOTSUP)
		return;
	if (t.prepare_err || !t.verified)
		fail_msg("%s under %s on %d Ps: %s", w->name, preset, n,
		         t.run.why);
}

static void test_every_workload_under_every_preset(void **state)
{
	const char *preset, *spec;
	const struct workload *w;
	size_t pairs = 0, skipped = 0;

	(void)state;
	for (size_t i = 0; (w = wl_catalogue(i)); i++) {
		for (size_t j = 0; (preset = dy_policy_preset(j, &spec, NULL));
		     j++) {
			pairs++;
			if (trial_may_starve(w, spec))
				skipped++;
			else
				check(w, preset, procs[(i + j) % PROCS]);
		}
	}
	// Those of one workload at most are left out: transfer, where it may starve.
	assert_true(pairs > 0 && skipped < pairs / 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_workload_under_every_preset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
