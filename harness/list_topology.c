// list_topology.c - the CPUs of this machine, and what --pin would make of them.
#include "list.h"
#include "pin.h"

#include <dyno/dyno.h>
#include <errno.h>
#include <stdio.h>

enum { LEVELS = 5, TEXT = 256 };

static const struct {
	hwloc_obj_type_t type;
	const char *name;
} levels[LEVELS] = {
	{HWLOC_OBJ_PACKAGE, "packages"},
	{HWLOC_OBJ_NUMANODE, "NUMA nodes"},
	{HWLOC_OBJ_L3CACHE, "level 3 caches"},
	{HWLOC_OBJ_CORE, "cores"},
	{HWLOC_OBJ_PU, "CPUs (PUs)"},
};

static int level_count(hwloc_topology_t topology, int level)
{
	return hwloc_get_nbobjs_by_type(topology, levels[level].type);
}

// plan_cpus writes the CPUs of plan i: 0, -ENOENT after the last, or another -errno.
static int plan_cpus(hwloc_topology_t topology, size_t i, char *out, size_t outlen)
{
	const char *name = pin_plan_name(i);
	struct pin plan;
	int err = name ? pin_plan(topology, name, DY_PROCS_MAX, &plan) : -ENOENT;

	if (err)
		return err;
	pin_text(&plan, out, outlen);
	pin_free(&plan);
	return 0;
}

int list_topology(void)
{
	static const struct table_column columns[] = {{"level", TABLE_LEFT},
	                                              {"number", TABLE_LEFT},
	                                              {"CPUs", TABLE_LEFT}};
	hwloc_topology_t topology = pin_topology();
	struct table *t = topology ? table_new(columns, 3) : NULL;
	int err = t ? 0 : -ENOMEM;
	char text[TEXT];

	for (int i = 0; !err && i < LEVELS; i++) {
		snprintf(text, sizeof text, "%d", level_count(topology, i));
		err = list_row(t, levels[i].name, text, "");
	}
	if (!err)
		err = table_gap(t);
	for (size_t i = 0; !err && pin_plan_name(i); i++) {
		err = plan_cpus(topology, i, text, sizeof text);
		if (!err)
			err = list_row(t, "--pin", pin_plan_name(i), text);
	}
	err = list_finish(t, err);
	if (topology)
		hwloc_topology_destroy(topology);
	return err;
}

json_t *list_topology_json(void)
{
	hwloc_topology_t topology = pin_topology();
	json_t *numbers = json_object(), *plans = json_object();
	char text[TEXT];

	for (int i = 0; topology && i < LEVELS; i++)
		json_object_set_new(numbers, levels[i].name,
		                    json_integer(level_count(topology, i)));
	for (size_t i = 0;
	     topology && plan_cpus(topology, i, text, sizeof text) == 0; i++)
		json_object_set_new(plans, pin_plan_name(i), json_string(text));
	if (topology)
		hwloc_topology_destroy(topology);
	return json_pack("{s:o, s:o}", "levels", numbers, "pin", plans);
}
