// rank_test.h - do two samples differ? Tests that look at ranks only.
//
// Samples need no order. The p-value is two-sided: how often chance alone
// leads as far apart as this. It is exact, ties counted in, up to
// RANK_TEST_EXACT values, and of the normal distribution beyond.
//
// Results are 0, -EINVAL when a value is not finite, -ENOMEM.
#ifndef RESULTS_RANK_TEST_H
#define RESULTS_RANK_TEST_H

#include <stdbool.h>
#include <stddef.h>

enum { RANK_TEST_EXACT = 100 };

struct rank_test {
	double statistic; // see below
	double p; // 1 when nothing can be said: an empty sample, all equal
	bool exact;
	size_t n; // values that took part
};

// rank_test_two compares two samples drawn apart (Mann and Whitney 1947,
// Wilcoxon 1945). The statistic is U of a: the pairs in which a is the larger,
// ties counting half.
int rank_test_two(const double *a, size_t na, const double *b, size_t nb,
                  struct rank_test *out);

// rank_test_one asks whether differences lie around 0 (Wilcoxon's signed
// ranks). Differences of 0 take no part. The statistic is the sum of the ranks
// of the positive ones.
int rank_test_one(const double *difference, size_t n, struct rank_test *out);

#endif
