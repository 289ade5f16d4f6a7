// plan.c - an experiment: from what was asked to its points.
#include "plan.h"

#include "complain.h"
#include "gomaxprocs.h"
#include "params.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { WORKLOADS_MAX = 64 };

static int usable_cpus(hwloc_topology_t t)
{
	return hwloc_bitmap_weight(hwloc_topology_get_topology_cpuset(t));
}

static int64_t largest(const struct numbers *list)
{
	int64_t max = 0;

	for (size_t i = 0; i < list->n; i++)
		max = list->v[i] > max ? list->v[i] : max;
	return max;
}

static int64_t smallest(const struct numbers *list)
{
	int64_t min = INT64_MAX;

	for (size_t i = 0; i < list->n; i++)
		min = list->v[i] < min ? list->v[i] : min;
	return min;
}

// fill_in sets what was left open: the default policy, no M cap, and for procs
// what a runtime started here would take. For the default, pinning counts.
static int fill_in(struct plan *p)
{
	struct request *r = p->settings;
	int procs, err = 0;

	if (!r->policies.n)
		err = request_policy(r, "go1.27");
	if (!err && !r->m_caps.n)
		err = numbers_add(&r->m_caps, 0);
	if (err)
		return err;
	if (r->procs.n)
		return pin_plan(p->topology, r->pin, (int)largest(&r->procs),
		                &p->pin);
	err = pin_plan(p->topology, r->pin, usable_cpus(p->topology), &p->pin);
	if (!err)
		err = gomaxprocs_default((int)p->pin.n, &procs);
	return err ? err : numbers_add(&r->procs, procs);
}

// check_params makes sure that each given parameter belongs to a workload.
static int check_params(const struct request *r, const struct workload *const *w)
{
	for (size_t i = 0; i < r->params.n; i++) {
		size_t k = 0;

		while (k < r->workloads.n && !params_known(w[k], r->params.v[i]))
			k++;
		if (k < r->workloads.n)
			continue;
		params_refuse(w, r->workloads.n, r->params.v[i]);
		return -EINVAL;
	}
	return 0;
}

static int add(struct plan *p, struct point point)
{
	struct point *grown;

	if (point.m_cap && point.m_cap < point.procs) {
		p->skipped++;
		return 0;
	}
	grown = reallocarray(p->point, p->n + 1, sizeof *grown);
	if (!grown)
		return -ENOMEM;
	p->point = grown;
	p->point[p->n++] = point;
	return 0;
}

// combine adds every point of one workload.
static int combine(struct plan *p, const struct workload *w)
{
	const struct request *r = p->settings;
	struct point point = {.workload = w};
	int err = params_set(w, r->size, &r->params, false, point.param);

	for (size_t i = 0; i < r->policies.n; i++)
		for (size_t j = 0; j < r->procs.n; j++)
			for (size_t k = 0; !err && k < r->m_caps.n; k++) {
				point.policy = r->policies.v[i];
				point.procs = (int)r->procs.v[j];
				point.m_cap = (int)r->m_caps.v[k];
				err = add(p, point);
			}
	return err;
}

static int make_points(struct plan *p)
{
	const struct request *r = p->settings;
	const struct workload *w[WORKLOADS_MAX];
	int err;

	if (r->workloads.n > WORKLOADS_MAX)
		return -EINVAL;
	for (size_t i = 0; i < r->workloads.n; i++)
		w[i] = wl_find(r->workloads.v[i]);
	err = check_params(r, w);
	for (size_t i = 0; !err && i < r->workloads.n; i++)
		err = combine(p, w[i]);
	if (!err && p->n == 0) {
		complain("no point is left: an M cap must be at least "
		         "GOMAXPROCS, and %lld is below %lld",
		         (long long)largest(&r->m_caps),
		         (long long)smallest(&r->procs));
		return -EINVAL;
	}
	return err;
}

int plan_make(struct plan *p, struct request *r)
{
	int err;

	*p = (struct plan){.settings = r, .topology = pin_topology()};
	if (!p->topology)
		return -ENODEV;
	err = fill_in(p);
	if (!err)
		err = make_points(p);
	if (err == -ENOMEM)
		complain("no memory for the plan");
	if (err)
		plan_free(p);
	return err;
}

void plan_free(struct plan *p)
{
	pin_free(&p->pin);
	free(p->point);
	if (p->topology)
		hwloc_topology_destroy(p->topology);
	*p = (struct plan){.settings = NULL};
}
