// summary.c - reads a store into memory and sums up its points.
//
// First the points, sorted for reading, then the trials in the order they were
// run; then each point's median, interval and outliers. A store that is still
// being written is read in one state.
#include "summary.h"

#include "summary_doc.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CONFIDENCE 0.95
// The interval of a point is drawn from a seed of its own place in the sorted
// points: the same store gives the same report.
#define SEED UINT64_C(0x44796e6f)

// grow makes room for one more in an array, as summary_push does.
static void *grow(void *v, size_t n, size_t size)
{
	if (n & (n - 1))
		return v;
	return realloc(v, (n ? 2 * n : 1) * size);
}

static int add_point(void *arg, const struct store_point *p)
{
	struct summary *s = arg;
	struct summary_point *all = grow(s->point, s->n_point, sizeof *all);
	if (!all)
		return -ENOMEM;
	s->point = all;
	struct summary_point *q = &all[s->n_point++];
	*q = (struct summary_point){
		.id = p->id,
		.subject = arena_string(&s->arena, p->subject),
		.workload = arena_string(&s->arena, p->workload),
		.policy = arena_string(&s->arena, p->policy),
		.procs = p->procs,
		.m_cap = p->m_cap,
		.op = "",
		.unit = "op/s",
	};
	bool whole = q->subject && q->workload && q->policy;
	return whole ? summary_axes(&s->arena, p->params, q) : -ENOMEM;
}

static int by_reading_order(const void *a, const void *b)
{
	const struct summary_point *p = a, *q = b;
	int order = strcmp(p->workload, q->workload);
	if (!order)
		order = strcmp(p->params, q->params);
	if (!order)
		order = strcmp(p->subject, q->subject);
	if (!order)
		order = strcmp(p->policy, q->policy);
	if (!order)
		order = strcmp(p->pin, q->pin);
	// No limit, 0, becomes the largest.
	uint64_t quota = (uint64_t)p->quota - 1, quotas = (uint64_t)q->quota - 1;
	if (!order)
		order = (quota > quotas) - (quota < quotas);
	if (!order)
		order = (p->procs > q->procs) - (p->procs < q->procs);
	unsigned cap = (unsigned)p->m_cap - 1, other = (unsigned)q->m_cap - 1;
	if (!order)
		order = (cap > other) - (cap < other);
	return order;
}

static struct summary_point *point_with(struct summary *s, int64_t id)
{
	for (size_t i = 0; i < s->n_point; i++) {
		if (s->point[i].id == id)
			return &s->point[i];
	}
	return NULL;
}

// main_metric is the throughput, or what a program measured has instead: the
// first by name.
static const struct store_metric *main_metric(const struct store_trial *t)
{
	for (size_t i = 0; i < t->n_metric; i++) {
		if (!strcmp(t->metric[i].name, "throughput"))
			return &t->metric[i];
	}
	return t->n_metric ? &t->metric[0] : NULL;
}

// take_throughput takes the main metric; the unit "op/s" is made "call/s", and
// a bare number goes by the metric's name.
static int take_throughput(struct summary *s, const struct store_trial *t,
                           struct summary_trial *out, struct summary_point *p)
{
	const struct store_metric *m = main_metric(t);
	if (!m)
		return 0;
	out->throughput = m->value;
	char unit[64];
	snprintf(unit, sizeof unit, "%s",
	         strcmp(m->unit, "1") ? m->unit : m->name);
	if (!strcmp(unit, "op/s") && *p->op)
		snprintf(unit, sizeof unit, "%s/s", p->op);
	p->unit = arena_string(&s->arena, unit);
	return p->unit ? 0 : -ENOMEM;
}

static int add_trial(void *arg, const struct store_trial *t)
{
	struct summary *s = arg;
	struct summary_point *p = point_with(s, t->point);
	if (!p) // a foreign key of the schema forbids it
		return -EBADMSG;
	struct summary_trial *all = grow(s->trial, s->n_trial, sizeof *all);
	if (!all)
		return -ENOMEM;
	s->trial = all;
	struct summary_trial *q = &all[s->n_trial++];
	*q = (struct summary_trial){
		.id = t->id,
		.point = (size_t)(p - s->point),
		.rep = t->rep,
		.position = t->position,
		.outcome = t->outcome,
		.message = arena_string(&s->arena, t->message),
		.started = t->started,
		.seconds = t->seconds,
		.throughput = NAN,
	};
	s->outcome[t->outcome]++;
	p->n_trial++;
	int err = q->message ? summary_doc(&s->arena, t->doc, q, p) : -ENOMEM;
	if (!err && t->outcome == STORE_OK)
		err = take_throughput(s, t, q, p);
	if (err || isnan(q->throughput))
		return err;
	return q->disturbed ? summary_push(&p->disturbed, &p->n_disturbed,
	                                   q->throughput)
	                    : summary_push(&p->sample, &p->n, q->throughput);
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

static int load(struct store *store, struct summary *s)
{
	int err = store_each_point(store, add_point, s);
	if (err)
		return err;
	if (s->n_point)
		qsort(s->point, s->n_point, sizeof *s->point, by_reading_order);
	err = store_each_trial(store, add_trial, s);
	for (size_t i = 0; !err && i < s->n_point; i++)
		err = choose(&s->point[i]);
	return err;
}

int summary_load(struct store *store, struct summary *s, char *err, size_t errlen)
{
	memset(s, 0, sizeof *s);
	int result = store_freeze(store);
	if (!result)
		result = load(store, s);
	if (result == -ENOMEM)
		snprintf(err, errlen, "out of memory");
	else if (result)
		snprintf(err, errlen, "%s", store_why(store));
	store_thaw(store);
	if (result) {
		summary_free(s);
		return result;
	}
	for (size_t i = 0; i < s->n_point; i++)
		sum_up(&s->point[i], SEED + i);
	mark_outliers(s);
	return 0;
}

void summary_free(struct summary *s)
{
	for (size_t i = 0; i < s->n_point; i++) {
		struct summary_point *p = &s->point[i];
		for (size_t k = 0; k < p->n_counter; k++) {
			free(p->counter[k].value);
			free(p->counter[k].disturbed);
		}
		free(p->counter);
		free(p->disturbed);
		free(p->sample);
	}
	free(s->point);
	free(s->trial);
	arena_free(&s->arena);
	memset(s, 0, sizeof *s);
}

const struct summary_counter *summary_find(const struct summary_point *p,
                                           const char *name)
{
	for (size_t i = 0; i < p->n_counter; i++) {
		if (!strcmp(p->counter[i].name, name))
			return &p->counter[i];
	}
	return NULL;
}

bool summary_same_curve(const struct summary_point *p,
                        const struct summary_point *q)
{
	return p->quota == q->quota && !strcmp(p->workload, q->workload) &&
	       !strcmp(p->params, q->params) && !strcmp(p->pin, q->pin) &&
	       !strcmp(p->subject, q->subject) && !strcmp(p->policy, q->policy);
}

char *summary_quota(int64_t thousandths, char *out, size_t size)
{
	if (thousandths)
		snprintf(out, size, "%g", (double)thousandths / 1000);
	else
		snprintf(out, size, "none");
	return out;
}

double summary_speedup(const struct summary *s, const struct summary_point *p)
{
	for (size_t i = 0; i < s->n_point; i++) {
		const struct summary_point *q = &s->point[i];
		if (q->procs == 1 && q->m_cap == p->m_cap && q->n && p->n &&
		    summary_same_curve(p, q))
			return p->median / q->median;
	}
	return NAN;
}
