// metric_meaning.h - what the metrics of a workload are, in a few words.
#ifndef HARNESS_METRIC_MEANING_H
#define HARNESS_METRIC_MEANING_H

#include <stddef.h>

// metric_meaning writes what the metric of that name is of a workload, or nothing where
// its name says it, as the second of two quantiles. Returns out.
char *metric_meaning(const char *workload, const char *name, char *out,
                     size_t outlen);

#endif
