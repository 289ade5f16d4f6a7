// rank_test.c - Mann-Whitney and Wilcoxon, exact or by the normal distribution.
//
// Ties get the mean of their ranks; ranks are doubled to stay integers. The
// approximations have the correction for ties and the one for continuity
// (Hollander, Wolfe and Chicken 2014, 3.1 and 4.1), as R and SciPy have them.
#include "rank_test.h"

#include "null_ranks.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

struct ranked {
	double value;
	bool counts; // its rank is part of the statistic
};

struct ranking {
	struct ranked *at;
	uint32_t *doubled; // ranks, in the order of at
	size_t n;
	size_t sum;       // of the doubled ranks that count
	double tie_cubes; // sum of t^3 - t over the groups of t equal values
};

static int by_value(const void *a, const void *b)
{
	double x = ((const struct ranked *)a)->value;
	double y = ((const struct ranked *)b)->value;
	return (x > y) - (x < y);
}

static int ranking_make(struct ranking *r, size_t room)
{
	*r = (struct ranking){
		.at = malloc((room + 1) * sizeof *r->at),
		.doubled = malloc((room + 1) * sizeof *r->doubled),
	};
	return r->at && r->doubled ? 0 : -ENOMEM;
}

static void ranking_free(struct ranking *r)
{
	free(r->at);
	free(r->doubled);
}

static int ranking_add(struct ranking *r, double value, bool counts)
{
	if (!isfinite(value))
		return -EINVAL;
	r->at[r->n++] = (struct ranked){value, counts};
	return 0;
}

static void ranking_sort(struct ranking *r)
{
	qsort(r->at, r->n, sizeof *r->at, by_value);
	for (size_t i = 0, end; i < r->n; i = end) {
		end = i + 1;
		while (end < r->n && r->at[end].value == r->at[i].value)
			end++;
		double t = (double)(end - i);
		r->tie_cubes += t * t * t - t;
		for (size_t k = i; k < end; k++) {
			r->doubled[k] = (uint32_t)(i + 1 + end);
			r->sum += r->at[k].counts ? r->doubled[k] : 0;
		}
	}
}

// normal_p is the two-sided p of a distance from the mean, half a step of the
// statistic nearer for continuity.
static double normal_p(double distance, double variance)
{
	double nearer = fabs(distance) - 0.5;
	if (!(variance > 0) || nearer < 0)
		return 1;
	return erfc(nearer / sqrt(2 * variance));
}

static int judge_two(const struct ranking *r, size_t na, struct rank_test *out)
{
	double m = (double)na, n = (double)(r->n - na), all = m + n;
	out->statistic = (double)r->sum / 2 - m * (m + 1) / 2;
	out->n = r->n;
	if (r->n > RANK_TEST_EXACT) {
		double ties = r->tie_cubes / (all * (all - 1));
		out->p = normal_p(out->statistic - m * n / 2,
		                  m * n / 12 * (all + 1 - ties));
		return 0;
	}
	struct null_ranks d;
	int err = null_ranks_split(r->doubled, r->n, na, &d);
	if (err)
		return err;
	out->p = null_ranks_p(&d, r->sum);
	out->exact = true;
	null_ranks_free(&d);
	return 0;
}

int rank_test_two(const double *a, size_t na, const double *b, size_t nb,
                  struct rank_test *out)
{
	struct ranking r;
	*out = (struct rank_test){.p = 1};
	int err = ranking_make(&r, na + nb);
	for (size_t i = 0; !err && i < na; i++)
		err = ranking_add(&r, a[i], true);
	for (size_t i = 0; !err && i < nb; i++)
		err = ranking_add(&r, b[i], false);
	if (!err) {
		ranking_sort(&r);
		err = judge_two(&r, na, out);
	}
	ranking_free(&r);
	return err;
}

static int judge_one(const struct ranking *r, struct rank_test *out)
{
	double n = (double)r->n;
	out->statistic = (double)r->sum / 2;
	out->n = r->n;
	if (r->n > RANK_TEST_EXACT) {
		double variance = n * (n + 1) * (2 * n + 1) / 24;
		out->p = normal_p(out->statistic - n * (n + 1) / 4,
		                  variance - r->tie_cubes / 48);
		return 0;
	}
	struct null_ranks d;
	int err = null_ranks_signed(r->doubled, r->n, &d);
	if (err)
		return err;
	out->p = null_ranks_p(&d, r->sum);
	out->exact = true;
	null_ranks_free(&d);
	return 0;
}

int rank_test_one(const double *difference, size_t n, struct rank_test *out)
{
	struct ranking r;
	*out = (struct rank_test){.p = 1};
	int err = ranking_make(&r, n);
	for (size_t i = 0; !err && i < n; i++) {
		double d = difference[i];
		if (d != 0)
			err = ranking_add(&r, fabs(d), d > 0);
	}
	if (!err) {
		ranking_sort(&r);
		err = judge_one(&r, out);
	}
	ranking_free(&r);
	return err;
}
