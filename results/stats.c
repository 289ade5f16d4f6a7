// stats.c - medians, spreads, and the bootstrap interval of a median.
//
// The bootstrap draws with splitmix64: 64 bits of state, every seed is good,
// and the same numbers on every machine. A resample needs no sort: the sample
// is sorted, so it is enough to count how often each place was drawn and to walk
// to the middle of the counts.
#include "stats.h"

#include <math.h>
#include <stdlib.h>

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

void stats_sort(double *v, size_t n)
{
	if (n > 1)
		qsort(v, n, sizeof *v, by_value);
}

double stats_quantile(const double *sorted, size_t n, double p)
{
	double place = p * (double)(n - 1);
	size_t below = (size_t)place;
	if (below + 1 >= n)
		return sorted[n - 1];
	double part = place - (double)below;
	return sorted[below] + part * (sorted[below + 1] - sorted[below]);
}

double stats_median(const double *sorted, size_t n)
{
	if (n % 2)
		return sorted[n / 2];
	return (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
}

// The distances from the median are two sorted rows, one to either side of it:
// merge them up to the middle.
double stats_mad(const double *sorted, size_t n)
{
	double median = stats_median(sorted, n);
	size_t right = 0;
	while (right < n && sorted[right] < median)
		right++;
	size_t left = right;
	double before = 0, now = 0;
	for (size_t i = 0; i <= n / 2; i++) {
		before = now;
		double to_left = left > 0 ? median - sorted[left - 1] : INFINITY;
		double to_right = right < n ? sorted[right] - median : INFINITY;
		if (to_left < to_right) {
			now = to_left;
			left--;
		} else {
			now = to_right;
			right++;
		}
	}
	return n % 2 ? now : (before + now) / 2;
}

double stats_mean(const double *v, size_t n)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += v[i];
	return sum / (double)n;
}

double stats_cv(const double *v, size_t n)
{
	double mean = n ? stats_mean(v, n) : 0, squares = 0;
	if (n < 2 || mean == 0)
		return NAN;
	for (size_t i = 0; i < n; i++)
		squares += (v[i] - mean) * (v[i] - mean);
	return sqrt(squares / (double)(n - 1)) / fabs(mean);
}

double stats_geomean(const double *v, size_t n)
{
	double logs = 0;
	for (size_t i = 0; i < n; i++) {
		if (!(v[i] > 0))
			return NAN;
		logs += log(v[i]);
	}
	return n ? exp(logs / (double)n) : NAN;
}

bool stats_is_outlier(const double *sorted, size_t n, double value)
{
	const double to_sigma = 1.482602218505602; // MAD of a normal distribution
	if (n < 5)
		return false;
	double far = 3.5 * to_sigma * stats_mad(sorted, n);
	return fabs(value - stats_median(sorted, n)) > far;
}

//---------------------------------------------------------------------------
// Bootstrap
//---------------------------------------------------------------------------

// next_random is one step of splitmix64.
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

// below_n draws a place below n from the upper half of the bits; for n below a
// million the bias is under 1/4000 of a place's chance.
static size_t below_n(uint64_t *state, size_t n)
{
	return (size_t)((next_random(state) >> 32) * n >> 32);
}

// resampled_median draws n places with replacement; count is scratch of n.
static double resampled_median(const double *sorted, size_t n, uint32_t *count,
                               uint64_t *state)
{
	for (size_t i = 0; i < n; i++)
		count[i] = 0;
	for (size_t i = 0; i < n; i++)
		count[below_n(state, n)]++;
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

struct stats_interval stats_median_interval(const double *sorted, size_t n,
                                            double confidence, uint64_t seed)
{
	struct stats_interval out = {sorted[0], sorted[n - 1], true};
	// The whole range covers the median with probability 1 - 2^(1-n).
	if (1 - ldexp(1, 1 - (int)n) < confidence)
		return out;
	uint32_t *count = malloc(n * sizeof *count);
	double *median = malloc(STATS_RESAMPLES * sizeof *median);
	if (count && median) {
		for (int i = 0; i < STATS_RESAMPLES; i++)
			median[i] = resampled_median(sorted, n, count, &seed);
		stats_sort(median, STATS_RESAMPLES);
		double tail = (1 - confidence) / 2;
		out.low = stats_quantile(median, STATS_RESAMPLES, tail);
		out.high = stats_quantile(median, STATS_RESAMPLES, 1 - tail);
		out.range = false;
	}
	free(count);
	free(median);
	return out;
}
