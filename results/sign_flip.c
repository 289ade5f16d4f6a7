// sign_flip.c - the sign-flip permutation test (Fisher 1935, section 21).
//
// All 2^n sums at once would take seconds from n = 26 on. So the differences are
// cut in two halves, the sums of each half are sorted, and two pointers count
// the pairs that reach the observed sum: 2^(n/2) sums instead of 2^n.
//
// Two sums that are equal on paper may differ in their last bits, depending on
// the order of addition; a sum within SLACK of the observed one counts as equal
// to it, which can only make p larger.
//
// With more differences than that the signs are drawn, and the observed signs
// count as one of the draws, so that p is never 0 and the test stays valid
// (Phipson and Smyth 2010).
#include "sign_flip.h"

#include "random.h"
#include "stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define WILD 3.0    // median sizes
#define SLACK 1e-12 // of the sum of all sizes

// all_sums writes the 2^n sums of n values with either sign, sorted.
static void all_sums(const double *v, size_t n, double *sum)
{
	size_t made = 1;
	sum[0] = 0;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < made; k++) {
			sum[made + k] = sum[k] + v[i];
			sum[k] -= v[i];
		}
		made *= 2;
	}
	stats_sort(sum, made);
}

// pairs_reaching counts the pairs of a and b whose sum is at least least.
static double pairs_reaching(const double *a, size_t na, const double *b,
                             size_t nb, double least)
{
	double count = 0;
	size_t k = nb; // b[k] and above reach it with a[i]
	for (size_t i = 0; i < na; i++) {
		while (k > 0 && a[i] + b[k - 1] >= least)
			k--;
		count += (double)(nb - k);
	}
	return count;
}

// exact returns the share of all flips whose sum is at least least.
static int exact(const double *v, size_t n, double least, double *share)
{
	size_t left = n / 2, right = n - left;
	double *a = malloc(((size_t)1 << left) * sizeof *a);
	double *b = malloc(((size_t)1 << right) * sizeof *b);
	if (a && b) {
		all_sums(v, left, a);
		all_sums(v + left, right, b);
		*share = ldexp(pairs_reaching(a, (size_t)1 << left, b,
		                              (size_t)1 << right, least),
		               -(int)n);
	}
	int err = a && b ? 0 : -ENOMEM;
	free(a);
	free(b);
	return err;
}

static double flipped_sum(const double *v, size_t n, uint64_t *state)
{
	uint64_t signs = 0;
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		if (i % 64 == 0)
			signs = random_next(state);
		sum += signs & 1 ? v[i] : -v[i];
		signs >>= 1;
	}
	return sum;
}

// drawn is exact by chance; the distribution of sums is symmetric, so that both
// sides of it may count.
static double drawn(const double *v, size_t n, double least, bool both,
                    uint64_t seed)
{
	size_t reached = 1;
	for (int i = 1; i < SIGN_FLIP_DRAWS; i++) {
		double sum = flipped_sum(v, n, &seed);
		reached += (both ? fabs(sum) : sum) >= least;
	}
	return (double)reached / SIGN_FLIP_DRAWS;
}

int sign_flip_test(const double *difference, size_t n, enum sign_flip_side side,
                   uint64_t seed, struct sign_flip *out)
{
	double sum = 0, sizes = 0;
	for (size_t i = 0; i < n; i++) {
		sum += difference[i];
		sizes += fabs(difference[i]);
	}
	if (!isfinite(sizes))
		return -EINVAL;
	bool both = side == SIGN_FLIP_BOTH;
	double far = both ? fabs(sum) : side == SIGN_FLIP_ABOVE ? sum : -sum;
	double least = far - SLACK * sizes;
	*out = (struct sign_flip){1, n <= SIGN_FLIP_EXACT};
	if (both && least <= 0)
		return 0; // every flip is at least as far out
	if (!out->exact) {
		out->p = drawn(difference, n, least, both, seed);
		return 0;
	}
	int err = exact(difference, n, least, &out->p);
	if (both)
		out->p = out->p < 0.5 ? 2 * out->p : 1;
	return err;
}

int sign_flip_robust(const double *difference, size_t n, enum sign_flip_side side,
                     uint64_t seed, struct sign_flip *out)
{
	double *v = calloc(n + 1, sizeof *v);
	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		v[i] = fabs(difference[i]);
	stats_sort(v, n);
	double most = n ? WILD * stats_median(v, n) : 0;
	for (size_t i = 0; i < n; i++)
		v[i] = copysign(fmin(fabs(difference[i]), most), difference[i]);
	// A value that is not finite may have been hidden by the bound.
	int err = 0;
	for (size_t i = 0; i < n; i++)
		err = isfinite(difference[i]) ? err : -EINVAL;
	if (!err)
		err = sign_flip_test(v, n, side, seed, out);
	free(v);
	return err;
}
