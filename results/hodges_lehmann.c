// hodges_lehmann.c - medians of pairs, and the interval that the exact rank test
// leaves (Hodges and Lehmann 1963; Hollander, Wolfe and Chicken 2014, 3.3, 4.3).
//
// Both are order statistics of all sums x + y of two sorted rows: the two
// samples, one negated, or one sample twice. The sums are never stored. How many
// are at most some z is counted with two pointers; since the doubles, read as
// integers, are in order, halving the range of those finds the k-th smallest sum
// itself, to the last bit, in 64 counts.
#include "hodges_lehmann.h"

#include "null_ranks.h"
#include "stats.h"
#include "student.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// The sums of all pairs; or, when both rows are the same one, of the pairs
// (i, j) with i <= j.
struct sums {
	double *x, *y; // sorted
	size_t nx, ny;
};

// order_of maps doubles to integers that are in the same order.
static int64_t order_of(double d)
{
	int64_t i;
	memcpy(&i, &d, sizeof i);
	return i < 0 ? INT64_MIN - i : i;
}

static double double_at(int64_t order)
{
	double d;
	int64_t i = order < 0 ? INT64_MIN - order : order;
	memcpy(&d, &i, sizeof d);
	return d;
}

static uint64_t sums_number(const struct sums *s)
{
	uint64_t n = s->nx;
	return s->x == s->y ? n * (n + 1) / 2 : n * s->ny;
}

static uint64_t sums_at_most(const struct sums *s, double z)
{
	uint64_t pairs = 0, twins = 0;
	size_t k = s->ny;
	for (size_t i = 0; i < s->nx; i++) {
		while (k > 0 && s->x[i] + s->y[k - 1] > z)
			k--;
		pairs += k;
		twins += s->x[i] + s->x[i] <= z;
	}
	return s->x == s->y ? (pairs + twins) / 2 : pairs;
}

// sums_kth returns the k-th smallest sum, k from 1.
static double sums_kth(const struct sums *s, uint64_t k)
{
	int64_t low = order_of(s->x[0] + s->y[0]);
	int64_t high = order_of(s->x[s->nx - 1] + s->y[s->ny - 1]);
	while (low < high) {
		uint64_t apart = (uint64_t)high - (uint64_t)low;
		int64_t middle = low + (int64_t)(apart / 2);
		if (sums_at_most(s, double_at(middle)) < k)
			low = middle + 1;
		else
			high = middle;
	}
	return double_at(low);
}

// outermost returns how many sums the interval leaves out at each end, less
// one: the k-th from outside are its ends. 0: it can leave out none.
static int outermost(const struct sums *s, double confidence, uint64_t *k)
{
	uint32_t rank[NULL_RANKS_SIGNED];
	struct null_ranks d;
	bool one = s->x == s->y;
	size_t n = one ? s->nx : s->nx + s->ny;
	double tail = (1 - confidence) / 2;
	if (n > (size_t)(one ? NULL_RANKS_SIGNED : NULL_RANKS_SPLIT)) {
		double m = (double)s->nx, all = (double)n;
		double variance = one ? m * (m + 1) * (2 * m + 1) / 24
		                      : m * (all - m) * (all + 1) / 12;
		double far = (double)sums_number(s) / 2 +
		             student_quantile(tail, INFINITY) * sqrt(variance);
		*k = far > 0 ? (uint64_t)far : 0;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		rank[i] = (uint32_t)i + 1;
	int err = one ? null_ranks_signed(rank, n, &d)
	              : null_ranks_split(rank, n, s->nx, &d);
	if (err)
		return err;
	// Sums of m ranks begin at m (m + 1) / 2.
	size_t least = one ? 0 : s->nx * (s->nx + 1) / 2;
	*k = null_ranks_tail(&d, tail) - least;
	null_ranks_free(&d);
	return 0;
}

static int estimate(const struct sums *s, double confidence,
                    struct hodges_lehmann *out)
{
	uint64_t n = sums_number(s), k;
	if (!isfinite(s->x[0] + s->y[0]) ||
	    !isfinite(s->x[s->nx - 1] + s->y[s->ny - 1]))
		return -EINVAL;
	int err = outermost(s, confidence, &k);
	if (err)
		return err;
	double below = sums_kth(s, (n + 1) / 2), above = sums_kth(s, n / 2 + 1);
	out->estimate = below == above ? below : below / 2 + above / 2;
	out->range = k == 0;
	out->low = sums_kth(s, k ? k : 1);
	out->high = sums_kth(s, k ? n + 1 - k : n);
	return 0;
}

// row copies a sample, times a factor, sorted; NULL when a value is not finite
// or memory is short.
static double *row(const double *v, size_t n, double factor, int *err)
{
	double *out = malloc((n + 1) * sizeof *out);
	*err = out ? 0 : -ENOMEM;
	for (size_t i = 0; out && i < n; i++) {
		out[i] = v[i] * factor;
		if (!isfinite(v[i]))
			*err = -EINVAL;
	}
	if (!*err) {
		stats_sort(out, n);
		return out;
	}
	free(out);
	return NULL;
}

int hodges_lehmann_one(const double *difference, size_t n, double confidence,
                       struct hodges_lehmann *out)
{
	int err;
	if (!n)
		return -EINVAL;
	double *half = row(difference, n, 0.5, &err);
	if (!half)
		return err;
	struct sums s = {half, half, n, n};
	err = estimate(&s, confidence, out);
	free(half);
	return err;
}

int hodges_lehmann_two(const double *a, size_t na, const double *b, size_t nb,
                       double confidence, struct hodges_lehmann *out)
{
	int err;
	if (!na || !nb)
		return -EINVAL;
	double *up = row(b, nb, 1, &err);
	double *down = up ? row(a, na, -1, &err) : NULL;
	if (down) {
		struct sums s = {up, down, nb, na};
		err = estimate(&s, confidence, out);
	}
	free(up);
	free(down);
	return err;
}
