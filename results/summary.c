// summary.c - reads a store into memory and sums up its points.
//
// First the points, sorted for reading, then the trials in the order they were
// run. A store that is still being written is read in one state.
// summary_numbers.c makes medians of it.
#include "summary.h"

#include "summary_doc.h"
#include "summary_numbers.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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

// take_main takes the main metric; the unit "op/s" is made "call/s", and a bare
// number goes by the metric's name.
static int take_main(struct summary *s, const struct store_metric *m,
                     struct summary_trial *out, struct summary_point *p)
{
	out->throughput = m->value;
	if (!s->seen.name) {
		s->seen.name = arena_string(&s->arena, m->name);
		s->seen.lower = !strcmp(m->better, "lower");
	}
	char unit[64];
	snprintf(unit, sizeof unit, "%s",
	         strcmp(m->unit, "1") ? m->unit : m->name);
	if (!strcmp(unit, "op/s") && *p->op)
		snprintf(unit, sizeof unit, "%s/s", p->op);
	p->unit = arena_string(&s->arena, unit);
	return p->unit && s->seen.name ? 0 : -ENOMEM;
}

// metric_number finds or adds a metric. Trials have theirs in one order, so that the
// search begins behind the last that was found. -ENOMEM.
static ssize_t metric_number(struct summary *s, const struct store_metric *m,
                             size_t from)
{
	for (size_t i = 0; i < s->n_metric; i++) {
		size_t at = (from + i) % s->n_metric;
		if (!strcmp(s->metric[at].name, m->name))
			return (ssize_t)at;
	}
	struct summary_metric *all = grow(s->metric, s->n_metric, sizeof *all);
	if (!all)
		return -ENOMEM;
	s->metric = all;
	all += s->n_metric;
	*all = (struct summary_metric){
		.name = arena_string(&s->arena, m->name),
		.unit = arena_string(&s->arena,
	                             strcmp(m->unit, "1") ? m->unit : m->name),
		.lower = !strcmp(m->better, "lower"),
	};
	return all->name && all->unit ? (ssize_t)s->n_metric++ : -ENOMEM;
}

static int add_number(struct summary *s, size_t metric, double value)
{
	struct summary_number *all = grow(s->number, s->n_number, sizeof *all);
	if (!all)
		return -ENOMEM;
	s->number = all;
	all[s->n_number++] = (struct summary_number){s->n_trial - 1, metric,
	                                             value};
	return 0;
}

// take_metrics takes what an ok trial measured: the main metric, others that are
// better on one side, and what explains them, which is as good as counted.
static int take_metrics(struct summary *s, const struct store_trial *t,
                        struct summary_trial *out, struct summary_point *p)
{
	const struct store_metric *first = store_main_metric(t);
	int err = first ? take_main(s, first, out, p) : 0;
	ssize_t at = -1;
	for (size_t i = 0; !err && i < t->n_metric; i++) {
		const struct store_metric *m = &t->metric[i];
		const struct summary_counter like = {.name = m->name,
		                                     .source = "metric",
		                                     .scope = "trial",
		                                     .unit = m->unit};
		if (m == first)
			continue;
		if (!*m->better) {
			err = summary_count(&s->arena, p, &like, m->value,
			                    out->disturbed);
			continue;
		}
		at = metric_number(s, m, (size_t)(at + 1));
		err = at < 0 ? (int)at : add_number(s, (size_t)at, m->value);
	}
	return err;
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
		err = take_metrics(s, t, q, p);
	return err ? err : summary_keep(p, q);
}

static int load(struct store *store, struct summary *s)
{
	int err = store_each_point(store, add_point, s);
	if (err)
		return err;
	if (s->n_point)
		qsort(s->point, s->n_point, sizeof *s->point, by_reading_order);
	err = store_each_trial(store, add_trial, s);
	if (!s->seen.name)
		s->seen.name = "throughput";
	return err;
}

int summary_load(struct store *store, struct summary *s, char *err, size_t errlen)
{
	memset(s, 0, sizeof *s);
	int result = store_freeze(store);
	if (!result)
		result = load(store, s);
	const char *why = result == -ENOMEM ? "out of memory" : store_why(store);
	if (result)
		snprintf(err, errlen, "%s", why);
	store_thaw(store);
	if (!result && (result = summary_settle(s)))
		snprintf(err, errlen, "out of memory");
	if (result)
		summary_free(s);
	return result;
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
	free(s->metric);
	free(s->number);
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
