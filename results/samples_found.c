// samples_found.c - what searches of a store found, as samples: the highest value of
// a parameter is a number that two experiments are compared by.
#include "samples_found.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct finding {
	int64_t point;
	const char *sought, *unit, *promise;
	double highest;
};

struct reader {
	struct samples *s;
	struct finding *v;
	size_t n;
	const char *host;
};

static int note(void *arg, const struct store_found *f)
{
	struct reader *r = arg;
	struct arena *a = &r->s->arena;
	if (!f->highest)
		return 0;
	struct finding *all = realloc(r->v, (r->n + 1) * sizeof *all);
	if (!all)
		return -ENOMEM;
	r->v = all;
	struct finding *v = &all[r->n++];
	*v = (struct finding){
		.point = f->point,
		.sought = arena_string(a, f->sought),
		.unit = arena_string(a, f->unit),
		.promise = arena_string(a, f->promise),
		.highest = (double)f->highest,
	};
	return v->sought && v->unit && v->promise ? 0 : -ENOMEM;
}

// name_of is the point's name, with the promise in the place of what was sought.
static const char *name_of(struct arena *a, const struct store_point *p,
                           const struct finding *v)
{
	json_t *params = json_loads(p->params, 0, NULL);
	if (!params)
		params = json_object();
	json_object_del(params, v->sought);
	json_object_set_new(params, "slo", json_string(v->promise));
	char *text = json_dumps(params, JSON_COMPACT);
	json_decref(params);
	const struct samples_point at = {
		.subject = p->subject,
		.workload = p->workload,
		.policy = p->policy,
		.params = text,
		.procs = p->procs,
		.m_cap = p->m_cap,
	};
	const char *name = text ? samples_name(a, &at) : NULL;
	free(text);
	return name;
}

static int add(struct reader *r, const struct store_point *p,
               const struct finding *v)
{
	struct arena *a = &r->s->arena;
	struct samples_row row = {
		.group = "", .host = r->host, .better = SAMPLES_HIGHER};
	const char *name = name_of(a, p, v);
	char metric[80];
	if (!name)
		return -ENOMEM;
	snprintf(metric, sizeof metric, "highest_%.60s", v->sought);
	int err = samples_metric(a, name, metric, v->unit, &row);
	return err ? err : samples_add(r->s, &row, v->highest);
}

static int add_point(void *arg, const struct store_point *p)
{
	struct reader *r = arg;
	int err = 0;
	for (size_t i = 0; !err && i < r->n; i++)
		if (r->v[i].point == p->id)
			err = add(r, p, &r->v[i]);
	return err;
}

int samples_found_read(struct samples *s, struct store *store)
{
	json_t *facts = json_loads(store_about(store)->environment, 0, NULL);
	const char *host = json_string_value(json_object_get(facts, "hostname"));
	struct reader r = {.s = s, .host = host ? host : ""};
	int err = store_each_found(store, note, &r);
	if (!err)
		err = store_each_point(store, add_point, &r);
	free(r.v);
	json_decref(facts);
	return err;
}
