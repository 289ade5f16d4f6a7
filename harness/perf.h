// perf.h - what the kernel counts of a program and all that it starts.
//
// perf_event_open rather than PAPI: only it can count another process from its
// first instruction on, with every thread and child.
#ifndef HARNESS_PERF_H
#define HARNESS_PERF_H

#include "counters.h"

#include <jansson.h>
#include <sys/types.h>

enum { PERF_MAX = 8 };

// Which events can be believed here.
struct perf_promise {
	bool present[PERF_MAX];
	char why[PERF_MAX][COUNTER_WHY_MAX]; // why not
	bool user_only[PERF_MAX]; // the kernel lets us count in user mode only
};

// Counters being counted: the descriptor of each, or -1.
struct perf_set {
	int fd[PERF_MAX];
};

struct perf_counts {
	bool counted[PERF_MAX];
	double value[PERF_MAX];
};

// perf_promised tries every event on a child that does what must move it, as
// control.h has it; once, later calls get the same. It takes about ten
// milliseconds. NULL when no child could be started.
const struct perf_promise *perf_promised(void);

// perf_open opens the promised events for all that the calling process is going
// to start, from its exec on; the caller itself is not counted.
void perf_open(struct perf_set *s, const struct perf_promise *promise);

// perf_read reads them when all that was counted has ended. An event that had
// to share its counter with others is scaled to the whole time.
void perf_read(const struct perf_set *s, struct perf_counts *out);

// perf_json adds the counters to an array as in the trial document, and says of
// the others why they are absent. cpu_seconds is what the program used: when
// the task clock saw nothing of that, nothing is believed.
void perf_json(const struct perf_promise *promise,
               const struct perf_counts *counts, double cpu_seconds,
               json_t *counters, json_t *absent);

#endif
