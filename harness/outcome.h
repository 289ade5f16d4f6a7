// outcome.h - what became of a trial, from how its process ended.
#ifndef HARNESS_OUTCOME_H
#define HARNESS_OUTCOME_H

#include "trial_process.h"

#include <jansson.h>
#include <results/store.h>

struct outcome {
	enum store_outcome kind;
	bool refused;      // the workload takes no such parameters
	char message[512]; // why, when it is not STORE_OK; one line
	json_t *doc;       // the trial's document, or NULL
};

// outcome_decide judges a process that ended. A document is believed only when
// the exit status agrees with it: numbers come from trials that are ok.
void outcome_decide(const struct trial_process *p, struct outcome *out);

#endif
