// relabel.c - all ways to call one of three arms head.
//
// The fence is taken from head first: what is tested is whether head is more
// than that apart. Then only the sum of the heads' distances from their blocks'
// means counts. As in sign_flip.c the blocks are cut in two halves, and the sums
// of each are listed in order, 3^(n/2) of them; two pointers count the pairs
// that reach the observed sum. The lists need no sorting: each block makes three
// copies, moved by its three values, of a list that is in order, and they are
// merged.
#include "relabel.h"

#include "random.h"
#include "stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	ARMS = 3,
	TOGETHER = 8, // blocks that are drawn at once: 3^8 sums fit a cache
};
#define WILD 1.5    // median sizes
#define SLACK 1e-12 // of the sum of all sizes: equal on paper is equal

// The distances of the arms from their mean, head first.
struct centred {
	double v[ARMS];
};

double relabel_change(const struct relabel_block *b)
{
	return b->head - (b->base + b->again) / 2;
}

static double size_of(const struct centred *c)
{
	return fmax(fabs(c->v[0]), fmax(fabs(c->v[1]), fabs(c->v[2])));
}

static int centre(const struct relabel_block *b, double sign, double fence,
                  struct centred *out)
{
	const double v[ARMS] = {sign * b->head - fence, sign * b->base,
	                        sign * b->again};
	double mean = (v[0] + v[1] + v[2]) / ARMS;
	for (int i = 0; i < ARMS; i++)
		out->v[i] = v[i] - mean;
	return isfinite(size_of(out)) && isfinite(mean) ? 0 : -EINVAL;
}

// bound draws wild blocks in. size is scratch of n.
static void bound(struct centred *c, size_t n, double *size)
{
	for (size_t i = 0; i < n; i++)
		size[i] = size_of(&c[i]);
	stats_sort(size, n);
	double most = n ? WILD * stats_median(size, n) : 0;
	for (size_t i = 0; i < n; i++) {
		double own = size_of(&c[i]);
		for (int k = 0; own > most && k < ARMS; k++)
			c[i].v[k] *= most / own;
	}
}

// least_of_three returns which of three lists, moved by v, goes on lowest.
static int least_of_three(const double *list, size_t n, const size_t *at,
                          const double *v)
{
	int least = -1;
	double low = INFINITY;
	for (int k = 0; k < ARMS; k++) {
		if (at[k] < n && (least < 0 || list[at[k]] + v[k] < low)) {
			least = k;
			low = list[at[k]] + v[k];
		}
	}
	return least;
}

// all_sums returns the 3^n sums in order; NULL without memory.
static double *all_sums(const struct centred *c, size_t n)
{
	size_t made = 1;
	double *list = calloc(1, sizeof *list);
	for (size_t i = 0; list && i < n; i++) {
		double *longer = malloc(ARMS * made * sizeof *longer);
		size_t at[ARMS] = {0};
		for (size_t k = 0; longer && k < ARMS * made; k++) {
			int arm = least_of_three(list, made, at, c[i].v);
			longer[k] = list[at[arm]++] + c[i].v[arm];
		}
		free(list);
		list = longer;
		made *= ARMS;
	}
	return list;
}

static size_t power_of_three(size_t n)
{
	size_t out = 1;
	while (n-- > 0)
		out *= ARMS;
	return out;
}

// exact sets p to the share of all labels whose sum is at least least.
static int exact(const struct centred *c, size_t n, double least, double *p)
{
	size_t na = power_of_three(n / 2), nb = power_of_three(n - n / 2);
	double *a = all_sums(c, n / 2), *b = all_sums(c + n / 2, n - n / 2);
	double count = 0;
	size_t k = nb; // b[k] and above reach it with a[i]
	for (size_t i = 0; a && b && i < na; i++) {
		while (k > 0 && a[i] + b[k - 1] >= least)
			k--;
		count += (double)(nb - k);
	}
	int err = a && b ? 0 : -ENOMEM;
	*p = count / ((double)na * (double)nb);
	free(a);
	free(b);
	return err;
}

// draw_sums adds to sum[i] the sum of a few blocks under labels of its own, for
// each of all draws: one of the list of all their sums.
static int draw_sums(const struct centred *c, size_t n, uint64_t *seed,
                     double *sum)
{
	double *list = all_sums(c, n);
	size_t size = power_of_three(n);
	for (int i = 1; list && i < RELABEL_DRAWS; i++)
		sum[i] += list[random_below(seed, size)];
	free(list);
	return list ? 0 : -ENOMEM;
}

// drawn counts the observed labels as one of the draws, so that p is never 0
// (Phipson and Smyth 2010).
static int drawn(const struct centred *c, size_t n, double least, uint64_t seed,
                 double *p)
{
	double *sum = calloc(RELABEL_DRAWS, sizeof *sum);
	size_t reached = 1;
	int err = sum ? 0 : -ENOMEM;
	for (size_t at = 0; !err && at < n; at += TOGETHER) {
		size_t few = n - at < TOGETHER ? n - at : TOGETHER;
		err = draw_sums(c + at, few, &seed, sum);
	}
	for (int i = 1; !err && i < RELABEL_DRAWS; i++)
		reached += sum[i] >= least;
	*p = (double)reached / RELABEL_DRAWS;
	free(sum);
	return err;
}

int relabel_test(const struct relabel_block *block, size_t n, double sign,
                 double fence, uint64_t seed, struct relabel *out)
{
	struct centred *c = calloc(n + 1, sizeof *c);
	double *size = calloc(n + 1, sizeof *size), sum = 0, sizes = 0;
	int err = c && size ? 0 : -ENOMEM;
	for (size_t i = 0; !err && i < n; i++)
		err = centre(&block[i], sign, fence, &c[i]);
	if (!err) {
		bound(c, n, size);
		for (size_t i = 0; i < n; i++) {
			sum += c[i].v[0];
			sizes += size_of(&c[i]);
		}
		*out = (struct relabel){1, n <= RELABEL_EXACT};
		double least = sum - SLACK * sizes;
		if (out->exact)
			err = exact(c, n, least, &out->p);
		else
			err = drawn(c, n, least, seed, &out->p);
	}
	free(c);
	free(size);
	return err;
}
