// bootstrap.c - percentile bootstrap intervals (Efron and Tibshirani 1993, 13.3).
//
// A resample needs no sort: the sample is sorted, so it is enough to count how
// often each place was drawn and to walk to the middle of the counts.
#include "bootstrap.h"

#include "random.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

// The range of n values covers the median with probability 1 - 2^(1-n).
size_t bootstrap_least(double confidence)
{
	size_t n = 1;
	while (1 - ldexp(1, 1 - (int)n) < confidence)
		n++;
	return n;
}

// resampled_median draws n places with replacement; count is scratch of n.
static double resampled_median(const double *sorted, size_t n, uint32_t *count,
                               uint64_t *state)
{
	for (size_t i = 0; i < n; i++)
		count[i] = 0;
	for (size_t i = 0; i < n; i++)
		count[random_below(state, n)]++;
	size_t middle = n / 2, seen = 0, i = 0, last = 0;
	for (;; i++) {
		if (!count[i])
			continue;
		if (seen + count[i] > middle)
			break;
		seen += count[i];
		last = i;
	}
	// An even n has two middle values; the lower one may lie in the place
	// before, namely when this place begins just at the middle.
	if (n % 2 == 0 && seen == middle)
		return (sorted[last] + sorted[i]) / 2;
	return sorted[i];
}

// middle_part keeps of BOOTSTRAP_RESAMPLES values the middle ones.
static void middle_part(double *value, double confidence,
                        struct bootstrap_interval *out)
{
	double tail = (1 - confidence) / 2;
	stats_sort(value, BOOTSTRAP_RESAMPLES);
	out->low = stats_quantile(value, BOOTSTRAP_RESAMPLES, tail);
	out->high = stats_quantile(value, BOOTSTRAP_RESAMPLES, 1 - tail);
	out->range = false;
}

struct bootstrap_interval bootstrap_median(const double *sorted, size_t n,
                                           double confidence, uint64_t seed)
{
	struct bootstrap_interval out = {sorted[0], sorted[n - 1], true};
	if (n < bootstrap_least(confidence))
		return out;
	uint32_t *count = malloc(n * sizeof *count);
	double *median = malloc(BOOTSTRAP_RESAMPLES * sizeof *median);
	if (count && median) {
		for (int i = 0; i < BOOTSTRAP_RESAMPLES; i++)
			median[i] = resampled_median(sorted, n, count, &seed);
		middle_part(median, confidence, &out);
	}
	free(count);
	free(median);
	return out;
}

struct bootstrap_interval bootstrap_ratio(const double *a, size_t na,
                                          const double *b, size_t nb,
                                          double confidence, uint64_t seed)
{
	struct bootstrap_interval out = {b[0] / a[na - 1], b[nb - 1] / a[0],
	                                 true};
	size_t least = bootstrap_least(confidence);
	if (na < least || nb < least)
		return out;
	uint32_t *count = malloc((na > nb ? na : nb) * sizeof *count);
	double *ratio = malloc(BOOTSTRAP_RESAMPLES * sizeof *ratio);
	if (count && ratio) {
		for (int i = 0; i < BOOTSTRAP_RESAMPLES; i++) {
			double under = resampled_median(a, na, count, &seed);
			ratio[i] = resampled_median(b, nb, count, &seed) / under;
		}
		middle_part(ratio, confidence, &out);
	}
	free(count);
	free(ratio);
	return out;
}
