// bench_metrics.h - Go benchmark text that a program prints, as metrics of its trial.
#ifndef HARNESS_BENCH_METRICS_H
#define HARNESS_BENCH_METRICS_H

#include "metric.h"

// bench_metrics adds a metric per name and unit, and the throughput where nothing
// else has told one: the geometric mean of the benchmarks' op/s. 0, or -errno with
// the reason.
int bench_metrics(const struct metric_source *from, json_t *metrics, char *why,
                  size_t whylen);

#endif
