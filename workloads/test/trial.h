// trial.h - runs a workload at tiny size on the real runtime, for the tests.
//
// cmocka's asserts jump, which no goroutine may do: a trial only records, and
// the test asserts when the runtime is gone.
#ifndef WORKLOADS_TEST_TRIAL_H
#define WORKLOADS_TEST_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workload.h"

enum { TRIAL_SEED = 7 };

struct trial {
	// What to run.
	const struct workload *w;
	int procs, rounds;
	uint64_t least_ns;  // go on with rounds until so much time is over
	const char *policy; // NULL: go1.27
	const struct wl_outside *outside;
	void (*adjust)(int64_t param[WL_PARAMS_MAX]); // from tiny; may be NULL
	// Called before the last round or its verify; may be NULL.
	void (*before_round)(struct wl_run *r);
	void (*before_verify)(struct wl_run *r);
	// What came out.
	int run_err, prepare_err;
	bool verified; // every round was right
	uint64_t ops;  // of the last round; all rounds had as many
	bool ops_vary;
	struct wl_run run; // as finish left it; state is gone
};

void trial_run(struct trial *t);

// trial_may_starve tells the policies (a spec with all axes that matter) that may leave
// a runnable goroutine out for as long as others yield, which transfer is there to find:
// those that look at the global queue first, where the yielding come back to, and
// those that run another than the one that waited longest (the last, the shortest, the
// one that had least).
bool trial_may_starve(const struct workload *w, const char *policy);

// trial_assert_found runs w twice, undisturbed and with spoil before verify,
// and asserts that verify passes the first and fails the second with a reason.
void trial_assert_found(const struct workload *w,
                        void (*spoil)(struct wl_run *r));

// trial_main is the main of a test that only spoils answers: trial_assert_found for
// each of a list that NULL ends.
typedef void (*trial_spoil)(struct wl_run *r);
int trial_main(const struct workload *w, const trial_spoil *spoil);

#endif
