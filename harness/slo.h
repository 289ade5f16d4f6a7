// slo.h - what latencies are promised: p99<=200us,p50<=50us.
//
//   conditions  CONDITION[,CONDITION]...     at most SLO_MAX, all must be met
//   CONDITION   QUANTILE<=BOUND              p50, p90, p99, p99.9 or max
//   BOUND       TERM | max(TERM,TERM)
//   TERM        200us                        a time with its unit
//               3*@5                         3 times the same quantile at 5, a
//                                            value of the parameter that is sought
#ifndef HARNESS_SLO_H
#define HARNESS_SLO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLO_MAX = 8 };

struct slo_condition {
	const char *metric; // of a trial's document: "latency_p99"
	double limit;       // ns; 0: none
	double factor;      // of what the metric is at base; 0: none
};

struct slo {
	struct slo_condition condition[SLO_MAX];
	size_t n;
	int64_t base; // where the factors are of; 0: there are none
};

// slo_parse reads one. 0, or -EINVAL with one line in why that names the column.
int slo_parse(struct slo *slo, const char *text, char *why, size_t whylen);

// slo_met says whether values, one per condition in ns, keep it; base has those
// at slo->base. NAN is never met.
bool slo_met(const struct slo *slo, const double *value, const double *base);

#endif
