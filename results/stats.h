// stats.h - robust statistics of small samples; pure functions.
//
// Samples come sorted (stats_sort), are finite, and n is at least 1 unless a
// function says what it does without. Nothing here drops a value.
#ifndef RESULTS_STATS_H
#define RESULTS_STATS_H

#include <stdbool.h>
#include <stddef.h>

void stats_sort(double *v, size_t n);

// stats_quantile is type 7 of Hyndman and Fan: linear between order
// statistics, what R, NumPy and spreadsheets do. p is in [0, 1].
double stats_quantile(const double *sorted, size_t n, double p);
double stats_median(const double *sorted, size_t n);

// stats_mad is the median of the distances from the median, not scaled.
double stats_mad(const double *sorted, size_t n);

double stats_mean(const double *v, size_t n);

// stats_cv is the standard deviation (of n - 1) over the mean; NaN when there
// are fewer than 2 values or their mean is 0.
double stats_cv(const double *v, size_t n);

// stats_geomean is NaN when a value is not positive.
double stats_geomean(const double *v, size_t n);

// stats_is_outlier: further than 3.5 scaled MADs from the median (Iglewicz and
// Hoaglin's modified z), with at least 5 values. To be shown, never dropped.
bool stats_is_outlier(const double *sorted, size_t n, double value);

#endif
