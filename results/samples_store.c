// samples_store.c - points become names, metrics become rows.
#include "samples_store.h"

#include "samples_found.h"
#include "store.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct point {
	int64_t id;
	const char *name;
	size_t failed;
};

struct reader {
	struct samples *s;
	struct point *point; // by id, as the store hands them out
	size_t n;
};

static int add_point(void *arg, const struct store_point *p)
{
	struct reader *r = arg;
	const struct samples_point at = {
		.subject = p->subject,
		.workload = p->workload,
		.policy = p->policy,
		.params = p->params,
		.procs = p->procs,
		.m_cap = p->m_cap,
	};
	if ((r->n & (r->n - 1)) == 0) {
		size_t room = r->n ? 2 * r->n : 1;
		struct point *all = realloc(r->point, room * sizeof *all);
		if (!all)
			return -ENOMEM;
		r->point = all;
	}
	const char *name = samples_name(&r->s->arena, &at);
	r->point[r->n++] = (struct point){.id = p->id, .name = name};
	return name ? 0 : -ENOMEM;
}

static int by_id(const void *a, const void *b)
{
	const struct point *p = a, *q = b;
	return (p->id > q->id) - (p->id < q->id);
}

static struct point *point_of(const struct reader *r, int64_t id)
{
	const struct point like = {.id = id};
	return r->n ? bsearch(&like, r->point, r->n, sizeof like, by_id) : NULL;
}

static int add_metrics(struct reader *r, const struct store_trial *t,
                       const char *name, const char *host, bool disturbed)
{
	struct samples_row like = {.group = "", .host = host};
	int err = 0;
	for (size_t i = 0; !err && i < t->n_metric; i++) {
		const struct store_metric *m = &t->metric[i];
		like.better = samples_better_parse(m->better);
		if (like.better == SAMPLES_UNKNOWN)
			continue;
		err = samples_metric(&r->s->arena, name, m->name, m->unit, &like);
		if (!err)
			err = disturbed ? samples_add_disturbed(r->s, &like,
			                                        m->value)
			                : samples_add(r->s, &like, m->value);
	}
	return err;
}

static int add_trial(void *arg, const struct store_trial *t)
{
	struct reader *r = arg;
	struct point *p = point_of(r, t->point);
	if (!p) // a foreign key of the schema forbids it
		return -EBADMSG;
	if (t->outcome != STORE_OK) {
		p->failed++;
		return 0;
	}
	json_t *doc = t->doc ? json_loads(t->doc, 0, NULL) : NULL;
	const char *host = json_string_value(
		json_object_get(json_object_get(doc, "environment"), "hostname"));
	bool disturbed = json_is_true(
		json_object_get(json_object_get(doc, "noise"), "disturbed"));
	int err = add_metrics(r, t, p->name, host ? host : "", disturbed);
	json_decref(doc);
	return err;
}

// add_failures counts a point's failed trials in each of its rows; a point that
// has none gets one for its throughput.
static int add_failures(struct reader *r, const struct point *p, size_t first)
{
	bool found = false;
	for (size_t i = first; i < r->s->n; i++) {
		struct samples_row *row = &r->s->row[i];
		if (strcmp(row->name, p->name))
			continue;
		row->failed += p->failed;
		found = true;
	}
	const struct samples_row like = {
		.name = p->name, .unit = "op/s", .group = "", .host = ""};
	return found ? 0 : samples_add_failed(r->s, &like, p->failed);
}

static int add_all_failures(struct reader *r, size_t first)
{
	int err = 0;
	for (size_t i = 0; !err && i < r->n; i++)
		if (r->point[i].failed)
			err = add_failures(r, &r->point[i], first);
	return err;
}

int samples_store_read(struct samples *s, const char *dir, char *err,
                       size_t errlen)
{
	struct reader r = {.s = s};
	struct store *store;
	size_t first = s->n;
	int failed = store_open(dir, &store, err, errlen);
	if (failed)
		return failed;
	failed = store_freeze(store);
	if (!failed)
		failed = store_each_point(store, add_point, &r);
	if (!failed)
		failed = store_each_trial(store, add_trial, &r);
	if (!failed)
		failed = add_all_failures(&r, first);
	if (!failed)
		failed = samples_found_read(s, store);
	if (failed == -ENOMEM || failed == -E2BIG)
		snprintf(err, errlen, "%s: %s", dir,
		         failed == -E2BIG ? "too many rows or values"
		                          : "out of memory");
	else if (failed)
		snprintf(err, errlen, "%s", store_why(store));
	store_thaw(store);
	store_close(store);
	free(r.point);
	return failed;
}
