// plan.c - an experiment: from what was asked to its points.
#include "plan.h"

#include "complain.h"
#include "gomaxprocs.h"
#include "params.h"
#include "plan_check.h"
#include "program.h"

#include <errno.h>
#include <results/utf8.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Where the search for a rate begins if nobody says. It doubles or halves from here.
enum { RATE_START = 1000 };

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

// resolve_procs puts a number in the place of what is not said.
static int resolve_procs(struct request *r, int cpus)
{
	struct numbers said = r->procs;
	int procs, err = 0;

	r->procs = (struct numbers){.n = 0};
	if (!said.n && (err = gomaxprocs_default(cpus, &procs)) == 0)
		err = numbers_add(&r->procs, procs);
	for (size_t i = 0; !err && i < said.n; i++) {
		procs = (int)said.v[i];
		if (procs == 0)
			err = gomaxprocs_default(cpus, &procs);
		if (!err)
			err = numbers_add(&r->procs, procs);
	}
	numbers_free(&said);
	return err;
}

// leave_room binds a program that is loaded to as many CPUs as its largest GOMAXPROCS,
// where its load then has others to itself. A GOMAXPROCS that is not set follows from
// the CPUs, and so nothing is bound.
static void leave_room(struct request *r, int procs, int cpus)
{
	if (r->load.n && !r->given[KEY_PIN] && smallest(&r->procs) > 0 &&
	    procs < cpus)
		r->pin = "compact";
}

// plan_pins plans the CPUs of every pin. What depends on how many there are (the
// default of GOMAXPROCS) has to be said where that differs.
static int plan_pins(struct plan *p, int procs)
{
	const struct request *r = p->settings;
	size_t n = r->pins.n ? r->pins.n : 1;
	int err = 0;

	p->pin = calloc(n, sizeof *p->pin);
	if (!p->pin)
		return -ENOMEM;
	complain_at(r->at[KEY_PIN]);
	for (size_t i = 0; !err && i < n; i++) {
		err = pin_plan(p->topology, r->pins.n ? r->pins.v[i] : r->pin,
		               procs, &p->pin[i]);
		p->n_pin += !err;
	}
	if (!err && n > 1 && !r->program.n && !r->given[KEY_PROCS]) {
		complain("several pins need procs: its default is the number of "
		         "CPUs, which may differ");
		err = -EINVAL;
	}
	complain_nowhere();
	return err;
}

// fill_in sets what was left open: the default policy, no M cap, and for procs
// what a runtime started here would take. For the default, pinning counts.
static int fill_in(struct plan *p)
{
	struct request *r = p->settings;
	int procs, err = 0;

	if (r->find_max)
		r->reps = 1; // at least: the search decides
	if (r->until > 0 && !r->given[KEY_REPS])
		r->reps = PLAN_REPS_UNTIL;
	if (r->find_max && strcmp(r->find_max, WL_RATE) == 0 && !r->rates.n &&
	    !params_given(&r->params, WL_RATE))
		err = numbers_add(&r->rates, RATE_START);
	if (err)
		return err;
	if (r->program.n && !r->procs.n)
		err = numbers_add(&r->procs, 0);
	if (!r->program.n)
		err = subjects_fill_in(r);
	if (!err && !r->m_caps.n)
		err = numbers_add(&r->m_caps, 0);
	if (err)
		return err;
	procs = (int)largest(&r->procs);
	if (procs == 0)
		procs = usable_cpus(p->topology);
	leave_room(r, procs, usable_cpus(p->topology));
	err = plan_pins(p, procs);
	if (err || r->program.n)
		return err;
	return resolve_procs(r, (int)p->pin[0].n);
}

// check_params makes sure that each given parameter belongs to a workload.
static int check_params(const struct request *r)
{
	int err = 0;

	for (size_t i = 0; !err && i < r->params.n; i++) {
		complain_at(r->at[KEY_PARAM]);
		err = params_check(&r->workloads, r->params.v[i]);
		complain_nowhere();
	}
	return err;
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

// add_pins adds a point once for every pin.
static int add_pins(struct plan *p, struct point point)
{
	int err = 0;

	for (size_t i = 0; !err && i < p->n_pin; i++) {
		point.pin = i;
		err = add(p, point);
	}
	return err;
}

// add_quotas adds a point once for every quota.
static int add_quotas(struct plan *p, struct point point)
{
	const struct numbers *quotas = &p->settings->quotas;
	int err = quotas->n ? 0 : add_pins(p, point);

	for (size_t i = 0; !err && i < quotas->n; i++) {
		point.quota = quotas->v[i];
		err = add_pins(p, point);
	}
	return err;
}

// add_rates adds a point once for every rate that is offered.
static int add_rates(struct plan *p, struct point point)
{
	const struct numbers *rates = &p->settings->rates;
	const struct workload *w = point.workload;
	int err = rates->n ? 0 : add_quotas(p, point);

	for (size_t i = 0; !err && i < rates->n; i++) {
		if (w)
			params_put(w, params_index(w, WL_RATE), rates->v[i],
			           point.param);
		else
			point.rate = rates->v[i];
		err = add_quotas(p, point);
	}
	return err;
}

// add_capped adds a point with its M cap. Who has no caps has one point for all of
// them.
static int add_capped(struct plan *p, struct point point, bool first)
{
	if (subject_of(point.policy) != SUBJECT_DYNO) {
		if (!first)
			return 0;
		point.m_cap = 0;
	}
	return add_rates(p, point);
}

// combine_choice adds every point of one workload with one choice of its parameters.
static int combine_choice(struct plan *p, const struct workload *w, size_t choice)
{
	const struct request *r = p->settings;
	struct point point = {.workload = w, .name = w->name};
	int err = params_set(w, r->size, &r->params, false, choice, point.param);

	for (size_t i = 0; i < r->policies.n; i++)
		for (size_t j = 0; j < r->procs.n; j++)
			for (size_t k = 0; !err && k < r->m_caps.n; k++) {
				point.policy = r->policies.v[i];
				point.procs = (int)r->procs.v[j];
				point.m_cap = (int)r->m_caps.v[k];
				err = add_capped(p, point, k == 0);
			}
	return err;
}

static int combine(struct plan *p, const struct workload *w)
{
	size_t choices = params_choices(w, &p->settings->params);
	int err = 0;

	for (size_t i = 0; !err && i < choices; i++)
		err = combine_choice(p, w, i);
	return err;
}

// combine_program adds the points of a program.
static int combine_program(struct plan *p)
{
	const struct request *r = p->settings;
	char *text = program_text(&r->program);
	struct point point = {.policy = "-"};
	size_t size;
	int err = text ? 0 : -ENOMEM;

	complain_at(r->at[KEY_COMMAND]);
	p->path = program_path(r->program.v[0]);
	complain_nowhere();
	if (p->path && r->load.n) {
		complain_at(r->at[KEY_LOAD]);
		p->load_path = program_path(r->load.v[0]);
		complain_nowhere();
	}
	size = text ? strlen(text) + 1 : 0;
	p->command = malloc(size);
	if (!p->path || (r->load.n && !p->load_path))
		err = -EINVAL;
	else if (!p->command)
		err = -ENOMEM;
	if (!err)
		point.name = utf8_clean(p->command, size, text);
	for (size_t i = 0; !err && i < r->procs.n; i++) {
		point.procs = (int)r->procs.v[i];
		err = add_rates(p, point);
	}
	free(text);
	return err;
}

static int refuse_caps(const struct request *r)
{
	complain_at(r->at[KEY_M_CAP]);
	complain("no point is left: an M cap must be at least GOMAXPROCS, and %lld is below %lld",
	         (long long)largest(&r->m_caps), (long long)smallest(&r->procs));
	complain_nowhere();
	return -EINVAL;
}

// choices counts the choices of parameters of all workloads, of which each has one at
// least.
static size_t choices(const struct request *r)
{
	size_t all = 0;

	for (size_t i = 0; i < r->workloads.n && all <= PLAN_POINTS_MAX; i++)
		all += params_choices(wl_find(r->workloads.v[i]), &r->params);
	return all;
}

// check_size refuses more than anybody could wait for, before it takes memory.
static int check_size(const struct request *r)
{
	size_t points = r->procs.n;

	if (!r->program.n)
		points *= choices(r) * r->policies.n * r->m_caps.n;
	points *= r->rates.n ? r->rates.n : 1;
	points *= r->quotas.n ? r->quotas.n : 1;
	points *= r->pins.n ? r->pins.n : 1;
	if (points <= PLAN_POINTS_MAX &&
	    points * (size_t)r->reps <= PLAN_TRIALS_MAX)
		return 0;
	complain_at(r->at[KEY_PROCS]);
	complain("%zu points, %lld times each, are too many: at most %d points and %d trials",
	         points, (long long)r->reps, PLAN_POINTS_MAX, PLAN_TRIALS_MAX);
	complain_nowhere();
	return -EINVAL;
}

static int make_points(struct plan *p)
{
	const struct request *r = p->settings;
	int err = check_size(r);

	if (!err && r->program.n)
		return combine_program(p);
	if (!err)
		err = check_params(r);
	for (size_t i = 0; !err && i < r->workloads.n; i++)
		err = combine(p, wl_find(r->workloads.v[i]));
	return err || p->n ? err : refuse_caps(r);
}

int plan_make(struct plan *p, struct request *r)
{
	int err;

	*p = (struct plan){.settings = r, .topology = pin_topology()};
	if (!p->topology)
		return -ENODEV;
	err = plan_check(r);
	if (!err)
		err = fill_in(p);
	if (!err)
		err = make_points(p);
	if (err == -ENOMEM)
		complain("no memory for the plan");
	if (err)
		plan_free(p);
	return err;
}

int plan_find_programs(struct plan *p)
{
	for (size_t i = 0; i < p->n; i++) {
		enum subject s = subject_of(p->point[i].policy);

		if (!p->point[i].workload || p->trial[s])
			continue;
		p->trial[s] = subject_program(s, p->settings->trial_program);
		if (!p->trial[s])
			return -ENOENT;
	}
	return 0;
}

void plan_free(struct plan *p)
{
	for (int s = 0; s < SUBJECTS; s++)
		free(p->trial[s]);
	for (size_t i = 0; i < p->n_pin; i++)
		pin_free(&p->pin[i]);
	free(p->pin);
	free(p->point);
	free(p->path);
	free(p->load_path);
	free(p->command);
	if (p->topology)
		hwloc_topology_destroy(p->topology);
	*p = (struct plan){.settings = NULL};
}

char *plan_cpus(const struct plan *p, char *out, size_t outlen)
{
	size_t used = 0;

	for (size_t i = 0; i < p->n_pin && used + 2 < outlen; i++) {
		if (i)
			used += (size_t)snprintf(out + used, outlen - used, "; ");
		pin_text(&p->pin[i], out + used, outlen - used);
		used += strlen(out + used);
	}
	return out;
}

int64_t plan_rate(const struct point *point)
{
	int i = point->workload ? params_index(point->workload, WL_RATE) : -1;

	return i < 0 ? point->rate : point->param[i];
}

int64_t *plan_sought(const struct plan *p, struct point *point)
{
	if (!point->workload)
		return &point->rate;
	return &point->param[params_index(point->workload, p->settings->find_max)];
}

const char *plan_pin_name(const struct plan *p, const struct point *point)
{
	return p->n_pin > 1 ? p->settings->pins.v[point->pin] : "";
}
