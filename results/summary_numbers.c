// summary_numbers.c - from the numbers of trials to those of points: which are
// used, their median, its interval, the outliers. Of the main metric, or of another.
#include "summary_numbers.h"

#include "summary_doc.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95
// The interval of a point is drawn from a seed of its own place in the sorted
// points: the same store gives the same report.
#define SEED UINT64_C(0x44796e6f)

int summary_keep(struct summary_point *p, const struct summary_trial *t)
{
	if (isnan(t->throughput))
		return 0;
	return t->disturbed ? summary_push(&p->disturbed, &p->n_disturbed,
	                                   t->throughput)
	                    : summary_push(&p->sample, &p->n, t->throughput);
}

// join adds the disturbed values to the others; empty leaves them out.
static int join(double **v, size_t *n, double **more, size_t n_more, bool empty)
{
	int err = 0;
	for (size_t i = 0; !err && !empty && i < n_more; i++)
		err = summary_push(v, n, (*more)[i]);
	free(*more);
	*more = NULL;
	return err;
}

// choose decides whether a point's disturbed trials are used.
static int choose(struct summary_point *p)
{
	p->disturbed_used = p->n_disturbed > p->n;
	bool empty = !p->disturbed_used;
	int err = join(&p->sample, &p->n, &p->disturbed, p->n_disturbed, empty);
	for (size_t i = 0; !err && i < p->n_counter; i++) {
		struct summary_counter *c = &p->counter[i];
		err = join(&c->value, &c->n, &c->disturbed, c->n_disturbed,
		           empty);
	}
	return err;
}

static void sum_up(struct summary_point *p, uint64_t seed)
{
	p->median = p->cv = NAN;
	for (size_t i = 0; i < p->n_counter; i++) {
		struct summary_counter *c = &p->counter[i];
		stats_sort(c->value, c->n);
		c->median = stats_median(c->value, c->n);
	}
	if (!p->n)
		return;
	stats_sort(p->sample, p->n);
	p->median = stats_median(p->sample, p->n);
	p->cv = stats_cv(p->sample, p->n);
	p->interval = bootstrap_median(p->sample, p->n, CONFIDENCE, seed);
}

static void mark_outliers(struct summary *s)
{
	for (size_t i = 0; i < s->n_trial; i++) {
		struct summary_trial *t = &s->trial[i];
		struct summary_point *p = &s->point[t->point];
		t->outlier = !isnan(t->throughput) &&
		             (!t->disturbed || p->disturbed_used) &&
		             stats_is_outlier(p->sample, p->n, t->throughput);
		p->n_outlier += t->outlier;
	}
}

static int choose_all(struct summary *s)
{
	int err = 0;
	for (size_t i = 0; !err && i < s->n_point; i++)
		err = choose(&s->point[i]);
	return err;
}

int summary_settle(struct summary *s)
{
	int err = choose_all(s);
	if (err)
		return err;
	for (size_t i = 0; i < s->n_point; i++)
		sum_up(&s->point[i], SEED + i);
	mark_outliers(s);
	return 0;
}

//---------------------------------------------------------------------------
// Views
//---------------------------------------------------------------------------

// blank makes out a copy of s without any number.
static int blank(const struct summary *s, struct summary *out)
{
	out->point = calloc(s->n_point + 1, sizeof *out->point);
	out->trial = calloc(s->n_trial + 1, sizeof *out->trial);
	if (!out->point || !out->trial)
		return -ENOMEM;
	out->n_point = s->n_point;
	out->n_trial = s->n_trial;
	for (size_t i = 0; i < s->n_point; i++) {
		struct summary_point *p = &out->point[i];
		*p = s->point[i];
		p->unit = out->seen.unit;
		p->sample = p->disturbed = NULL;
		p->counter = NULL;
		p->n = p->n_disturbed = p->n_outlier = p->n_counter = 0;
		p->interval = (struct bootstrap_interval){0};
	}
	for (size_t i = 0; i < s->n_trial; i++) {
		out->trial[i] = s->trial[i];
		out->trial[i].throughput = NAN;
		out->trial[i].outlier = false;
	}
	return 0;
}

int summary_view(const struct summary *s, size_t metric, struct summary *out)
{
	*out = (struct summary){.seen = s->metric[metric], .view = metric + 1};
	memcpy(out->outcome, s->outcome, sizeof out->outcome);
	int err = blank(s, out);
	for (size_t i = 0; !err && i < s->n_number; i++) {
		const struct summary_number *n = &s->number[i];
		struct summary_trial *t = &out->trial[n->trial];
		if (n->metric != metric)
			continue;
		t->throughput = n->value;
		err = summary_keep(&out->point[t->point], t);
	}
	if (!err)
		err = summary_settle(out);
	if (err)
		summary_free(out);
	return err;
}

int summary_views(const struct summary *s, struct summary **out)
{
	int err = 0;
	*out = calloc(s->n_metric + 1, sizeof **out);
	if (!*out)
		return -ENOMEM;
	for (size_t i = 0; !err && i < s->n_metric; i++)
		err = summary_view(s, i, &(*out)[i]);
	if (err) {
		summary_views_free(s, *out);
		*out = NULL;
	}
	return err;
}

void summary_views_free(const struct summary *s, struct summary *view)
{
	for (size_t i = 0; view && i < s->n_metric; i++)
		summary_free(&view[i]);
	free(view);
}

bool summary_measured(const struct summary *s, size_t first, size_t n)
{
	for (size_t i = first; i < first + n; i++) {
		if (s->point[i].n)
			return true;
	}
	return false;
}

size_t summary_together(const struct summary *s, size_t first)
{
	const struct summary_point *p = &s->point[first];
	size_t n = 1;
	for (; first + n < s->n_point; n++) {
		const struct summary_point *q = &s->point[first + n];
		if (strcmp(p->workload, q->workload) ||
		    strcmp(p->params, q->params) ||
		    strcmp(p->subject, q->subject))
			break;
	}
	return n;
}
