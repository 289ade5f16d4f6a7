// binomial.c - exact bounds: the chances at which k or more, and k or fewer, of
// n would be just that unlikely, by bisection.
#include "binomial.h"

#include <math.h>

enum { HALVINGS = 60 };
#define NOTHING 1e-17

// log_gamma is libm's, without its global sign.
static double log_gamma(size_t n)
{
	int sign;
	return lgamma_r((double)n, &sign);
}

// at_most is the chance of k or fewer of n, where more are usual: its terms fall
// from the k-th on, and the rest is dropped when it no longer counts.
static double at_most(size_t k, size_t n, double chance)
{
	double term = exp(log_gamma(n + 1) - log_gamma(k + 1) -
	                  log_gamma(n - k + 1) + (double)k * log(chance) +
	                  (double)(n - k) * log1p(-chance));
	double sum = term, odds = (1 - chance) / chance;
	for (size_t i = k; i > 0 && term > NOTHING * sum; i--) {
		term *= odds * (double)i / (double)(n - i + 1);
		sum += term;
	}
	return sum;
}

// highest returns the chance at which k or fewer have the chance tail. Below k/n
// they have one half or more (no median lies above the next whole number).
static double highest(size_t k, size_t n, double tail)
{
	if (k == n)
		return 1;
	double low = (double)k / (double)n, high = 1;
	for (int i = 0; i < HALVINGS; i++) {
		double middle = low + (high - low) / 2;
		if (at_most(k, n, middle) > tail)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

// k or more of one kind are n - k or fewer of the other.
struct binomial_bounds binomial_bounds(size_t k, size_t n, double confidence)
{
	double tail = (1 - confidence) / 2;
	return (struct binomial_bounds){1 - highest(n - k, n, tail),
	                                highest(k, n, tail)};
}
