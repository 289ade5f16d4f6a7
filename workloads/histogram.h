// histogram.h - how values spread: times that requests took, mostly.
//
// Buckets as in dyno/stats.h, eight for each power of two, of any whole number
// below 2^48: in nanoseconds, three days. A bucket is at most an eighth as wide as
// its least value, so a quantile is at most 12.5 % from the truth; below 16 every
// value has its own. The greatest value and the sum are exact.
//
// One goroutine writes a histogram. Those of several are merged afterwards.
#ifndef WORKLOADS_HISTOGRAM_H
#define WORKLOADS_HISTOGRAM_H

#include <dyno/stats.h>
#include <stdint.h>

#include "workload.h"

struct histogram {
	uint64_t count[DY_HISTOGRAM_BUCKETS];
	uint64_t n, max;
	double sum;
};

// The names of the measures that histogram_report adds. They start with what was
// measured: HISTOGRAM_NAMES("latency", "ns").
struct histogram_names {
	const char *mean, *p50, *p90, *p99, *p999, *p9999, *max, *unit;
};

#define HISTOGRAM_NAMES(what, unit) \
	{ \
		what "_mean", what "_p50", what "_p90", what "_p99", \
			what "_p999", what "_p9999", what "_max", unit \
	}

void histogram_add(struct histogram *h, uint64_t value);
void histogram_merge(struct histogram *into, const struct histogram *from);

// histogram_quantile estimates the value that a share q of all values does not
// exceed; 0 when there are none.
double histogram_quantile(const struct histogram *h, double q);

// histogram_report adds the measures of h, divided by scale; less is better.
// Nothing when there are no values.
void histogram_report(const struct histogram *h, struct wl_run *r,
                      const struct histogram_names *names, double scale);

// histogram_latency reports latency_mean to latency_max of times in ns.
void histogram_latency(const struct histogram *h, struct wl_run *r);

#endif
