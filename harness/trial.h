// trial.h - one trial of a point: started, judged, with the noise around it.
#ifndef HARNESS_TRIAL_H
#define HARNESS_TRIAL_H

#include "outcome.h"
#include "plan.h"

struct trial {
	struct outcome outcome;
	// The document that is kept: the trial's own, or one made here that says
	// what happened, with the noise added. Owned.
	json_t *doc;
	int64_t started; // microseconds since 1970
	double seconds;
	char errors[TRIAL_STDERR_MAX + 1]; // the end of its standard error
};

// trial_run runs a point for the time numbered rep, from 0, by a program that
// plan_find_programs has found. 0, whatever became of the trial; -EINTR when it
// was interrupted; another -errno after a message when it could not even be
// started.
int trial_run(const struct plan *plan, const struct point *point, int rep,
              int64_t seed, struct trial *out);
void trial_free(struct trial *t);

#endif
