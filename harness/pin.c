// pin.c - which CPUs a trial may use, planned by hwloc.
//
// hwloc numbers PUs by place in the tree, so that neighbours in its order are
// neighbours in the machine: compact is a prefix of that order. Only CPUs that
// the process may use are in the topology; plans never name others.
#include "pin.h"

#include "complain.h"
#include "nearest.h"
#include "numbers.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

typedef int (*planner)(hwloc_topology_t t, size_t procs, struct pin *out);

hwloc_topology_t pin_topology(void)
{
	const unsigned long flags = HWLOC_TOPOLOGY_FLAG_IS_THISSYSTEM |
	                            HWLOC_TOPOLOGY_FLAG_RESTRICT_TO_CPUBINDING;
	hwloc_topology_t t;

	if (hwloc_topology_init(&t) != 0) {
		complain("hwloc does not start: no memory");
		return NULL;
	}
	if (hwloc_topology_set_flags(t, flags) == 0 && hwloc_topology_load(t) == 0)
		return t;
	complain("hwloc cannot read the machine's topology: is /sys mounted?");
	hwloc_topology_destroy(t);
	return NULL;
}

static int add(struct pin *p, hwloc_obj_t pu)
{
	int *grown = reallocarray(p->cpu, p->n + 1, sizeof *p->cpu);

	if (!grown)
		return -ENOMEM;
	p->cpu = grown;
	p->cpu[p->n++] = (int)pu->os_index;
	return hwloc_bitmap_set(p->set, pu->os_index) == 0 ? 0 : -ENOMEM;
}

// add_all adds the PUs inside set in hwloc's order, max of them.
static int add_all(hwloc_topology_t t, hwloc_const_cpuset_t set, size_t max,
                   struct pin *out)
{
	hwloc_obj_t pu = NULL;
	int err = 0;

	while (!err && max-- > 0 &&
	       (pu = hwloc_get_next_obj_inside_cpuset_by_type(t, set,
	                                                      HWLOC_OBJ_PU, pu)))
		err = add(out, pu);
	return err;
}

static int plan_compact(hwloc_topology_t t, size_t procs, struct pin *out)
{
	return add_all(t, hwloc_topology_get_topology_cpuset(t), procs, out);
}

static int plan_none(hwloc_topology_t t, size_t procs, struct pin *out)
{
	(void)procs;
	return add_all(t, hwloc_topology_get_topology_cpuset(t), SIZE_MAX, out);
}

static int plan_scatter(hwloc_topology_t t, size_t procs, struct pin *out)
{
	size_t all = (size_t)hwloc_bitmap_weight(
		hwloc_topology_get_topology_cpuset(t));
	unsigned n = (unsigned)(procs < all ? procs : all);
	hwloc_obj_t root = hwloc_get_root_obj(t);
	hwloc_cpuset_t *part = calloc(n, sizeof *part);
	int err = part ? 0 : -ENOMEM;

	if (!err && hwloc_distrib(t, &root, 1, part, n, INT_MAX, 0) != 0)
		err = -ENOMEM;
	for (unsigned i = 0; !err && i < n; i++)
		err = add_all(t, part[i], 1, out);
	for (unsigned i = 0; part && i < n; i++)
		hwloc_bitmap_free(part[i]);
	free(part);
	return err;
}

static int plan_core(hwloc_topology_t t, size_t procs, struct pin *out)
{
	hwloc_obj_t core = NULL;
	int err = 0;

	while (!err && procs-- > 0 &&
	       (core = hwloc_get_next_obj_by_type(t, HWLOC_OBJ_CORE, core)))
		err = add_all(t, core->cpuset, 1, out);
	// A machine that shows no cores has one CPU in each.
	return err || out->n ? err : plan_compact(t, procs, out);
}

static int plan_numa(hwloc_topology_t t, size_t procs, struct pin *out)
{
	hwloc_obj_t node = NULL;
	int err = 0;

	while (!err && out->n < procs &&
	       (node = hwloc_get_next_obj_by_type(t, HWLOC_OBJ_NUMANODE, node)))
		err = add_all(t, node->cpuset, SIZE_MAX, out);
	return err;
}

static const struct {
	const char *name;
	planner plan;
} plans[] = {
	{"none", plan_none},       {"compact", plan_compact},
	{"scatter", plan_scatter}, {"core", plan_core},
	{"numa", plan_numa},
};

enum { PLANS = sizeof plans / sizeof *plans };

const char *pin_plan_name(size_t i)
{
	return i < PLANS ? plans[i].name : NULL;
}

static int refuse(const char *spec)
{
	const char *names[PLANS];
	char hint[128];

	for (size_t i = 0; i < PLANS; i++)
		names[i] = plans[i].name;
	complain("unknown pinning '%s': %s A list of CPUs such as 0,2-3 is also valid",
	         spec, nearest_hint(spec, names, PLANS, hint, sizeof hint));
	return -EINVAL;
}

static int plan_list(hwloc_topology_t t, const char *spec, struct pin *out)
{
	struct numbers cpus = {0};
	int err = numbers_parse(&cpus, spec, 0, INT_MAX, NULL);

	if (err)
		refuse(spec);
	for (size_t i = 0; !err && i < cpus.n; i++) {
		hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(
			t, (unsigned)cpus.v[i]);
		char *allowed;

		if (pu) {
			err = add(out, pu);
			continue;
		}
		err = -EINVAL;
		if (hwloc_bitmap_list_asprintf(
			    &allowed, hwloc_topology_get_topology_cpuset(t)) < 0)
			continue;
		complain("CPU %lld does not exist or may not be used here; valid are: %s",
		         (long long)cpus.v[i], allowed);
		free(allowed);
	}
	numbers_free(&cpus);
	return err;
}

static int plan_named(hwloc_topology_t t, const char *spec, size_t procs,
                      struct pin *out)
{
	for (size_t i = 0; i < PLANS; i++)
		if (strcmp(spec, plans[i].name) == 0)
			return plans[i].plan(t, procs, out);
	return refuse(spec);
}

int pin_plan(hwloc_topology_t t, const char *spec, int procs, struct pin *out)
{
	int err;

	*out = (struct pin){.bound = strcmp(spec, "none") != 0,
	                    .set = hwloc_bitmap_alloc()};
	if (!out->set)
		return -ENOMEM;
	if (isdigit((unsigned char)*spec))
		err = plan_list(t, spec, out);
	else
		err = plan_named(t, spec, (size_t)procs, out);
	if (err)
		pin_free(out);
	return err;
}

void pin_free(struct pin *p)
{
	hwloc_bitmap_free(p->set);
	free(p->cpu);
	*p = (struct pin){0};
}

int pin_others(hwloc_topology_t t, const struct pin *p, struct pin *out)
{
	hwloc_const_cpuset_t all = hwloc_topology_get_topology_cpuset(t);

	*out = (struct pin){.set = hwloc_bitmap_alloc()};
	if (!out->set || hwloc_bitmap_andnot(out->set, all, p->set) != 0)
		return -ENOMEM;
	out->bound = p->bound && !hwloc_bitmap_iszero(out->set);
	if (!out->bound && hwloc_bitmap_copy(out->set, p->set) != 0)
		return -ENOMEM;
	return 0;
}

int pin_bind(hwloc_topology_t t, const struct pin *p)
{
	if (!p->bound)
		return 0;
	return hwloc_set_cpubind(t, p->set, HWLOC_CPUBIND_PROCESS) == 0 ? 0
	                                                                : -errno;
}

char *pin_text(const struct pin *p, char *out, size_t outlen)
{
	hwloc_bitmap_list_snprintf(out, outlen, p->set);
	return out;
}
