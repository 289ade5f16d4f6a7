// verdict_json.c - verdict.json, written; verdict_read.c reads it.
#include "json_out.h"
#include "verdict_file.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

// whole gives o back, or NULL when memory did not suffice for all of its n parts.
static json_t *whole(json_t *o, size_t n)
{
	size_t has = json_is_array(o) ? json_array_size(o) : json_object_size(o);
	if (has == n)
		return o;
	json_decref(o);
	return NULL;
}

static json_t *blocks_json(const struct relabel_block *b, size_t n)
{
	json_t *list = json_array();
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, json_pack("[f,f,f]", b[i].base,
		                                      b[i].again, b[i].head));
	return whole(list, n);
}

static json_t *row_json(const struct verdict_row *r)
{
	json_t *o = json_object();
	set(o, "name", json_out_text(r->name));
	set(o, "unit", json_out_text(r->unit));
	set(o, "group", json_out_text(r->group ? r->group : ""));
	set(o, "tail", json_boolean(r->tail));
	set(o, "better", json_string(samples_better_name(r->better)));
	set(o, "verdict", json_string(verdict_kind_name(r->kind)));
	set(o, "failure", r->failure ? json_out_text(r->failure) : json_null());
	set(o, "base", json_out_number(r->base));
	set(o, "head", json_out_number(r->head));
	set(o, "change", json_out_number(r->estimate));
	set(o, "low", json_out_number(r->low));
	set(o, "high", json_out_number(r->high));
	set(o, "blocks", json_integer((json_int_t)r->n));
	set(o, "confirm_blocks", json_integer((json_int_t)r->n_confirm));
	set(o, "flagged", json_boolean(r->flagged));
	set(o, "p_worse", json_out_number(r->p_worse));
	set(o, "p_better", json_out_number(r->p_better));
	set(o, "p_alike", json_out_number(r->p_alike));
	set(o, "p_null", json_out_number(r->p_null));
	set(o, "detectable", json_out_number(r->detectable));
	set(o, "unsteady", json_out_number(r->unsteady));
	set(o, "logs", blocks_json(r->block, r->n));
	set(o, "confirm_logs", blocks_json(r->confirm, r->n_confirm));
	return whole(o, 23);
}

static json_t *fail_on_json(unsigned fail_on)
{
	json_t *list = json_array();
	for (unsigned e = 0; e < VERDICT_ENDS; e++)
		if (fail_on >> e & 1)
			json_array_append_new(list,
			                      json_string(verdict_end_name(
						      (enum verdict_end)e)));
	return list;
}

int verdict_json(const struct verdict *v, const struct verdict_about *a, FILE *out)
{
	json_t *o = json_object(), *rows = json_array();
	for (size_t i = 0; i < v->n; i++)
		json_array_append_new(rows, row_json(&v->row[i]));
	set(o, "dyno", json_string("verdict"));
	set(o, "schema", json_integer(VERDICT_SCHEMA));
	set(o, "verdict", json_string(verdict_end_name(v->end)));
	set(o, "exit_code", json_integer(verdict_exit(v->end, a->fail_on)));
	set(o, "fail_on", fail_on_json(a->fail_on));
	set(o, "base", json_out_text(a->base));
	set(o, "head", json_out_text(a->head));
	set(o, "baseline",
	    a->baseline ? json_out_text(a->baseline) : json_null());
	set(o, "host", json_out_text(a->host));
	set(o, "version", json_string(a->version));
	set(o, "started", json_integer(a->started));
	set(o, "seconds", json_out_number(a->seconds));
	set(o, "budget", json_out_number(a->budget));
	set(o, "budget_needed",
	    a->needed > 0 ? json_out_number(a->needed) : json_null());
	set(o, "block_seconds", json_out_number(a->block_seconds));
	set(o, "observations", json_integer((json_int_t)a->observations));
	set(o, "length_ms",
	    a->length_ms ? json_integer(a->length_ms) : json_null());
	set(o, "seed", json_integer((json_int_t)v->seed));
	set(o, "threshold", json_out_number(v->threshold));
	set(o, "alpha", json_out_number(v->alpha));
	set(o, "rows", whole(rows, v->n));
	return json_out_dump(whole(o, 21), out);
}
