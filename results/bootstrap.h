// bootstrap.h - how sure a median is, and a ratio of two medians.
//
// Samples come sorted (stats_sort), are finite and not empty. The intervals are
// percentile bootstraps of BOOTSTRAP_RESAMPLES resamples drawn from seed: the
// same input gives the same interval everywhere.
#ifndef RESULTS_BOOTSTRAP_H
#define RESULTS_BOOTSTRAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { BOOTSTRAP_RESAMPLES = 4000 };

struct bootstrap_interval {
	double low, high;
	bool range; // too few values for the confidence: see bootstrap_least
};

// bootstrap_least is how many values the interval of a median needs: with
// fewer, even the whole range covers it less often than confidence says.
// 6 at 0.95, 8 at 0.99. confidence is below 1.
size_t bootstrap_least(double confidence);

// bootstrap_median is the interval of the median. With fewer values than
// bootstrap_least, or without memory, it is the range of the sample, marked so.
struct bootstrap_interval bootstrap_median(const double *sorted, size_t n,
                                           double confidence, uint64_t seed);

// bootstrap_ratio is the interval of median(b) / median(a), of two samples
// drawn apart; values must be positive. With fewer values than bootstrap_least
// in either, or without memory, it is the range of all ratios, marked so.
struct bootstrap_interval bootstrap_ratio(const double *a, size_t na,
                                          const double *b, size_t nb,
                                          double confidence, uint64_t seed);

#endif
