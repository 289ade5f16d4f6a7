// metric.h - numbers out of what a program prints.
//
// A rule is one of
//   runs       the default: 1 over the seconds that the program ran
//   go-bench   Go benchmark text, as bench_metrics.h has it
//   a regular expression (POSIX extended) with a group around the number; of
//              the lines that match, the last counts. A second group is the
//              unit. The name is the text before the first group.
#ifndef HARNESS_METRIC_H
#define HARNESS_METRIC_H

#include "trial_process.h"

#include <jansson.h>

enum { METRICS_MAX = 500 };

// metric_add adds a metric to an array as in the trial document; name and unit are
// cleaned. 0, -E2BIG beyond METRICS_MAX, -EEXIST where the name is there, -EINVAL for
// a value that is not finite.
int metric_add(json_t *metrics, const char *name, const char *unit,
               const char *better, double value);

// metric_check says whether text is a rule: 0, or -EINVAL with the reason.
int metric_check(const char *text, char *why, size_t whylen);

enum { METRIC_NAME_MAX = 64 };

// metric_name is the name of the metric that a rule finds: size METRIC_NAME_MAX is
// enough. "" for go-bench, whose rows have names of their own.
void metric_name(const char *rule, char *name, size_t size);

// Where metrics are from: a process that has ended well.
struct metric_source {
	const struct trial_process *process;
	int procs; // its GOMAXPROCS; 0: not set
	int cpus;  // that it could use
};

// metric_collect adds what the rule finds to metrics, an array as in the trial
// document. better is "higher", "lower" or "", of a regular expression's metric. 0,
// or -errno with the reason.
int metric_collect(const char *rule, const char *better,
                   const struct metric_source *from, json_t *metrics, char *why,
                   size_t whylen);

#endif
