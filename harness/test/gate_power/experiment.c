// experiment.c - the records of an experiment, counted, and each decided again.
#include "experiment.h"

#include <errno.h>
#include <math.h>
#include <results/stats.h>
#include <stdio.h>
#include <stdlib.h>

const struct experiment_kind experiment_kinds[EXPERIMENTS] = {
	{"aa", "head is base, 30 s", 0, 200, .most = 2},
	{"slow5", "head 5 % slower, 2 min", 0.05, 60, .least = 57},
	{"slow10", "head 10 % slower, 30 s", 0.1, 60, .least = 58},
};

// agree keeps a figure that all gates share, and makes a NaN of others.
static void agree(double *all, double one, size_t n)
{
	*all = n == 1 || fabs(*all - one) < 1e-6 ? one : NAN;
}

static void count(struct experiment *e, const struct verdict_read *f)
{
	bool regressed = false, improved = false, flagged = false;

	for (size_t i = 0; i < f->v.n; i++) {
		regressed |= f->v.row[i].kind == VERDICT_REGRESSED;
		improved |= f->v.row[i].kind == VERDICT_IMPROVED;
		flagged |= f->v.row[i].flagged;
	}
	e->n++;
	e->end[f->v.end]++;
	e->flagged += flagged;
	if (f->v.end != VERDICT_TOO_NOISY) {
		e->regressed += regressed;
		e->improved += improved && !regressed;
	}
	e->seconds += (f->about.seconds - e->seconds) / (double)e->n;
	agree(&e->budget, f->about.budget, e->n);
}

// decide_again counts a gate that ends as it did. Its findings become those of
// today.
static int decide_again(struct experiment *e, struct verdict_read *f)
{
	enum verdict_end end = f->v.end;
	int err = verdict_decide(&f->v);

	e->again += !err && f->v.end == end;
	return err;
}

// spread is that of a row's changes; NaN with fewer than 2.
static double spread(const struct verdict_row *r)
{
	double *v = calloc(r->n + 1, sizeof *v), out = NAN;

	for (size_t i = 0; v && i < r->n; i++)
		v[i] = relabel_change(&r->block[i]);
	if (v && r->n > 1) {
		stats_sort(v, r->n);
		out = 1.4826 * stats_mad(v, r->n);
	}
	free(v);
	return out;
}

static int measure_noise(struct experiment *e)
{
	double *v = calloc(e->n + 1, sizeof *v);
	size_t n = 0;

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < e->n; i++) {
		const struct verdict *one = &e->gates.v[i].v;
		double s = one->n ? spread(&one->row[0]) : NAN;

		if (!isnan(s))
			v[n++] = s;
	}
	stats_sort(v, n);
	e->noise = n ? stats_median(v, n) : NAN;
	e->noise_low = n ? stats_quantile(v, n, 0.05) : NAN;
	e->noise_high = n ? stats_quantile(v, n, 0.95) : NAN;
	free(v);
	return 0;
}

int experiment_read(struct experiment *e, const char *dir,
                    const struct experiment_kind *kind)
{
	char path[4096];
	int err;

	*e = (struct experiment){.kind = kind, .budget = NAN};
	snprintf(path, sizeof path, "%s/%s.jsonl", dir, kind->name);
	err = records_read(&e->gates, path);
	for (size_t i = 0; !err && i < e->gates.n; i++) {
		count(e, &e->gates.v[i]);
		err = decide_again(e, &e->gates.v[i]);
	}
	if (!err)
		err = measure_noise(e);
	if (err)
		experiment_free(e);
	return err;
}

void experiment_free(struct experiment *e)
{
	records_free(&e->gates);
}
