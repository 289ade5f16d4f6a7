// document.c - power.json.
#include "document.h"

#include "share.h"

#include <math.h>
#include <results/json_out.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { SCHEMA = 1 };

static void set(json_t *o, const char *key, json_t *value)
{
	json_object_set_new(o, key, value);
}

// lengths_json counts the gates by the length of a run that the pilot chose.
static json_t *lengths_json(const struct experiment *e)
{
	json_t *o = json_object();

	for (size_t i = 0; i < e->n; i++) {
		char key[16];
		json_int_t before;

		snprintf(key, sizeof key, "%d", e->gates.v[i].about.length_ms);
		before = json_integer_value(json_object_get(o, key));
		set(o, key, json_integer(before + 1));
	}
	return o;
}

static json_t *recorded_json(const struct experiment *e)
{
	json_t *o = json_object();

	set(o, "name", json_string(e->kind->name));
	set(o, "says", json_string(e->kind->says));
	set(o, "extra_work", json_out_number(e->kind->extra));
	set(o, "asked", json_integer((json_int_t)e->kind->asked));
	set(o, "gates", json_integer((json_int_t)e->n));
	set(o, "budget", json_out_number(e->budget));
	set(o, "mean_seconds", json_out_number(e->seconds));
	set(o, "regressed", share_json(e->regressed, e->n));
	set(o, "improved", share_json(e->improved, e->n));
	set(o, "found", share_json(e->regressed + e->improved, e->n));
	set(o, "flagged", share_json(e->flagged, e->n));
	for (int i = 0; i < VERDICT_ENDS; i++)
		if (i != VERDICT_END_REGRESSED)
			set(o, verdict_end_name((enum verdict_end)i),
			    share_json(e->end[i], e->n));
	set(o, "decided_again_alike", json_integer((json_int_t)e->again));
	set(o, "block_sd", json_out_number(e->noise));
	set(o, "block_sd_5", json_out_number(e->noise_low));
	set(o, "block_sd_95", json_out_number(e->noise_high));
	set(o, "length_ms", lengths_json(e));
	return o;
}

//---------------------------------------------------------------------------
// Machines
//---------------------------------------------------------------------------

static void day_of(int64_t started, char out[16])
{
	time_t t = (time_t)started;
	struct tm day;

	if (!gmtime_r(&t, &day) || !strftime(out, 16, "%Y-%m-%d", &day))
		*out = '\0';
}

static const char *text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

// machine_of finds or makes the object of this machine and version.
static json_t *machine_of(json_t *list, const struct verdict_about *a)
{
	json_t *o;
	size_t i;

	json_array_foreach(list, i, o)
	{
		if (!strcmp(text_of(o, "host"), a->host) &&
		    !strcmp(text_of(o, "version"), a->version))
			return o;
	}
	o = json_pack("{s:s,s:s,s:i,s:i}", "host", a->host, "version",
	              a->version, "gates", 0, "side_by_side", 0);
	return o && json_array_append_new(list, o) == 0 ? o : NULL;
}

static void count_up(json_t *o, const char *key)
{
	set(o, key,
	    json_integer(1 + json_integer_value(json_object_get(o, key))));
}

// together says whether two gates ran at once, by more than the second to which
// a start is known.
static bool together(const struct verdict_about *a, const struct verdict_about *b)
{
	double from = (double)(a->started > b->started ? a->started : b->started);
	double a_to = (double)a->started + a->seconds;
	double b_to = (double)b->started + b->seconds;

	return fmin(a_to, b_to) - from > 1 && !strcmp(a->host, b->host);
}

static bool has_company(const struct experiment *all,
                        const struct verdict_about *a)
{
	for (int i = 0; i < EXPERIMENTS; i++)
		for (size_t k = 0; k < all[i].n; k++) {
			const struct verdict_about *b = &all[i].gates.v[k].about;

			if (a != b && together(a, b))
				return true;
		}
	return false;
}

static void add_gate(json_t *list, const struct experiment *all,
                     const struct verdict_about *a)
{
	json_t *o = machine_of(list, a);
	json_int_t gates = json_integer_value(json_object_get(o, "gates"));
	char day[16];

	day_of(a->started, day);
	if (!gates || strcmp(day, text_of(o, "first")) < 0)
		set(o, "first", json_string(day));
	if (!gates || strcmp(day, text_of(o, "last")) > 0)
		set(o, "last", json_string(day));
	count_up(o, "gates");
	if (has_company(all, a))
		count_up(o, "side_by_side");
}

static json_t *machines_json(const struct experiment *all)
{
	json_t *list = json_array();

	for (int i = 0; i < EXPERIMENTS; i++)
		for (size_t k = 0; k < all[i].n; k++)
			add_gate(list, all, &all[i].gates.v[k].about);
	return list;
}

json_t *document_make(const struct experiment *all, json_t *played)
{
	json_t *recorded = json_array();

	for (int i = 0; i < EXPERIMENTS; i++)
		if (all[i].n)
			json_array_append_new(recorded, recorded_json(&all[i]));
	return json_pack("{s:s,s:i,s:f,s:o,s:o,s:o}", "dyno", "gate-power",
	                 "schema", SCHEMA, "confidence", SHARE_CONFIDENCE,
	                 "recorded", recorded, "machines", machines_json(all),
	                 "played", played);
}
