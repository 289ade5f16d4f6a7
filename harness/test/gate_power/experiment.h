// experiment.h - gates that were run for one purpose: a directory of verdicts.
#ifndef HARNESS_TEST_GATE_POWER_EXPERIMENT_H
#define HARNESS_TEST_GATE_POWER_EXPERIMENT_H

#include <results/verdict_file.h>
#include <stddef.h>

struct experiment {
	char name[64];
	struct verdict_read *gate; // that came to their end
	size_t n, unfinished;
	size_t end[VERDICT_ENDS];
	size_t regressed; // gates in which a row is, and it is not too noisy
	size_t improved;  // gates in which a row is, and none has regressed
	double seconds,
		budget; // of a gate: mean, and as asked for (NaN: they differ)
};

// experiment_read reads all DIR/NAME/*.json, in order. 0, or -errno after a
// message on standard error; a directory that is not there is empty.
int experiment_read(struct experiment *e, const char *dir, const char *name);
void experiment_free(struct experiment *e);

#endif
