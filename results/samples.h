// samples.h - measured values by name: what every format is read into, and
// written from.
//
// A row is one metric of one benchmark in one configuration, named as Go names
// benchmarks: "Fib/n=30/policy=go1.27-2", where -2 is GOMAXPROCS. Rows keep the
// order in which they came, and values theirs.
#ifndef RESULTS_SAMPLES_H
#define RESULTS_SAMPLES_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SAMPLES_ROWS = 100000,    // the most rows
	SAMPLES_VALUES = 4000000, // the most values of all rows together
};

enum samples_better { SAMPLES_UNKNOWN, SAMPLES_HIGHER, SAMPLES_LOWER };

const char *samples_better_name(enum samples_better b); // "", "higher", "lower"
// samples_better_parse is its inverse; another word is SAMPLES_UNKNOWN.
enum samples_better samples_better_parse(const char *name);

struct samples_row {
	const char *name;
	const char *unit;  // "op/s", "sec/op"; times are in seconds
	const char *group; // the configuration around it: "pkg: x\n"; ""
	const char *host;  // the machine it was measured on; "": not known
	enum samples_better better;
	double *value; // finite
	bool *marked;  // beside each: others were busy meanwhile
	size_t n;
	size_t disturbed; // how many of the values are marked
	size_t left_out;  // how many more there were, all of them marked
	size_t failed;    // trials that left no number
	bool mixed_hosts; // the values come from several machines
};

// Zeroed, it is empty.
struct samples {
	struct samples_row *row;
	size_t n;
	size_t values;      // of all rows
	size_t *slot;       // rows by name, unit and group
	size_t n_slot;      // a power of two
	size_t malformed;   // lines that look like results and are none
	size_t first_bad;   // number of the first of them
	struct arena arena; // the strings
};

// samples_add adds a value to the row that has like's name, unit and group, and
// makes that row if need be; a value that is not finite counts as failed. The
// strings are copied. 0, -E2BIG beyond the limits, -ENOMEM.
int samples_add(struct samples *s, const struct samples_row *like, double value);

// samples_add_disturbed adds one that was measured while others were busy: marked.
int samples_add_disturbed(struct samples *s, const struct samples_row *like,
                          double value);

// samples_leave_out takes the marked values out of all rows, and counts them.
// samples_add_left_out counts n that were taken out of a row before.
void samples_leave_out(struct samples *s);
int samples_add_left_out(struct samples *s, const struct samples_row *like,
                         size_t n);

// samples_add_failed counts trials that left no number, likewise.
int samples_add_failed(struct samples *s, const struct samples_row *like,
                       size_t failed);

// samples_find returns a row, or NULL.
const struct samples_row *samples_find(const struct samples *s, const char *name,
                                       const char *unit, const char *group);

void samples_free(struct samples *s);

// samples_name writes the name of a trial's benchmark: workload, parameters
// (JSON object), policy ("-": none), M cap (0: none), GOMAXPROCS (0: not set),
// and the subject unless it is dyno or a program, which the workload names.
// Lives in the arena; NULL without memory.
struct samples_point {
	const char *subject, *workload, *policy, *params;
	int procs, m_cap;
};
const char *samples_name(struct arena *a, const struct samples_point *p);

// samples_metric sets the name and unit of the row for a metric of the trial
// that samples_name named. The unit is what Go benchmark text calls a metric:
// "op/s" for the throughput, "sched_latency_p50-sec" for others. A metric called
// "Ping-2 sec/op", with its unit, is a line of such text that the program itself
// printed: its row is "Ping-2", with the trial's GOMAXPROCS behind it if that is
// another. 0 or -ENOMEM.
int samples_metric(struct arena *a, const char *trial, const char *name,
                   const char *unit, struct samples_row *out);

// samples_read reads whatever lies at path: the directory or file of a store,
// JSON (samples_json.h), or Go benchmark text. 0, or -errno with one line in
// err: -ENOENT, -EINVAL when there are no results in it.
int samples_read(struct samples *s, const char *path, char *err, size_t errlen);

// samples_drop forgets a part of all names and groups, so that rows that differ
// in nothing else become one: "policy" drops "/policy=...", "procs" the "-2" at
// the end, "workload" what stands before the first slash, "pkg" the line
// "pkg: ...". 0 or -errno.
int samples_drop(struct samples *s, const char *key);

#endif
