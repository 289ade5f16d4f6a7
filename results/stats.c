// stats.c - medians and spreads.
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
