// cmd_list.c - dyno list: what there is to choose from, and this machine.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "nearest.h"
#include "options.h"
#include "pin.h"
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
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

static int row(struct table *t, const char *a, const char *b, const char *c)
{
	const char *cell[] = {a, b, c};

	return table_row(t, cell);
}

// finish prints and frees a table that filled with err.
static int finish(struct table *t, int err)
{
	if (!err)
		err = table_print(t, stdout);
	table_free(t);
	return err;
}

//---------------------------------------------------------------------------
// Workloads
//---------------------------------------------------------------------------

static const char *kind_name(enum wl_kind kind)
{
	static const char *const names[] = {"CPU", "I/O", "CPU and I/O"};

	return names[kind];
}

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
	char name[64], value[3][48], sizes[160];

	for (int i = 0; i < 3; i++)
		value_text(p, p->size[i], value[i], sizeof value[i]);
	snprintf(name, sizeof name, "    %s", p->name);
	snprintf(sizes, sizeof sizes, "%s / %s / %s", value[0], value[1],
	         value[2]);
	return row(t, name, sizes, p->help);
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

		snprintf(kind, sizeof kind, "%s, op: %s", kind_name(w->kind),
		         w->op);
		err = i ? table_gap(t) : 0;
		if (!err && !(err = row(t, w->name, kind, w->summary)))
			err = row(t, "", "", w->shows);
		for (const struct wl_param *p = w->params; !err && p && p->name;
		     p++)
			err = param_row(t, p);
	}
	return finish(t, err);
}

//---------------------------------------------------------------------------
// Policies
//---------------------------------------------------------------------------

static int list_presets(struct table *t)
{
	const char *name, *spec, *help;
	int err = 0;

	for (size_t i = 0; !err && (name = dy_policy_preset(i, &spec, &help)); i++)
		if (!(err = row(t, "preset", name, help)))
			err = row(t, "", "", spec);
	return err;
}

static int policy_row(struct table *t, const struct dy_policy_head *head)
{
	const struct dy_policy_param *p = head->params;
	int err = row(t, "", head->name, head->summary);

	for (; !err && p && p->name; p++) {
		char name[96], range[256];

		snprintf(name, sizeof name, "  :%s", p->name);
		snprintf(range, sizeof range,
		         "%s, %" PRId64 " to %" PRId64 "%s%s, default %" PRId64,
		         p->help, p->min, p->max, *p->unit ? " " : "", p->unit,
		         p->initial);
		err = row(t, "", name, range);
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
			err = row(t, dy_policy_axis(i), "",
			          dy_policy_axis_help(i));
		for (size_t j = 0; !err && dy_policy_choice(i, j); j++)
			err = policy_row(t, dy_policy_choice(i, j));
	}
	return finish(t, err);
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
	return finish(t, err);
}

//---------------------------------------------------------------------------
// Topology
//---------------------------------------------------------------------------

static int plan_row(struct table *t, hwloc_topology_t topology, const char *name)
{
	struct pin plan;
	char cpus[256];
	int err = pin_plan(topology, name, DY_PROCS_MAX, &plan);

	if (err)
		return err;
	err = row(t, "--pin", name, pin_text(&plan, cpus, sizeof cpus));
	pin_free(&plan);
	return err;
}

static int list_levels(struct table *t, hwloc_topology_t topology)
{
	static const struct {
		hwloc_obj_type_t type;
		const char *name;
	} levels[] = {
		{HWLOC_OBJ_PACKAGE, "packages"},
		{HWLOC_OBJ_NUMANODE, "NUMA nodes"},
		{HWLOC_OBJ_L3CACHE, "level 3 caches"},
		{HWLOC_OBJ_CORE, "cores"},
		{HWLOC_OBJ_PU, "CPUs (PUs)"},
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof levels / sizeof *levels; i++) {
		char count[32];

		snprintf(count, sizeof count, "%d",
		         hwloc_get_nbobjs_by_type(topology, levels[i].type));
		err = row(t, levels[i].name, count, "");
	}
	return err;
}

static int list_topology(void)
{
	static const char *const plans[] = {"none", "compact", "scatter",
	                                    "core", "numa"};
	static const struct table_column columns[] = {{"level", TABLE_LEFT},
	                                              {"number", TABLE_LEFT},
	                                              {"CPUs", TABLE_LEFT}};
	hwloc_topology_t topology = pin_topology();
	struct table *t = topology ? table_new(columns, 3) : NULL;
	int err = t ? list_levels(t, topology) : -ENOMEM;

	if (!err)
		err = table_gap(t);
	for (size_t i = 0; !err && i < sizeof plans / sizeof *plans; i++)
		err = plan_row(t, topology, plans[i]);
	err = finish(t, err);
	if (topology)
		hwloc_topology_destroy(topology);
	return err;
}

//---------------------------------------------------------------------------

static const struct {
	const char *name;
	int (*list)(void);
} sections[] = {
	{"workloads", list_workloads},
	{"policies", list_policies},
	{"counters", list_counters},
	{"topology", list_topology},
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

static int list(struct request *r)
{
	int err = 0;

	if (!r->words.n)
		err = list_all();
	for (size_t i = 0; i < r->words.n; i++)
		if (find_section(r->words.v[i]) < 0)
			return EXIT_USAGE;
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
		"each size, the policies (presets and the choices of each "
		"axis), the counters with their source and, if one is absent "
		"here, the reason, and the CPUs with the plans of --pin. "
		"Without a word, all four.",
	.options = options,
	.notes = EXIT_STATUS_NOTES,
	.examples = "       dyno list workloads\n"
		    "       dyno list counters topology\n"
		    "       dyno list policies --plugin ./mine.so\n",
	.run = list,
};

int cmd_list(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
