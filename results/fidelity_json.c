// fidelity_json.c - the report as JSON, and the values in it read again.
//
// {"dyno": "fidelity", "schema": 1, "policy", "go", "machine", "trials",
//  "agrees", "differs", "undecided": numbers of workloads, "open": disagreements
//  without a reason,
//  "stale": [{"workload", "measure", "line", "measured"}, ...],
//  "workloads": [{"workload", "setting", "verdict", "tau" (null: a flat curve),
//    "ranked", "best_p": {"dyno", "go"},
//    "measures": {"shape": {"word", "reason" (null: open or needless)}, ...},
//    "points": [{"procs", "failed": {"dyno", "go"},
//      "measures": {"throughput": {"word", "dyno": [values], "go": [values] or
//        "unknown", "ratio", "low", "high" (null: of counts)}, ...}}]}]}
//
// A workload is a line, so that a change of it is one in a repository. When it is
// read, only the values are believed; all words are made again.
#include "fidelity.h"

#include "json_out.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 6, WORKLOADS = 10000, PROCS = 4096 };

static const char *const sides[FIDELITY_SIDES] = {
	[FIDELITY_DYNO] = "dyno",
	[FIDELITY_GO] = "go",
};

//---------------------------------------------------------------------------
// Writing
//---------------------------------------------------------------------------

static json_t *text_or_null(const char *s)
{
	return s ? json_out_text(s) : json_null();
}

static json_t *values_json(const struct fidelity_sample *s,
                           enum fidelity_word word)
{
	json_t *all = s->n || word != FIDELITY_UNKNOWN ? json_array()
	                                               : json_string("unknown");
	for (size_t i = 0; i < s->n; i++)
		json_array_append_new(all, json_real(s->value[i]));
	return all;
}

static json_t *cell_json(const struct fidelity_cell *c)
{
	bool has = isfinite(c->ratio);
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "word",
	                 fidelity_word_name(c->word), "dyno",
	                 values_json(&c->side[FIDELITY_DYNO], c->word), "go",
	                 values_json(&c->side[FIDELITY_GO], c->word), "ratio",
	                 json_out_number(has ? c->ratio : NAN), "low",
	                 json_out_number(has ? c->ratio_interval.low : NAN),
	                 "high",
	                 json_out_number(has ? c->ratio_interval.high : NAN));
}

static json_t *point_json(const struct fidelity_point *p)
{
	json_t *all = json_object();
	for (int m = 0; m < FIDELITY_MEASURES; m++) {
		const struct fidelity_cell *c = &p->cell[m];
		if (c->side[0].n || c->side[1].n)
			json_object_set_new(
				all,
				fidelity_measure_name((enum fidelity_measure)m),
				cell_json(c));
	}
	return json_pack("{s:i, s:{s:I, s:I}, s:o}", "procs", p->procs,
	                 "failed", sides[0], (json_int_t)p->failed[0], sides[1],
	                 (json_int_t)p->failed[1], "measures", all);
}

static json_t *measures_json(const struct fidelity_workload *w)
{
	json_t *all = json_object();
	for (int m = 0; m < FIDELITY_MEASURES; m++) {
		if (w->word[m] != FIDELITY_ABSENT)
			json_object_set_new(
				all,
				fidelity_measure_name((enum fidelity_measure)m),
				json_pack("{s:s, s:o}", "word",
			                  fidelity_word_name(w->word[m]),
			                  "reason", text_or_null(w->reason[m])));
	}
	return all;
}

static json_t *workload_json(const struct fidelity_workload *w)
{
	json_t *points = json_array();
	for (size_t i = 0; i < w->n; i++)
		json_array_append_new(points, point_json(&w->point[i]));
	return json_pack("{s:o, s:o, s:s, s:o, s:I, s:{s:i, s:i}, s:o, s:o}",
	                 "workload", json_out_text(w->name), "setting",
	                 json_out_text(w->setting), "verdict",
	                 fidelity_word_name(w->verdict), "tau",
	                 json_out_number(w->tau), "ranked", (json_int_t)w->ranked,
	                 "best_p", sides[0], w->best[0], sides[1], w->best[1],
	                 "measures", measures_json(w), "points", points);
}

static json_t *stale_json(const struct fidelity *f)
{
	json_t *all = json_array();
	for (size_t i = 0; i < f->n_reason; i++) {
		const struct fidelity_reason *r = &f->reason[i];
		if (!r->found)
			json_array_append_new(
				all,
				json_pack("{s:o, s:s, s:i, s:b}", "workload",
			                  json_out_text(r->workload), "measure",
			                  fidelity_measure_name(r->measure),
			                  "line", r->line, "measured", r->known));
	}
	return all;
}

// dump writes a document without a line end, and gives it back. 0, -ENOMEM, -EIO.
static int dump(json_t *doc, FILE *out)
{
	if (!doc)
		return -ENOMEM;
	int failed = json_dumpf(doc, out,
	                        JSON_COMPACT | JSON_ENCODE_ANY |
	                                JSON_REAL_PRECISION(DIGITS));
	json_decref(doc);
	return failed ? -EIO : 0;
}

static int put_head(const struct fidelity *f, FILE *out)
{
	const struct fidelity_sum sum = fidelity_sum(f);
	fprintf(out, "{\"dyno\":\"fidelity\",\"schema\":%d,\n\"about\":",
	        FIDELITY_SCHEMA);
	int err = dump(
		json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:o}",
	                  "policy", text_or_null(f->policy), "go",
	                  text_or_null(f->go), "machine", text_or_null(f->machine),
	                  "trials", (json_int_t)f->trials, "agrees",
	                  (json_int_t)sum.word[FIDELITY_AGREES], "differs",
	                  (json_int_t)sum.word[FIDELITY_DIFFERS], "undecided",
	                  (json_int_t)sum.word[FIDELITY_UNDECIDED], "open",
	                  (json_int_t)sum.open, "stale", stale_json(f)),
		out);
	fputs(",\n\"workloads\":[", out);
	return err;
}

int fidelity_json(const struct fidelity *f, FILE *out)
{
	int err = put_head(f, out);
	for (size_t i = 0; !err && i < f->n; i++) {
		fputs(i ? ",\n" : "\n", out);
		err = dump(workload_json(&f->workload[i]), out);
	}
	fputs("\n]}\n", out);
	return err ? err : ferror(out) ? -EIO : 0;
}

//---------------------------------------------------------------------------
// Reading
//---------------------------------------------------------------------------

static int read_values(struct fidelity *f, const struct fidelity_place *at,
                       enum fidelity_measure m, const json_t *cell)
{
	int err = 0;
	for (int s = 0; s < FIDELITY_SIDES; s++) {
		const json_t *v;
		size_t i;
		json_array_foreach(json_object_get(cell, sides[s]), i, v)
		{
			if (!err && !json_is_number(v))
				err = -EINVAL;
			if (!err)
				err = fidelity_add(f, at, m,
				                   (enum fidelity_side)s,
				                   json_number_value(v));
		}
	}
	return err;
}

static int read_failed(struct fidelity *f, const struct fidelity_place *at,
                       const json_t *failed)
{
	int err = 0;
	for (int s = 0; !err && s < FIDELITY_SIDES; s++) {
		int64_t n = json_integer_value(json_object_get(failed, sides[s]));
		err = n < 0 ? -EINVAL
		            : fidelity_add_failed(f, at, (enum fidelity_side)s,
		                                  (size_t)n);
	}
	return err;
}

static int read_point(struct fidelity *f, struct fidelity_place *at, json_t *point)
{
	int64_t procs = json_integer_value(json_object_get(point, "procs"));
	enum fidelity_measure m;
	const char *name;
	json_t *cell;
	if (procs < 0 || procs > PROCS)
		return -EINVAL;
	at->procs = (int)procs;
	int err = read_failed(f, at, json_object_get(point, "failed"));
	json_object_foreach(json_object_get(point, "measures"), name, cell)
	{
		if (!err)
			err = fidelity_measure_parse(name, &m);
		if (!err)
			err = read_values(f, at, m, cell);
	}
	return err;
}

static int read_workload(struct fidelity *f, const json_t *w)
{
	struct fidelity_place at = {
		.workload = json_string_value(json_object_get(w, "workload")),
		.setting = json_string_value(json_object_get(w, "setting")),
	};
	json_t *point;
	size_t i;
	int err = at.workload && *at.workload && at.setting ? 0 : -EINVAL;
	json_array_foreach(json_object_get(w, "points"), i, point)
	{
		if (!err)
			err = read_point(f, &at, point);
	}
	return err;
}

// keep copies a member that is text; another stays unknown. 0 or -ENOMEM.
static int keep(struct fidelity *f, const json_t *about, const char *key,
                const char **out)
{
	const char *s = json_string_value(json_object_get(about, key));
	*out = s ? arena_string(&f->arena, s) : NULL;
	return s && !*out ? -ENOMEM : 0;
}

static int read_about(struct fidelity *f, const json_t *about)
{
	int64_t trials = json_integer_value(json_object_get(about, "trials"));
	int err = keep(f, about, "policy", &f->policy);
	f->trials += trials > 0 ? (size_t)trials : 0;
	if (!err)
		err = keep(f, about, "go", &f->go);
	return err ? err : keep(f, about, "machine", &f->machine);
}

static int read_document(struct fidelity *f, const json_t *doc, char *err,
                         size_t errlen)
{
	const json_t *all = json_object_get(doc, "workloads"), *w;
	const char *kind = json_string_value(json_object_get(doc, "dyno"));
	size_t i;
	if (!kind || strcmp(kind, "fidelity") ||
	    json_integer_value(json_object_get(doc, "schema")) != FIDELITY_SCHEMA ||
	    json_array_size(all) > WORKLOADS) {
		snprintf(err, errlen,
		         "it is not what dyno report --fidelity DIR --json prints "
		         "(schema %d)",
		         FIDELITY_SCHEMA);
		return -EINVAL;
	}
	int failed = read_about(f, json_object_get(doc, "about"));
	json_array_foreach(all, i, w)
	{
		if (!failed)
			failed = read_workload(f, w);
		if (failed == -EINVAL) {
			snprintf(err, errlen,
			         "workloads[%zu] has no name or setting, or has "
			         "values that are no numbers of a known measure",
			         i);
			return failed;
		}
	}
	return failed;
}

int fidelity_json_read(struct fidelity *f, const char *text, char *err,
                       size_t errlen)
{
	json_error_t e;
	json_t *doc = json_loads(text, JSON_REJECT_DUPLICATES, &e);
	snprintf(err, errlen, "out of memory");
	if (!doc) {
		snprintf(err, errlen,
		         "neither the directory of a sweep nor JSON (line %d: %s)",
		         e.line, e.text);
		return -EINVAL;
	}
	int failed = read_document(f, doc, err, errlen);
	json_decref(doc);
	return failed;
}
