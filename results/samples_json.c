// samples_json.c - JSON in and out.
//
// What comes in may be anything: every member is looked at for its type, and a
// document that is neither kind is refused with what it lacks.
#include "samples_json.h"

#include "json_out.h"
#include "stats.h"
#include "unit.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *string(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));
	return s ? s : "";
}

//---------------------------------------------------------------------------
// Reading
//---------------------------------------------------------------------------

static int add_value(struct samples *s, const struct samples_row *like,
                     double value, bool disturbed)
{
	return disturbed ? samples_add_disturbed(s, like, value)
	                 : samples_add(s, like, value);
}

static int read_row(struct samples *s, const json_t *row)
{
	const struct samples_row like = {
		.name = string(row, "name"),
		.unit = string(row, "unit"),
		.group = string(row, "group"),
		.host = string(row, "host"),
		.better = samples_better_parse(string(row, "better")),
	};
	const json_t *values = json_object_get(row, "values"), *v;
	const json_t *marked = json_object_get(row, "disturbed");
	int64_t failed = json_integer_value(json_object_get(row, "failed"));
	int64_t left_out = json_integer_value(json_object_get(row, "left_out"));
	int err = *like.name && json_is_array(values) ? 0 : -EINVAL;
	size_t i;
	json_array_foreach(values, i, v)
	{
		bool disturbed = json_is_true(json_array_get(marked, i));
		if (!err)
			err = json_is_number(v)
			              ? add_value(s, &like, json_number_value(v),
			                          disturbed)
			              : -EINVAL;
	}
	if (!err && left_out > 0)
		err = samples_add_left_out(s, &like, (size_t)left_out);
	if (!err && failed > 0)
		err = samples_add_failed(s, &like, (size_t)failed);
	return err;
}

static int read_samples(struct samples *s, const json_t *doc, char *err,
                        size_t errlen)
{
	const json_t *schema = json_object_get(doc, "schema"), *row;
	const json_t *rows = json_object_get(doc, "rows");
	size_t i;
	if (json_integer_value(schema) != SAMPLES_SCHEMA) {
		snprintf(err, errlen,
		         "its schema is not %d: another dyno wrote it",
		         SAMPLES_SCHEMA);
		return -EINVAL;
	}
	json_array_foreach(rows, i, row)
	{
		int failed = read_row(s, row);
		if (failed == -EINVAL)
			snprintf(err, errlen,
			         "rows[%zu] has no name, or values "
			         "that are no numbers",
			         i);
		if (failed)
			return failed;
	}
	return 0;
}

static int read_trial(struct samples *s, json_t *doc)
{
	char *params = json_dumps(json_object_get(doc, "params"), 0);
	const json_t *metrics = json_object_get(doc, "metrics"), *m;
	const json_t *environment = json_object_get(doc, "environment");
	const json_t *noise = json_object_get(doc, "noise");
	const struct samples_point p = {
		.subject = string(doc, "subject"),
		.workload = string(doc, "workload"),
		.policy = string(doc, "policy"),
		.params = params ? params : "{}",
		.procs = (int)json_integer_value(json_object_get(doc, "procs")),
		.m_cap = (int)json_integer_value(json_object_get(doc, "m_cap")),
	};
	const char *name = samples_name(&s->arena, &p);
	struct samples_row like = {
		.name = name,
		.group = "",
		.host = string(environment, "hostname"),
	};
	free(params);
	bool disturbed = json_is_true(json_object_get(noise, "disturbed"));
	bool ok = !strcmp(string(doc, "outcome"), "ok");
	if (!like.name)
		return -ENOMEM;
	like.unit = "op/s";
	if (!ok)
		return samples_add_failed(s, &like, 1);
	size_t i;
	json_array_foreach(metrics, i, m)
	{
		const json_t *value = json_object_get(m, "value");
		like.better = samples_better_parse(string(m, "better"));
		if (like.better == SAMPLES_UNKNOWN)
			continue;
		double v = json_is_number(value) ? json_number_value(value) : NAN;
		int err = samples_metric(&s->arena, name, string(m, "name"),
		                         string(m, "unit"), &like);
		if (!err)
			err = add_value(s, &like, v, disturbed);
		if (err)
			return err;
	}
	return 0;
}

static int read_document(struct samples *s, json_t *doc, char *err, size_t errlen)
{
	if (!strcmp(string(doc, "dyno"), "samples"))
		return read_samples(s, doc, err, errlen);
	if (*string(doc, "workload") && *string(doc, "outcome"))
		return read_trial(s, doc);
	snprintf(err, errlen,
	         "it is JSON, but neither what dyno run --json nor "
	         "what dyno report --format json prints");
	return -EINVAL;
}

int samples_json_read(struct samples *s, const char *text, char *err,
                      size_t errlen)
{
	static const char blank[] = " \t\r\n";
	int failed = 0;
	size_t line = 1;
	snprintf(err, errlen, "out of memory, or too many rows");
	for (text += strspn(text, blank); !failed && *text;
	     text += strspn(text, blank)) {
		json_error_t e;
		json_t *doc = json_loads(text, JSON_DISABLE_EOF_CHECK, &e);
		if (!doc) {
			snprintf(err, errlen, "document %zu, line %d of it: %s",
			         line, e.line, e.text);
			return -EINVAL;
		}
		failed = read_document(s, doc, err, errlen);
		json_decref(doc);
		text += e.position;
		line++;
	}
	return failed;
}

//---------------------------------------------------------------------------
// Writing
//---------------------------------------------------------------------------

static json_t *row_json(const struct samples_row *r)
{
	json_t *values = json_array();
	json_t *marked = json_array();
	for (size_t i = 0; i < r->n; i++) {
		json_array_append_new(values, json_real(r->value[i]));
		json_array_append_new(marked, json_boolean(r->marked[i]));
	}
	return json_pack("{s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:I}", "name",
	                 json_out_text(r->name), "unit", json_out_text(r->unit),
	                 "better", samples_better_name(r->better), "group",
	                 json_out_text(r->group), "host",
	                 json_out_text(r->host), "values", values, "disturbed",
	                 marked, "left_out", (json_int_t)r->left_out, "failed",
	                 (json_int_t)r->failed);
}

int samples_json_write(const struct samples *s, FILE *out)
{
	json_t *rows = json_array();
	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(rows, row_json(&s->row[i]));
	if (json_array_size(rows) != s->n) {
		json_decref(rows);
		return -ENOMEM;
	}
	return json_out_dump(json_pack("{s:s, s:i, s:o}", "dyno", "samples",
	                               "schema", SAMPLES_SCHEMA, "rows", rows),
	                     out);
}

static json_t *action_json(const struct samples_row *r)
{
	double *sorted = malloc(r->n * sizeof *sorted);
	char range[64], extra[64], name[1024];
	if (!sorted)
		return NULL;
	memcpy(sorted, r->value, r->n * sizeof *sorted);
	stats_sort(sorted, r->n);
	double median = stats_median(sorted, r->n);
	double mad = stats_mad(sorted, r->n);
	free(sorted);
	snprintf(name, sizeof name, "%s (%s)", r->name, r->unit);
	snprintf(range, sizeof range, "± %.3g", mad);
	snprintf(extra, sizeof extra, "median of %zu, ± is the MAD", r->n);
	return json_pack("{s:o, s:o, s:f, s:s, s:s}", "name",
	                 json_out_text(name), "unit", json_out_text(r->unit),
	                 "value", median, "range", range, "extra", extra);
}

int samples_action_write(const struct samples *s, enum samples_better better,
                         FILE *out)
{
	json_t *all = json_array();
	for (size_t i = 0; i < s->n; i++) {
		const struct samples_row *r = &s->row[i];
		if (r->better != better || !r->n)
			continue;
		if (json_array_append_new(all, action_json(r)) < 0) {
			json_decref(all);
			return -ENOMEM;
		}
	}
	return json_out_dump(all, out);
}
