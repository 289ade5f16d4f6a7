// binomial.h - how large can the chance be, when k of n came out that way?
#ifndef RESULTS_BINOMIAL_H
#define RESULTS_BINOMIAL_H

#include <stddef.h>

struct binomial_bounds {
	double low, high;
};

// binomial_bounds returns the exact interval of the chance (Clopper and Pearson
// 1934): each bound alone is wrong at most (1 - confidence) / 2 of the time. k is
// at most n, and n at most a million; without trials it is 0 .. 1.
struct binomial_bounds binomial_bounds(size_t k, size_t n, double confidence);

#endif
