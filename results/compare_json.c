// compare_json.c - a comparison for programs: a document, and lines of values.
//
// {"dyno": "comparison", "schema": 1, "a", "b": labels, "alpha",
//  "rows": [{"name", "unit", "better", "group", "a", "b": {"n", "failed",
//            "disturbed", "left_out", "median", "low", "high", "host"},
//            "change", "low", "high", "p", "p_holm", "exact", "differs",
//            "detectable", "needed"}],
//  "geomeans": [{"unit", "group", "n", "change"}]}
// What is not known is null.
#include "compare.h"
#include "csv.h"
#include "json_out.h"
#include "unit.h"

#include <errno.h>
#include <math.h>

static json_t *side_json(const struct compare_side *s)
{
	if (!s->row)
		return json_null();
	bool known = !isnan(s->median) && !s->interval.range;
	return json_pack("{s:I, s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "n",
	                 (json_int_t)s->row->n, "failed",
	                 (json_int_t)s->row->failed, "disturbed",
	                 (json_int_t)s->row->disturbed, "left_out",
	                 (json_int_t)s->row->left_out, "median",
	                 json_out_number(s->median), "low",
	                 json_out_number(known ? s->interval.low : NAN), "high",
	                 json_out_number(known ? s->interval.high : NAN),
	                 "host", json_out_text(s->row->host));
}

static void set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

static json_t *row_json(const struct compare_row *r)
{
	json_t *o = json_object();
	bool known = !r->interval.range;
	set(o, "name", json_out_text(r->name));
	set(o, "unit", json_out_text(r->unit));
	set(o, "better", json_string(samples_better_name(r->better)));
	set(o, "group", json_out_text(r->group));
	set(o, "a", side_json(&r->a));
	set(o, "b", side_json(&r->b));
	set(o, "change", json_out_number(r->change));
	set(o, "low", json_out_number(known ? r->interval.low : NAN));
	set(o, "high", json_out_number(known ? r->interval.high : NAN));
	set(o, "p", json_out_number(r->p));
	set(o, "p_holm", json_out_number(r->p_holm));
	set(o, "exact", json_boolean(r->exact));
	set(o, "differs", json_boolean(r->differs));
	set(o, "detectable", json_out_number(r->detectable));
	set(o, "needed", json_integer((json_int_t)r->needed));
	return o;
}

static json_t *geomean_json(const struct compare_table *t)
{
	return json_pack("{s:o, s:o, s:I, s:o}", "unit", json_out_text(t->unit),
	                 "group", json_out_text(t->group), "n",
	                 (json_int_t)t->both, "change",
	                 json_out_number(t->geomean));
}

static json_t *comparison_json(const struct comparison *c)
{
	json_t *rows = json_array(), *means = json_array();
	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(rows, row_json(&c->row[i]));
	for (size_t i = 0; i < c->n_table; i++)
		json_array_append_new(means, geomean_json(&c->table[i]));
	bool whole = json_array_size(rows) == c->n &&
	             json_array_size(means) == c->n_table;
	json_t *doc = json_pack("{s:s, s:i, s:o, s:o, s:f, s:o, s:o}", "dyno",
	                        "comparison", "schema", COMPARE_SCHEMA, "a",
	                        json_out_text(c->label_a), "b",
	                        json_out_text(c->label_b), "alpha", c->alpha,
	                        "rows", rows, "geomeans", means);
	if (whole)
		return doc;
	json_decref(doc);
	return NULL;
}

int compare_json(const struct comparison *c, FILE *out)
{
	return json_out_dump(comparison_json(c), out);
}

//---------------------------------------------------------------------------
// CSV
//---------------------------------------------------------------------------

enum { FIELDS = 18, NUMBERS = 14, FIRST_NUMBER = 4, NUMBER = 32 };

static void csv_row(const struct compare_row *r, FILE *out)
{
	static const struct samples_row none = {.n = 0};
	const struct samples_row *a = r->a.row ? r->a.row : &none;
	const struct samples_row *b = r->b.row ? r->b.row : &none;
	const double value[NUMBERS] = {(double)a->n,
	                               r->a.median,
	                               (double)b->n,
	                               r->b.median,
	                               r->change,
	                               r->interval.range ? NAN : r->interval.low,
	                               r->interval.range ? NAN : r->interval.high,
	                               r->p,
	                               r->p_holm,
	                               r->detectable,
	                               (double)a->disturbed,
	                               (double)b->disturbed,
	                               (double)a->left_out,
	                               (double)b->left_out};
	const char *field[FIELDS] = {r->name, r->unit,
	                             samples_better_name(r->better), r->group};
	char text[NUMBERS][NUMBER];
	for (int i = 0; i < NUMBERS; i++) {
		field[FIRST_NUMBER + i] = text[i];
		if (isfinite(value[i]))
			unit_exact(text[i], NUMBER, value[i]);
		else
			*text[i] = '\0';
	}
	csv_line(field, FIELDS, out);
}

int compare_csv(const struct comparison *c, FILE *out)
{
	static const char *const head[FIELDS] = {
		"name",       "unit",       "better",      "group",
		"n_a",        "median_a",   "n_b",         "median_b",
		"change",     "low",        "high",        "p",
		"p_holm",     "detectable", "disturbed_a", "disturbed_b",
		"left_out_a", "left_out_b"};
	csv_line(head, FIELDS, out);
	for (size_t i = 0; i < c->n; i++)
		csv_row(&c->row[i], out);
	return ferror(out) ? -EIO : 0;
}
