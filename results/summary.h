// summary.h - all of a store in memory: each point with its trials, its median
// throughput and how sure that is.
//
// The metric named "throughput" is what is summed up. Trials that did not end
// ok are counted and listed, and give no number.
#ifndef RESULTS_SUMMARY_H
#define RESULTS_SUMMARY_H

#include "stats.h"
#include "store.h"

#include <stdio.h>

// A number from the trials' documents: a scheduler counter or another one.
struct summary_counter {
	const char *name;   // "steals_won"
	const char *source; // "scheduler", "papi", "rusage", "proc", ...
	const char *unit;
	double median; // over the ok trials that have it
	size_t n;      // how many have it
};

struct summary_trial {
	int64_t id;
	size_t point; // index into summary.point
	int rep, position;
	enum store_outcome outcome;
	const char *message;
	int64_t started;
	double seconds;
	double throughput;                     // NaN: none
	double foreign_cpu_s, steal_s, wall_s; // NaN: not known
	bool outlier;
	const char *hostname;
};

struct summary_point {
	int64_t id;
	const char *subject, *workload, *policy, *params;
	int procs, m_cap;
	const char *op;   // what an operation is: "call"
	const char *unit; // of the throughput: "op/s"
	double *sample;   // throughput of the ok trials, sorted
	size_t n;         // ok trials with a throughput
	size_t n_trial;   // all trials
	size_t n_outlier;
	double median, cv;              // NaN without samples
	struct stats_interval interval; // 95 %
	struct summary_counter *counter;
	size_t n_counter;
};

struct summary {
	struct summary_point *point;
	size_t n_point;
	struct summary_trial *trial; // in the order they were run
	size_t n_trial;
	size_t outcome[STORE_OUTCOMES];
	void *arena; // the strings
};

// summary_load reads a store. 0, or -errno with one line in err.
int summary_load(struct store *s, struct summary *out, char *err, size_t errlen);
void summary_free(struct summary *s);

// summary_print writes a table of the points (median, interval, n, CV), one
// block per workload, and a line per failed trial. Plain text. 0 or -errno.
int summary_print(const struct summary *s, FILE *out);

#endif
