// power.h - what could have been seen: the smallest effect that a test at level
// alpha, to two sides, finds with chance power, and how many values that takes.
//
// For effects on the mean of roughly normal values of standard deviation sd, as
// log ratios of throughputs are. A rank test needs about 5 % more values than
// this says (3/pi of the efficiency of t).
#ifndef RESULTS_POWER_H
#define RESULTS_POWER_H

#include <stddef.h>

enum { POWER_MOST = 100000 }; // the most values that are ever asked for

// power_detectable_one: of n differences. INFINITY with fewer than 2.
double power_detectable_one(double sd, size_t n, double alpha, double power);

// power_detectable_two: of two samples drawn apart with one sd. INFINITY when
// one is empty or together they have fewer than 3 values.
double power_detectable_two(double sd, size_t na, size_t nb, double alpha,
                            double power);

// power_needed_one and power_needed_two return how many differences, or values
// in each sample, find an effect of that size: 2 at least, POWER_MOST at most.
size_t power_needed_one(double sd, double effect, double alpha, double power);
size_t power_needed_two(double sd, double effect, double alpha, double power);

#endif
