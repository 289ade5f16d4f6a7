// rounds.h - the rounds of one trial: warmed up, timed, verified.
#ifndef HARNESS_TRIAL_ROUNDS_H
#define HARNESS_TRIAL_ROUNDS_H

#include "../counters.h"

#include <dyno/stats.h>
#include <stdbool.h>
#include <stdint.h>
#include <workloads/workload.h>

enum rounds_outcome {
	ROUNDS_OK,
	ROUNDS_WRONG,
	ROUNDS_UNSUPPORTED,
	ROUNDS_REFUSED, // the workload takes no such parameters
	ROUNDS_ERROR,
};

struct rounds {
	// Set by the caller.
	const struct workload *workload;
	uint64_t duration; // ns of timed rounds to reach; one round at least
	struct counters *counters;
	struct wl_run run; // param and seed

	// Set by rounds_main.
	enum rounds_outcome outcome;
	size_t n;                    // timed rounds
	uint64_t ops;                // in all of them
	double seconds;              // of all of them
	double *throughput;          // of each, op/s
	struct dy_stats stats;       // what the scheduler counted during them
	struct dy_histogram latency; // its scheduling latencies, warm-up left out
	// Resident memory that came with the rounds, warm-up too, by the most goroutines
	// that there were at once; below 0: unknown.
	double memory;
	double idle_cpu; // CPUs in use after them, with nothing to run; below 0: unknown
	// What the runner itself took.
	double empty;   // seconds that the timing of a round adds to it
	double between; // seconds between rounds: reading counters, adding up
	double section; // seconds from the first timed round to the last, verifying too
};

// rounds_main is the main goroutine of a trial; arg is a struct rounds. Its
// counters cover the timed rounds alone: neither the warm-up nor the verifying
// in between. dy_run(..., rounds_main, r) may then be followed by reading r.
void rounds_main(void *arg);

void rounds_free(struct rounds *r);

#endif
