// experiment.h - gates that were run for one purpose, counted.
#ifndef HARNESS_TEST_GATE_POWER_EXPERIMENT_H
#define HARNESS_TEST_GATE_POWER_EXPERIMENT_H

#include "record.h"

// What an experiment is, and what is asked of it.
struct experiment_kind {
	const char *name, *says;
	double extra; // how much more work head does: a ratio less 1
	size_t asked; // gates
	size_t most; // of them may find something, where nothing is to be found
	size_t least; // of them must find it
};

enum { EXPERIMENTS = 3 };

extern const struct experiment_kind experiment_kinds[EXPERIMENTS];

struct experiment {
	const struct experiment_kind *kind;
	struct records gates;
	size_t n;
	size_t end[VERDICT_ENDS];
	size_t regressed; // gates in which a row is, and it is not too noisy
	size_t improved;  // gates in which a row is, and none has regressed
	size_t flagged;   // gates in which a row was flagged, confirmed or not
	size_t again;     // gates that end alike when they are decided again
	double seconds,
		budget; // of a gate: mean, and as asked for (NaN: they differ)
	// The standard deviation of a block's change of the first row, by the
	// distances to the median: the median of all gates, and between what nine in
	// ten of them lie.
	double noise, noise_low, noise_high;
};

// experiment_read reads DIR/NAME.jsonl. 0, or -errno after a message on standard
// error and nothing to be freed.
int experiment_read(struct experiment *e, const char *dir,
                    const struct experiment_kind *kind);
void experiment_free(struct experiment *e);

#endif
