// compare.c - rows brought together, tested one by one, and summed up.
#include "compare.h"

#include "holm.h"
#include "power.h"
#include "rank_test.h"
#include "stats.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95
#define POWER 0.8
#define SEED UINT64_C(0x44796e6f) // of the bootstrap: same input, same output

//---------------------------------------------------------------------------
// Bringing together
//---------------------------------------------------------------------------

// What is being brought together. tables has a row for each unit and group, in
// the order of the tables.
struct meeting {
	struct comparison *c;
	struct samples tables;
	size_t *table; // of each row of c
};

static int meet(struct meeting *m, const struct samples_row *a,
                const struct samples_row *b)
{
	const struct samples_row *any = a ? a : b;
	const struct samples_row like = {
		.name = "", .unit = any->unit, .group = any->group, .host = ""};
	int err = samples_add_failed(&m->tables, &like, 1);
	if (err)
		return err;
	const struct samples_row *table = samples_find(&m->tables, "",
	                                               any->unit, any->group);
	m->table[m->c->n] = (size_t)(table - m->tables.row);
	m->c->row[m->c->n++] = (struct compare_row){
		.name = any->name,
		.unit = any->unit,
		.group = any->group,
		.better = any->better,
		.a = {.row = a},
		.b = {.row = b},
	};
	return 0;
}

// part_tables puts the rows of each table together, in their order.
static int part_tables(struct meeting *m)
{
	struct comparison *c = m->c;
	struct compare_row *row = calloc(c->n + 1, sizeof *row);
	c->table = calloc(m->tables.n + 1, sizeof *c->table);
	if (!row || !c->table) {
		free(row);
		return -ENOMEM;
	}
	c->n_table = m->tables.n;
	for (size_t i = 0, first = 0; i < c->n_table; i++) {
		const struct samples_row *t = &m->tables.row[i];
		c->table[i].first = first;
		first += t->failed; // as meet counted
	}
	for (size_t i = 0; i < c->n; i++) {
		struct compare_table *t = &c->table[m->table[i]];
		t->unit = c->row[i].unit;
		t->group = c->row[i].group;
		row[t->first + t->n++] = c->row[i];
	}
	free(c->row);
	c->row = row;
	return 0;
}

static int bring_together(const struct samples *a, const struct samples *b,
                          struct comparison *c)
{
	struct meeting m = {.c = c,
	                    .table = calloc(a->n + b->n + 1, sizeof *m.table)};
	c->row = calloc(a->n + b->n + 1, sizeof *c->row);
	int err = c->row && m.table ? 0 : -ENOMEM;
	for (size_t i = 0; !err && i < a->n; i++) {
		const struct samples_row *r = &a->row[i];
		err = meet(&m, r, samples_find(b, r->name, r->unit, r->group));
	}
	for (size_t i = 0; !err && i < b->n; i++) {
		const struct samples_row *r = &b->row[i];
		if (!samples_find(a, r->name, r->unit, r->group))
			err = meet(&m, NULL, r);
	}
	if (!err)
		err = part_tables(&m);
	samples_free(&m.tables);
	free(m.table);
	return err;
}

// same_machine: a machine that is not known may be any.
static int same_machine(const struct comparison *c, char *err, size_t errlen)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct compare_row *r = &c->row[i];
		const struct samples_row *a = r->a.row, *b = r->b.row;
		const struct samples_row *mixed = a && a->mixed_hosts   ? a
		                                  : b && b->mixed_hosts ? b
		                                                        : NULL;
		if (mixed)
			snprintf(err, errlen,
			         "%s was measured on more than one machine: "
			         "--mix-hosts compares all the same",
			         mixed->name);
		else if (a && b && *a->host && *b->host &&
		         strcmp(a->host, b->host))
			snprintf(err, errlen,
			         "%s was measured on %s and on %s: --mix-hosts "
			         "compares all the same",
			         a->name, a->host, b->host);
		else
			continue;
		return -EXDEV;
	}
	return 0;
}

//---------------------------------------------------------------------------
// One row
//---------------------------------------------------------------------------

// describe sorts a copy of a side's values: for the caller to free, NULL without
// values or memory.
static double *describe(struct compare_side *s)
{
	s->median = NAN;
	if (!s->row || !s->row->n)
		return NULL;
	size_t n = s->row->n;
	double *v = malloc(n * sizeof *v);
	if (!v)
		return NULL;
	memcpy(v, s->row->value, n * sizeof *v);
	stats_sort(v, n);
	s->median = stats_median(v, n);
	s->interval = bootstrap_median(v, n, CONFIDENCE, SEED);
	return v;
}

// squares adds up the squared distances of the logarithms from their mean.
static double squares(const double *v, size_t n)
{
	double mean = 0, sum = 0;
	for (size_t i = 0; i < n; i++)
		mean += log(v[i]) / (double)n;
	for (size_t i = 0; i < n; i++)
		sum += (log(v[i]) - mean) * (log(v[i]) - mean);
	return sum;
}

// detectable says what change such spreads would have let through, as a rank
// test finds it: with 3/pi of the efficiency of t.
static double detectable(const double *a, size_t na, const double *b, size_t nb,
                         double alpha)
{
	if (na + nb < 3)
		return NAN;
	double variance = (squares(a, na) + squares(b, nb)) /
	                  (double)(na + nb - 2);
	double shift = power_detectable_two(sqrt(variance * M_PI / 3), na, nb,
	                                    alpha, POWER);
	return expm1(shift);
}

// needed returns how many values a side the rank test needs before any
// difference can make p fall below alpha; 0 when there are enough.
static size_t needed(size_t na, size_t nb, double alpha)
{
	double p = 2;
	for (size_t i = 1; i <= na; i++)
		p *= (double)i / (double)(nb + i);
	if (p < alpha)
		return 0;
	p = 2;
	for (size_t n = 1;; n++) {
		// 2 / C(2n, n), from the one before
		p *= (double)n / (double)(4 * n - 2);
		if (p < alpha)
			return n;
	}
}

static void compare_values(struct compare_row *r, const double *a, size_t na,
                           const double *b, size_t nb, double alpha)
{
	if (!(a[0] > 0) || !(b[0] > 0))
		return; // no ratio
	r->change = r->b.median / r->a.median - 1;
	r->interval = bootstrap_ratio(a, na, b, nb, CONFIDENCE, SEED);
	r->interval.low -= 1;
	r->interval.high -= 1;
	r->detectable = detectable(a, na, b, nb, alpha);
}

static int compare_row(struct compare_row *r, double alpha)
{
	struct rank_test test;
	int err = 0;
	double *a = describe(&r->a), *b = describe(&r->b);
	r->change = r->p = r->p_holm = r->detectable = NAN;
	r->interval = (struct bootstrap_interval){NAN, NAN, true};
	if (a && b) {
		size_t na = r->a.row->n, nb = r->b.row->n;
		compare_values(r, a, na, b, nb, alpha);
		err = rank_test_two(a, na, b, nb, &test);
		r->p = r->p_holm = err ? NAN : test.p;
		r->exact = test.exact;
		r->needed = needed(na, nb, alpha);
		r->differs = r->p < alpha;
	}
	bool lost = (r->a.row && r->a.row->n && !a) ||
	            (r->b.row && r->b.row->n && !b);
	free(a);
	free(b);
	return lost ? -ENOMEM : err;
}

//---------------------------------------------------------------------------
// All of them
//---------------------------------------------------------------------------

static void sum_up(const struct comparison *c, struct compare_table *t)
{
	double logs = 0;
	for (size_t i = t->first; i < t->first + t->n; i++) {
		if (isnan(c->row[i].change))
			continue;
		logs += log1p(c->row[i].change);
		t->both++;
	}
	t->geomean = t->both ? expm1(logs / (double)t->both) : NAN;
}

static int correct(struct comparison *c)
{
	double *p = malloc((c->n + 1) * sizeof *p);
	if (!p)
		return -ENOMEM;
	for (size_t i = 0; i < c->n; i++)
		p[i] = c->row[i].p;
	int err = holm_adjust(p, c->n);
	for (size_t i = 0; i < c->n; i++) {
		struct compare_row *r = &c->row[i];
		r->p_holm = p[i];
		c->differ += r->differs;
		c->differ_holm += r->p_holm < c->alpha;
	}
	free(p);
	return err;
}

int compare_samples(const struct samples *a, const struct samples *b,
                    const struct compare_options *o, struct comparison *c,
                    char *err, size_t errlen)
{
	*c = (struct comparison){
		.label_a = o->label_a, .label_b = o->label_b, .alpha = o->alpha};
	snprintf(err, errlen, "out of memory");
	int failed = bring_together(a, b, c);
	if (!failed && !o->mix_hosts)
		failed = same_machine(c, err, errlen);
	for (size_t i = 0; !failed && i < c->n; i++)
		failed = compare_row(&c->row[i], c->alpha);
	for (size_t i = 0; !failed && i < c->n_table; i++)
		sum_up(c, &c->table[i]);
	if (!failed)
		failed = correct(c);
	if (failed)
		compare_free(c);
	return failed;
}

void compare_free(struct comparison *c)
{
	free(c->row);
	free(c->table);
	*c = (struct comparison){0};
}
