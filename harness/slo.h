// slo.h - what is promised: p99<=200us,p50<=50us.
//
//   conditions  CONDITION[,CONDITION]...     at most SLO_MAX, all must be met
//   CONDITION   NAME<=BOUND                  of workloads: p50, p90, p99, p99.9 or
//                                            max; of programs: a metric's name
//   BOUND       TERM | max(TERM,TERM)
//   TERM        200us                        a time with its unit
//               0.5                          a number, of a metric that is no time
//               3*@5                         3 times the same metric at 5, a value
//                                            of the parameter that is sought
#ifndef HARNESS_SLO_H
#define HARNESS_SLO_H

#include "numbers.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLO_MAX = 8, SLO_NAME_MAX = 256 };

struct slo_condition {
	char name[SLO_NAME_MAX]; // as it was written
	size_t column, bound_at; // where in the text, from 1 on
	bool limited, time;      // there is a limit; it is a time
	double limit;            // ns, or of the metric's own unit
	double factor;           // of what the metric is at base; 0: none
};

struct slo {
	struct slo_condition condition[SLO_MAX];
	size_t n;
	int64_t base; // where the factors are of; 0: there are none
};

// slo_parse reads one. 0, or -EINVAL with one line in why that names the column.
int slo_parse(struct slo *slo, const char *text, char *why, size_t whylen);

// slo_of_workloads and slo_of_program say whether the conditions are of what such a
// subject tells: quantiles of its latency; one of these names. 0, or -EINVAL as
// above.
int slo_of_workloads(const struct slo *slo, char *why, size_t whylen);
int slo_of_program(const struct slo *slo, const struct words *names, char *why,
                   size_t whylen);

// slo_quantile is the metric that a workload's document has for a name: "latency_p99"
// for "p99"; NULL for others.
const char *slo_quantile(const char *name);

// slo_metric is what a condition's metric is called in a trial's document. Of
// workloads the condition has been checked by slo_of_workloads.
const char *slo_metric(const struct slo_condition *c, bool program);

// slo_met says whether values, one per condition, keep it; base has those at
// slo->base. Times are in ns. NAN is never met.
bool slo_met(const struct slo *slo, const double *value, const double *base);

#endif
