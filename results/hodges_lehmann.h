// hodges_lehmann.h - how far apart: the estimate that belongs to the rank tests,
// with its interval. Robust: a few wild values do not move it.
#ifndef RESULTS_HODGES_LEHMANN_H
#define RESULTS_HODGES_LEHMANN_H

#include <stdbool.h>
#include <stddef.h>

struct hodges_lehmann {
	double estimate, low, high;
	bool range; // too few values for the confidence: all that is possible
};

// Samples need no order. 0, -EINVAL when one is empty or a value (or the
// distance of two) is not finite, -ENOMEM.

// hodges_lehmann_one is the middle of differences: the median of the means of
// all pairs, each value paired with itself too.
int hodges_lehmann_one(const double *difference, size_t n, double confidence,
                       struct hodges_lehmann *out);

// hodges_lehmann_two is how far b lies above a: the median of all differences.
int hodges_lehmann_two(const double *a, size_t na, const double *b, size_t nb,
                       double confidence, struct hodges_lehmann *out);

#endif
