// placement.c - the CPU of each P, by hwloc.
//
// A P has a place only when it is given one: the M that takes the P binds
// itself to the P's CPU, and keeps that binding until it takes another P, also
// through a blocking call in which it loses the P. Distances are counted in
// levels of hwloc's tree, each a step further: the tree's depth differs
// between machines, its order does not.
#include "placement.h"

#include "../complain.h"

#include <hwloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

struct placement {
	hwloc_topology_t topology;
	size_t n;
	hwloc_obj_t *pu; // of each place
	atomic_int failures;
};

// find_places looks up the PUs; false after a message.
static bool find_places(struct placement *p, const struct numbers *cpus)
{
	hwloc_const_cpuset_t allowed = hwloc_topology_get_allowed_cpuset(
		p->topology);

	for (size_t i = 0; i < cpus->n; i++) {
		p->pu[i] = hwloc_get_pu_obj_by_os_index(p->topology,
		                                        (unsigned)cpus->v[i]);
		if (!p->pu[i] ||
		    !hwloc_bitmap_isset(allowed, (unsigned)cpus->v[i])) {
			complain("--pin-ps: CPU %lld does not exist or may not be used here "
			         "(see dyno list topology)",
			         (long long)cpus->v[i]);
			return false;
		}
	}
	return true;
}

struct placement *placement_make(const struct numbers *cpus)
{
	struct placement *p = calloc(1, sizeof *p);

	if (!p)
		return NULL;
	p->n = cpus->n;
	p->pu = calloc(p->n, sizeof *p->pu);
	if (!p->pu || hwloc_topology_init(&p->topology) != 0) {
		free(p->pu);
		free(p);
		complain("no memory for the machine's topology");
		return NULL;
	}
	if (hwloc_topology_load(p->topology) == 0 && find_places(p, cpus))
		return p;
	placement_free(p);
	return NULL;
}

void placement_free(struct placement *p)
{
	if (!p)
		return;
	hwloc_topology_destroy(p->topology);
	free(p->pu);
	free(p);
}

void placement_bind(struct placement *p, int proc)
{
	hwloc_obj_t pu = p->pu[(size_t)proc % p->n];

	if (hwloc_set_cpubind(p->topology, pu->cpuset, HWLOC_CPUBIND_THREAD) != 0)
		atomic_fetch_add(&p->failures, 1);
}

int placement_failures(const struct placement *p)
{
	return atomic_load(&p->failures);
}

static uint16_t distance(const struct placement *p, size_t i, size_t j)
{
	hwloc_obj_t both;

	if (p->pu[i] == p->pu[j])
		return 0;
	both = hwloc_get_common_ancestor_obj(p->topology, p->pu[i], p->pu[j]);
	return (uint16_t)(p->pu[i]->depth - both->depth);
}

uint16_t *placement_distances(const struct placement *p, int procs)
{
	size_t n = (size_t)procs, places = n < p->n ? n : p->n;
	uint16_t *matrix = calloc(n * n, sizeof *matrix);

	if (!matrix)
		return NULL;
	for (size_t i = 0; i < places; i++)
		for (size_t j = 0; j < places; j++)
			matrix[i * n + j] = distance(p, i, j);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++)
			matrix[i * n + j] = matrix[i % places * n + j % places];
	return matrix;
}
