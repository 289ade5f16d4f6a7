// doctor.c - is this machine fit to measure on? Facts, and findings in two forms.
#include "doctor.h"

#include "../counters.h"
#include "../machine.h"
#include "overhead.h"
#include "short_run.h"

#include <errno.h>
#include <results/table.h>
#include <stdio.h>
#include <string.h>

enum { SCHEMA = 1, WIDTH = 78 };

//---------------------------------------------------------------------------
// Facts
//---------------------------------------------------------------------------

static void put_short_run(json_t *facts, uint64_t ns)
{
	struct short_run r;
	json_t *o;

	if (short_run(&r, ns) != 0)
		return;
	o = json_pack("{s:i, s:f, s:f, s:f, s:f, s:f, s:f}", "cpus", r.cpus,
	              "seconds", r.seconds, "lost", r.lost, "stall_s",
	              r.stall_s, "wake_s", r.wake_s, "wake_99_s", r.wake_99_s,
	              "clock_s", r.clock_s);
	if (r.foreign_known) {
		json_object_set_new(o, "foreign_cpus", json_real(r.foreign_cpus));
		json_object_set_new(o, "steal", json_real(r.steal));
	}
	json_object_set_new(facts, "short_run", o);
}

static void put_counters(json_t *facts)
{
	struct counters set = {.user_only = false};
	json_t *absent = json_object();
	int all = 0, present = 0;

	for (; counters_catalogue((size_t)all); all++)
		counters_want(&set, all);
	counters_open(&set);
	for (int i = 0; i < all; i++)
		if (set.state[i].present)
			present++;
		else
			json_object_set_new(absent,
			                    counters_catalogue((size_t)i)->name,
			                    json_string(set.state[i].why));
	counters_close(&set);
	json_object_set_new(facts, "counter_mode",
	                    json_string(set.user_only ? "user"
	                                              : "user and kernel"));
	json_object_set_new(facts, "counters",
	                    json_pack("{s:i, s:i, s:o}", "all", all, "present",
	                              present, "absent", absent));
}

json_t *doctor_facts(const char *root, uint64_t ns)
{
	json_t *facts = machine_facts(root), *overhead;

	if (!facts)
		return NULL;
	put_short_run(facts, ns);
	put_counters(facts);
	overhead = overhead_measure();
	if (overhead)
		json_object_set_new(facts, "overhead", overhead);
	return facts;
}

//---------------------------------------------------------------------------
// A table
//---------------------------------------------------------------------------

// paragraph prints a finding's text under its name, broken between words.
static void paragraph(const struct finding *f)
{
	int column = printf("- %s:", f->name);

	for (const char *at = f->text; *at; at += strspn(at, " ")) {
		int len = (int)strcspn(at, " ");

		if (column + 1 + len > WIDTH)
			column = printf("\n ") - 1;
		column += printf(" %.*s", len, at);
		at += len;
	}
	printf("\n");
}

static void print_texts(const struct findings *f, enum finding_level level,
                        const char *head)
{
	if (!findings_count(f, level))
		return;
	printf("\n%s\n\n", head);
	for (size_t i = 0; i < f->n; i++)
		if (f->v[i].level == level && *f->v[i].text)
			paragraph(&f->v[i]);
}

static int fill(struct table *t, const struct findings *f)
{
	int err = 0;

	for (size_t i = 0; !err && i < f->n; i++) {
		const struct finding *v = &f->v[i];
		const char *cell[] = {v->name, finding_level_name(v->level),
		                      v->value};

		err = table_row(t, cell);
	}
	return err;
}

int doctor_print(const struct findings *f)
{
	static const struct table_column columns[] = {
		{"what", TABLE_LEFT}, {"", TABLE_LEFT}, {"found", TABLE_LEFT}};
	struct table *t = table_new(columns, 3);
	int err = t ? fill(t, f) : -ENOMEM;

	if (!err)
		err = table_print(t, stdout);
	table_free(t);
	if (err)
		return err;
	print_texts(f, FINDING_CHANGE, "To be changed before measuring");
	print_texts(f, FINDING_KNOW, "To be known when results are read");
	print_texts(f, FINDING_UNKNOWN, "Unknown");
	return 0;
}

//---------------------------------------------------------------------------
// JSON
//---------------------------------------------------------------------------

json_t *doctor_json(const struct findings *f, json_t *facts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < f->n; i++)
		json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:s?, s:s?}", "name", f->v[i].name,
		                  "level", finding_level_name(f->v[i].level),
		                  "found", *f->v[i].value ? f->v[i].value : NULL,
		                  "text", *f->v[i].text ? f->v[i].text : NULL));
	return json_pack("{s:i, s:b, s:o, s:O}", "schema", SCHEMA, "fit",
	                 !findings_count(f, FINDING_CHANGE), "findings", list,
	                 "facts", facts);
}
