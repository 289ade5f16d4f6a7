// summary.h - all of a store in memory: each point with its trials, its median
// throughput and how sure that is.
//
// The main metric is what is summed up: the throughput, or what a program measured
// has instead (store_main_metric). Each other metric that is better on one side can
// be seen in its place, through a view. Trials that did not end ok are counted and
// listed, and give no number. Nor do disturbed ones, during
// which others used much of their CPUs; but where most of a point's numbers are
// disturbed that is how the machine is, and all are used.
#ifndef RESULTS_SUMMARY_H
#define RESULTS_SUMMARY_H

#include "arena.h"
#include "bootstrap.h"
#include "stats.h"
#include "store.h"

#include <stdio.h>

// A number out of the trials' documents.
struct summary_counter {
	const char *name;   // "steals_won"
	const char *source; // "scheduler", "papi", "rusage", "proc", ...
	const char *scope;  // "trial": the whole process; else the timed part
	const char *unit;   // "1" for a count
	double *value;      // of the trials used that have it, sorted
	size_t n;
	double *disturbed; // while a store is read: those that may be left out
	size_t n_disturbed;
	double median;
};

// A metric that is better on one side.
struct summary_metric {
	const char *name, *unit;
	bool lower; // less is better
};

// A trial's value of another metric than the main one.
struct summary_number {
	size_t trial, metric; // indices into summary
	double value;
};

struct summary_trial {
	int64_t id;
	size_t point; // index into summary.point
	int rep, position;
	enum store_outcome outcome;
	const char *message;
	int64_t started;
	double seconds;
	double throughput;                     // the metric; NaN: none
	double foreign_cpu_s, steal_s, wall_s; // NaN: not known
	bool disturbed; // others used more of its CPUs than the plan allows
	bool outlier;   // among the trials used of its point
	const char *hostname; // "": not known
};

struct summary_point {
	int64_t id;
	const char *subject, *workload, *policy;
	const char *params; // canonical JSON object, without the axes below
	const char *setting; // the same for a person: "depth=20 width=4"; "": none
	int procs, m_cap;    // m_cap 0: none
	int64_t quota;       // thousandths of a CPU; 0: none
	const char *pin;     // the plan of CPUs, where it is an axis; else ""
	const char *op;      // what an operation is: "call"
	const char *unit;    // of the metric: "call/s"
	double *sample;      // the metric of the trials used, sorted
	size_t n;            // ok trials with the metric that are used
	size_t n_trial;      // all trials
	double *disturbed;  // while a store is read: those that may be left out
	size_t n_disturbed; // ok trials with the metric that were disturbed
	bool disturbed_used; // because most are
	size_t n_outlier;
	double median, cv;                  // NaN without samples
	struct bootstrap_interval interval; // 95 %; not set without samples
	struct summary_counter *counter;
	size_t n_counter;
};

// Points are sorted by workload, params, subject, policy, pin, quota (none last),
// procs and M cap (no cap last); trials are in the order they were run.
struct summary {
	struct summary_point *point;
	size_t n_point;
	struct summary_trial *trial;
	size_t n_trial;
	size_t outcome[STORE_OUTCOMES];
	struct summary_metric seen; // what the numbers of points and trials are of
	size_t view; // 0: it is the main one; else counted from 1
	struct summary_metric *metric; // the others
	size_t n_metric;
	struct summary_number *number; // of the others
	size_t n_number;
	struct arena arena; // the strings
};

// summary_load reads a store. 0, or -errno with one line in err.
int summary_load(struct store *s, struct summary *out, char *err, size_t errlen);
void summary_free(struct summary *s);

// summary_view makes out the same points and trials with the numbers of another
// metric, and without counters. It refers to s, which stays until out is freed. 0 or
// -ENOMEM.
int summary_view(const struct summary *s, size_t metric, struct summary *out);

// summary_views makes an array of them all, n_metric of them. 0; or -ENOMEM, and
// *out is NULL.
int summary_views(const struct summary *s, struct summary **out);
void summary_views_free(const struct summary *s, struct summary *view);

// summary_measured says whether any of n points from first has a number.
bool summary_measured(const struct summary *s, size_t first, size_t n);

// summary_together returns how many points from first stand in one table: those of
// one workload with the same parameters and subject.
size_t summary_together(const struct summary *s, size_t first);

// summary_find returns a counter of a point by name: NULL when absent.
const struct summary_counter *summary_find(const struct summary_point *p,
                                           const char *name);

// summary_same_curve says whether two points differ in GOMAXPROCS and M cap alone.
bool summary_same_curve(const struct summary_point *p,
                        const struct summary_point *q);

// summary_quota writes a quota as people say it: "1.5", "none". Returns out.
char *summary_quota(int64_t thousandths, char *out, size_t size);

// summary_speedup is a point's median over that of the same point at P=1; NaN
// when there is none.
double summary_speedup(const struct summary *s, const struct summary_point *p);

enum summary_form { SUMMARY_TEXT, SUMMARY_MARKDOWN };

// summary_print writes a table of the points (median, interval, n, CV), one
// block per workload, and a line per failed trial. summary_print_all does so with a
// table for each metric. 0 or -errno.
int summary_print(const struct summary *s, enum summary_form form, FILE *out);
int summary_print_all(const struct summary *s, enum summary_form form, FILE *out);

#endif
