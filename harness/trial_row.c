// trial_row.c - a point and a trial as the store takes them.
#include "trial_row.h"

#include "metric.h"

#include <errno.h>
#include <stdlib.h>

int trial_row_point(struct store *store, const struct plan *plan,
                    const struct point *p, int64_t *id)
{
	json_t *params = point_params(plan, p);
	char *text = json_dumps(params, JSON_COMPACT | JSON_SORT_KEYS);
	struct store_point point = {
		.subject = p->workload ? "dyno" : "program",
		.workload = p->name,
		.policy = p->policy,
		.procs = p->procs,
		.m_cap = p->m_cap,
		.params = text,
	};
	int err = text ? store_point(store, &point, id) : -ENOMEM;

	free(text);
	json_decref(params);
	return err;
}

// collect reads the metrics of a document; the strings stay the document's.
static size_t collect(const json_t *doc, struct store_metric *out)
{
	const json_t *metric;
	size_t i, n = 0;

	json_array_foreach(json_object_get(doc, "metrics"), i, metric)
	{
		const char *name = json_string_value(
			json_object_get(metric, "name"));
		const char *unit = json_string_value(
			json_object_get(metric, "unit"));
		const char *better = json_string_value(
			json_object_get(metric, "better"));
		const json_t *value = json_object_get(metric, "value");

		if (n < METRICS_MAX && name && json_is_number(value))
			out[n++] = (struct store_metric){
				name, unit ? unit : "1", better ? better : "",
				json_number_value(value)};
	}
	return n;
}

int trial_row_add(struct store *store, struct store_trial *row,
                  const struct trial *t,
                  void (*note)(void *arg, const struct store_trial *row),
                  void *arg)
{
	struct store_metric metric[METRICS_MAX];
	char *doc = json_dumps(t->doc, JSON_COMPACT | JSON_REAL_PRECISION(12));
	int err;

	row->outcome = t->outcome.kind;
	row->message = t->outcome.message;
	row->started = t->started;
	row->seconds = t->seconds;
	row->doc = doc;
	row->metric = metric;
	row->n_metric = t->outcome.kind == STORE_OK ? collect(t->doc, metric) : 0;
	err = store ? store_add(store, row) : 0;
	if (!err && note)
		note(arg, row);
	row->doc = NULL;
	row->metric = NULL;
	free(doc);
	return err;
}
