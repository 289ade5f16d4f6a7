// verdict_apart.c - rows whose base was not measured beside head.
#include "verdict_apart.h"

#include "power.h"
#include "rank_test.h"
#include "stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

enum { PAIR = 2 }; // values of head in a block

// heads returns the values of head, PAIR of each block, times sign, less fence; to
// be freed, NULL without memory.
static double *heads(const struct relabel_block *block, size_t n, double sign,
                     double fence)
{
	double *v = calloc(PAIR * n + 1, sizeof *v);

	for (size_t i = 0; v && i < n; i++) {
		v[PAIR * i] = sign * block[i].head - fence;
		v[PAIR * i + 1] = sign * block[i].again - fence;
	}
	return v;
}

static double *bases(const struct verdict_row *r, double sign)
{
	double *v = calloc(r->n_apart + 1, sizeof *v);

	for (size_t i = 0; v && i < r->n_apart; i++)
		v[i] = sign * r->apart[i];
	return v;
}

// one_sided is the p of "a lies higher than b".
static double one_sided(const struct rank_test *t, size_t na, size_t nb)
{
	return t->statistic > (double)na * (double)nb / 2 ? t->p / 2
	                                                  : 1 - t->p / 2;
}

int verdict_apart_beyond(const struct verdict_row *r,
                         const struct relabel_block *block, size_t n,
                         double sign, double fence, double *p)
{
	double *a = heads(block, n, sign, fence), *b = bases(r, sign);
	struct rank_test t;
	size_t na = PAIR * n;
	int err = a && b ? rank_test_two(a, na, b, r->n_apart, &t) : -ENOMEM;

	free(a);
	free(b);
	if (!err)
		*p = n && r->n_apart >= VERDICT_APART_LEAST
		             ? one_sided(&t, na, r->n_apart)
		             : 1;
	return err;
}

int verdict_apart_estimate(const struct verdict_row *r, double confidence,
                           struct hodges_lehmann *out)
{
	double *a = heads(r->block, r->n, 1, 0);
	int err = a ? hodges_lehmann_two(r->apart, r->n_apart, a, PAIR * r->n,
	                                 confidence, out)
	            : -ENOMEM;

	free(a);
	return err;
}

// spread is a standard deviation, from the distances to the median, so that a few
// wild values do not count.
static double spread(double *v, size_t n)
{
	double s;

	if (!v)
		return INFINITY;
	stats_sort(v, n);
	s = 1.4826 * stats_mad(v, n);
	free(v);
	return s;
}

// least_p is the smallest there can be: head's n all above base's m.
static double least_p(size_t n, size_t m)
{
	double p = 1;

	for (size_t i = 1; i <= n; i++)
		p *= (double)i / (double)(m + i);
	return p;
}

double verdict_apart_detectable(const struct verdict_row *r, double alpha,
                                double power)
{
	size_t n = PAIR * r->n;
	double head, base;

	if (r->n_apart < VERDICT_APART_LEAST || least_p(n, r->n_apart) >= alpha)
		return INFINITY;
	head = spread(heads(r->block, r->n, 1, 0), n);
	base = spread(bases(r, 1), r->n_apart);
	return power_detectable_two(fmax(head, base), r->n_apart, n, 2 * alpha,
	                            power);
}

//---------------------------------------------------------------------------
// Counts
//---------------------------------------------------------------------------

struct range {
	double low, high;
};

static struct range range_of(const double *v, size_t n)
{
	struct range r = {INFINITY, -INFINITY};

	for (size_t i = 0; i < n; i++) {
		r.low = fmin(r.low, v[i]);
		r.high = fmax(r.high, v[i]);
	}
	return r;
}

static struct range range_of_heads(const struct verdict_row *r)
{
	struct range all = {INFINITY, -INFINITY};

	for (size_t i = 0; i < r->n; i++) {
		const struct relabel_block *b = &r->block[i];

		all.low = fmin(all.low, fmin(b->head, b->again));
		all.high = fmax(all.high, fmax(b->head, b->again));
	}
	return all;
}

void verdict_apart_count(struct verdict_row *r, double threshold)
{
	struct range base = range_of(r->apart, r->n_apart);
	struct range head = range_of_heads(r);
	double fence = log1p(threshold);

	r->unsteady = expm1(fmax(base.high - base.low, head.high - head.low));
	if (r->better == SAMPLES_HIGHER) {
		struct range swap = base;

		base = head;
		head = swap;
	}
	if (head.low - base.high > fence)
		r->kind = VERDICT_REGRESSED;
	else if (base.low - head.high > fence)
		r->kind = VERDICT_IMPROVED;
	else if (head.high - base.low <= fence && base.high - head.low <= fence)
		r->kind = VERDICT_EQUIVALENT;
	else
		r->kind = VERDICT_INCONCLUSIVE;
}
