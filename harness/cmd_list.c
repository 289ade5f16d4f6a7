// cmd_list.c - dyno list: what there is to choose from, and this machine.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "list.h"
#include "nearest.h"
#include "options.h"
#include "plugin.h"

#include <dyno/policy.h>
#include <errno.h>
#include <inttypes.h>
#include <results/table.h>
#include <results/unit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct option_def options[] = {
	PLUGIN_OPTION,
	{"json", 0, NULL, "Print one JSON object instead of tables.",
         request_json},
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

//---------------------------------------------------------------------------
// Workloads
//---------------------------------------------------------------------------

// value_text writes a parameter's value: a time readably, the rest in full.
static void value_text(const struct wl_param *p, int64_t v, char *out,
                       size_t outlen)
{
	if (strcmp(p->unit, "ns") == 0)
		unit_format(out, outlen, (double)v, "ns");
	else
		snprintf(out, outlen, "%" PRId64 "%s%s", v,
		         strcmp(p->unit, "1") == 0 ? "" : " ",
		         strcmp(p->unit, "1") == 0 ? "" : p->unit);
}

static int param_row(struct table *t, const struct wl_param *p)
{
	char name[64], value[3][48], least[48], most[48], sizes[160], help[320];

	for (int i = 0; i < 3; i++)
		value_text(p, p->size[i], value[i], sizeof value[i]);
	value_text(p, p->min, least, sizeof least);
	value_text(p, p->max, most, sizeof most);
	snprintf(name, sizeof name, "    %s", p->name);
	snprintf(sizes, sizeof sizes, "%s / %s / %s", value[0], value[1],
	         value[2]);
	snprintf(help, sizeof help, "%s (%s to %s)", p->help, least, most);
	return list_row(t, name, sizes, help);
}

static int measures_row(struct table *t, const struct workload *w)
{
	char text[320];

	snprintf(text, sizeof text, "throughput; latency: %s; fairness: %s%s%s",
	         w->latency ? w->latency : "none",
	         w->fairness ? w->fairness : "none", w->others ? "; " : "",
	         w->others ? w->others : "");
	return list_row(t, "    measures", "", text);
}

static int list_workloads(void)
{
	static const struct table_column columns[] = {
		{"workload", TABLE_LEFT},
		{"kind; tiny / small / full", TABLE_LEFT},
		{"", TABLE_LEFT}};
	struct table *t = table_new(columns, 3);
	int err = t ? 0 : -ENOMEM;

	for (size_t i = 0; !err && wl_catalogue(i); i++) {
		const struct workload *w = wl_catalogue(i);
		char kind[64];

		snprintf(kind, sizeof kind, "%s, op: %s", list_kind(w->kind),
		         w->op);
		err = i ? table_gap(t) : 0;
		if (!err && !(err = list_row(t, w->name, kind, w->summary)))
			err = list_row(t, "", "", w->shows);
		if (!err)
			err = measures_row(t, w);
		for (const struct wl_param *p = w->params; !err && p && p->name;
		     p++)
			err = param_row(t, p);
	}
	return list_finish(t, err);
}

//---------------------------------------------------------------------------
// Policies
//---------------------------------------------------------------------------

static int list_presets(struct table *t)
{
	const char *name, *spec, *help;
	char lacks[320];
	int err = 0;

	for (size_t i = 0; !err && (name = dy_policy_preset(i, &spec, &help));
	     i++) {
		snprintf(lacks, sizeof lacks, "without: %s",
		         dy_policy_preset_lacks(i));
		if (!(err = list_row(t, "preset", name, help)) &&
		    !(err = list_row(t, "", "", lacks)))
			err = list_row(t, "", "", spec);
	}
	return err;
}

// What promises no bound of waiting is marked.
static int policy_row(struct table *t, const struct dy_policy_head *head)
{
	const struct dy_policy_param *p = head->params;
	char summary[256];
	int err;

	snprintf(summary, sizeof summary, "%s%s", head->summary,
	         head->rounds ? "" : " [may starve]");
	err = list_row(t, "", head->name, summary);

	for (; !err && p && p->name; p++) {
		char name[96], range[256];

		snprintf(name, sizeof name, "  :%s", p->name);
		snprintf(range, sizeof range,
		         "%s, %" PRId64 " to %" PRId64 "%s%s, default %" PRId64,
		         p->help, p->min, p->max, *p->unit ? " " : "", p->unit,
		         p->initial);
		err = list_row(t, "", name, range);
	}
	return err;
}

static int list_policies(void)
{
	static const struct table_column columns[] = {
		{"axis", TABLE_LEFT}, {"choice", TABLE_LEFT}, {"", TABLE_LEFT}};
	struct table *t = table_new(columns, 3);
	int err = t ? list_presets(t) : -ENOMEM;

	for (size_t i = 0; !err && dy_policy_axis(i); i++) {
		if (!(err = table_gap(t)))
			err = list_row(t, dy_policy_axis(i), "",
			               dy_policy_axis_help(i));
		for (size_t j = 0; !err && dy_policy_choice(i, j); j++)
			err = policy_row(t, dy_policy_choice(i, j));
	}
	return list_finish(t, err);
}

//---------------------------------------------------------------------------
// Counters
//---------------------------------------------------------------------------

static int counter_row(struct table *t, size_t i,
                       const struct counter_state *state)
{
	const struct counter *c = counters_catalogue(i);
	char source[96], note[COUNTER_WHY_MAX + 16];

	snprintf(source, sizeof source, "%s: %s",
	         counter_source_name(c->source), c->event);
	if (state->present)
		snprintf(note, sizeof note, "%s", c->help);
	else
		snprintf(note, sizeof note, "absent: %s", state->why);
	const char *cell[] = {c->name, source, counter_scope_name(c->scope),
	                      c->unit, note};
	return table_row(t, cell);
}

static int list_counters(void)
{
	static const struct table_column columns[] = {{"counter", TABLE_LEFT},
	                                              {"source", TABLE_LEFT},
	                                              {"covers", TABLE_LEFT},
	                                              {"unit", TABLE_LEFT},
	                                              {"", TABLE_LEFT}};
	struct table *t = table_new(columns, 5);
	struct counters set = {.user_only = false};
	int err = t ? 0 : -ENOMEM;

	for (int i = 0; counters_catalogue((size_t)i); i++)
		counters_want(&set, i);
	counters_open(&set);
	for (size_t i = 0; !err && counters_catalogue(i); i++)
		err = counter_row(t, i, &set.state[i]);
	counters_close(&set);
	return list_finish(t, err);
}

//---------------------------------------------------------------------------

static const struct {
	const char *name;
	int (*list)(void);
	json_t *(*json)(void);
} sections[] = {
	{"workloads", list_workloads, list_workloads_json},
	{"policies", list_policies, list_policies_json},
	{"counters", list_counters, list_counters_json},
	{"topology", list_topology, list_topology_json},
};

enum { SECTIONS = sizeof sections / sizeof *sections };

static int find_section(const char *name)
{
	const char *names[SECTIONS];
	char hint[128];

	for (int i = 0; i < SECTIONS; i++) {
		names[i] = sections[i].name;
		if (strcmp(name, names[i]) == 0)
			return i;
	}
	complain("unknown list '%.64s': %s", name,
	         nearest_hint(name, names, SECTIONS, hint, sizeof hint));
	return -1;
}

static int list_all(void)
{
	int err = 0;

	for (int i = 0; !err && i < SECTIONS; i++) {
		printf("%s%s\n\n", i ? "\n" : "", sections[i].name);
		err = sections[i].list();
	}
	return err;
}

// print_json prints the sections that are named, or all, by their names.
static int print_json(const struct words *named)
{
	json_t *all = json_pack("{s:i}", "schema", LIST_SCHEMA);
	int err;

	for (int i = 0; i < SECTIONS; i++)
		if (!named->n || words_find(named, sections[i].name) >= 0)
			json_object_set_new(all, sections[i].name,
			                    sections[i].json());
	err = json_dumpf(all, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(all);
	return err;
}

static int list(struct request *r)
{
	int err = 0;

	for (size_t i = 0; i < r->words.n; i++)
		if (find_section(r->words.v[i]) < 0)
			return EXIT_USAGE;
	if (r->json)
		return print_json(&r->words) ? EXIT_INTERNAL : EXIT_DONE;
	if (!r->words.n)
		err = list_all();
	for (size_t i = 0; !err && i < r->words.n; i++)
		err = sections[find_section(r->words.v[i])].list();
	return err ? EXIT_INTERNAL : EXIT_DONE;
}

static const struct command command = {
	.name = "dyno list",
	.summary = "what there is to choose from, and this machine",
	.synopsis = "[workloads|policies|counters|topology]...",
	.description =
		"Prints the workloads with their parameters and defaults at "
		"each size and what they measure, the policies (presets and the choices of each "
		"axis), the counters with their source and, if one is absent "
		"here, the reason, and the CPUs with the plans of --pin. "
		"Without a word, all four.",
	.options = options,
	.notes = EXIT_STATUS_NOTES,
	.examples = "       dyno list workloads\n"
		    "       dyno list counters topology\n"
		    "       dyno list policies --plugin ./mine.so\n"
		    "       dyno list workloads --json | jq -r "
		    "'.workloads[] | select(.fairness) | .name'\n",
	.run = list,
};

int cmd_list(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
