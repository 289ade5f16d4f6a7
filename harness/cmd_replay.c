// cmd_replay.c - dyno replay DIR TRIAL: a trial of an experiment once more, with
// the same arguments, environment, CPUs and seed.
//
// All of it is in the store: the plan, the trial's point and its seed. The plan
// is made again by the rules of this machine, and the replay refused where that
// gives other CPUs.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "options.h"
#include "plugin.h"
#include "run_point.h"
#include "surroundings.h"

#include <errno.h>
#include <inttypes.h>
#include <results/store.h>
#include <results/table.h>
#include <results/unit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// A point as the store has it.
struct stored_point {
	char *name, *policy;
	json_t *params;
	int procs, m_cap;
	int64_t id;
};

// What is read of a store.
struct replay {
	int64_t wanted; // the trial's number; 0: list them all
	struct table *list;
	struct stored_point *point;
	size_t n;
	bool found;
	int64_t of; // the trial's point
	uint64_t seed;
	char before[128]; // what it told then
};

static int note_point(void *arg, const struct store_point *p)
{
	struct replay *re = arg;
	struct stored_point *grown = reallocarray(re->point, re->n + 1,
	                                          sizeof *grown);

	if (!grown)
		return -ENOMEM;
	re->point = grown;
	re->point[re->n++] = (struct stored_point){
		.name = strdup(p->workload),
		.policy = strdup(p->policy),
		.params = json_loads(p->params ? p->params : "{}", 0, NULL),
		.procs = p->procs,
		.m_cap = p->m_cap,
		.id = p->id,
	};
	grown += re->n - 1;
	return grown->name && grown->policy && grown->params ? 0 : -ENOMEM;
}

static const struct stored_point *point_of(const struct replay *re, int64_t id)
{
	for (size_t i = 0; i < re->n; i++)
		if (re->point[i].id == id)
			return &re->point[i];
	return NULL;
}

static int list_trial(struct replay *re, const struct store_trial *t)
{
	const struct stored_point *p = point_of(re, t->point);
	char id[24], procs[16] = "default", cap[16] = "none", rep[16];

	if (!p)
		return -EBADMSG;
	snprintf(id, sizeof id, "%" PRId64, t->id);
	snprintf(rep, sizeof rep, "%d", t->rep);
	if (p->procs)
		snprintf(procs, sizeof procs, "%d", p->procs);
	if (p->m_cap)
		snprintf(cap, sizeof cap, "%d", p->m_cap);
	return table_row(re->list,
	                 (const char *[]){id, p->name, p->policy, procs, cap,
	                                  rep, store_outcome_name(t->outcome)});
}

// tell writes how a trial ended and its main metric.
static void tell(const struct store_trial *t, char *out, size_t outlen)
{
	const struct store_metric *m = store_main_metric(t);
	char value[64] = "";

	if (m)
		unit_format(value, sizeof value, m->value, m->unit);
	snprintf(out, outlen, "%s%s%s", store_outcome_name(t->outcome),
	         *value ? ", " : "", value);
}

static int note_trial(void *arg, const struct store_trial *t)
{
	struct replay *re = arg;

	if (!re->wanted)
		return list_trial(re, t);
	if (t->id != re->wanted)
		return 0;
	re->found = true;
	re->of = t->point;
	re->seed = t->seed;
	tell(t, re->before, sizeof re->before);
	return 0;
}

static void restore(const struct store *store, const struct request *r)
{
	json_t *facts = json_loads(store_about(store)->environment, 0, NULL);

	surroundings_restore(facts, r->program.n > 0);
	json_decref(facts);
}

static int read_store(struct replay *re, const char *dir, struct request *r,
                      char **cpus)
{
	char why[512];
	struct store *store;
	json_t *plan;
	int err = store_open(dir, &store, why, sizeof why);

	if (err) {
		complain("%s", why);
		return err;
	}
	err = store_each_point(store, note_point, re);
	if (!err)
		err = store_each_trial(store, note_trial, re);
	if (err)
		complain("the trials in %s cannot be read: %s", dir,
		         strerror(-err));
	if (!err)
		err = plan_read(store_about(store)->plan, r);
	if (!err && re->found)
		restore(store, r);
	plan = json_loads(store_about(store)->plan, 0, NULL);
	*cpus = strdup(json_string_value(json_object_get(plan, "cpus"))
	                       ? json_string_value(json_object_get(plan, "cpus"))
	                       : "");
	json_decref(plan);
	store_close(store);
	return err;
}

// same_params compares them but for what a search sought.
static bool same_params(const struct plan *plan, const struct point *p,
                        json_t *stored)
{
	const char *sought = plan->settings->find_max;
	json_t *here = point_params(plan, p), *there = json_copy(stored);
	bool same;

	if (sought) {
		json_object_del(here, sought);
		json_object_del(there, sought);
	}
	same = json_equal(here, there);
	json_decref(here);
	json_decref(there);
	return same;
}

// find_point looks for the stored point among those of the plan.
static const struct point *find_point(const struct plan *plan,
                                      const struct stored_point *p)
{
	for (size_t i = 0; p && i < plan->n; i++) {
		const struct point *q = &plan->point[i];

		if (strcmp(q->name, p->name) == 0 &&
		    strcmp(q->policy, p->policy) == 0 && q->procs == p->procs &&
		    q->m_cap == p->m_cap && same_params(plan, q, p->params))
			return q;
	}
	return NULL;
}

// set_sought gives a point of a search the value that this trial had.
static void set_sought(const struct plan *plan, const json_t *params,
                       struct point *point)
{
	const char *name = plan->settings->find_max;
	const json_t *value = name ? json_object_get(params, name) : NULL;

	if (json_is_integer(value))
		*plan_sought(plan, point) = json_integer_value(value);
}

static int run(const struct replay *re, struct plan *plan, const char *cpus)
{
	const struct stored_point *stored = point_of(re, re->of);
	const struct point *found = find_point(plan, stored);
	struct point point;
	char here[4096];
	int status;

	if (!found) {
		complain("the plan of this experiment has no such point in this version of dyno");
		return EXIT_USAGE;
	}
	if (!cpus || strcmp(cpus, plan_cpus(plan, here, sizeof here)) != 0) {
		complain("the trial ran on the CPUs %.200s; here they would be %.200s",
		         cpus ? cpus : "?", here);
		return EXIT_USAGE;
	}
	point = *found;
	set_sought(plan, stored->params, &point);
	status = run_point(plan, &point, (int64_t)re->seed);
	if (!plan->settings->json)
		printf("\nthen: %s\n", re->before);
	return status;
}

static int replay_one(struct replay *re, struct request *r, const char *dir)
{
	struct plan plan;
	char *cpus = NULL;
	int status = EXIT_USAGE;

	if (read_store(re, dir, r, &cpus) == 0 && !re->found)
		complain("there is no trial %" PRId64
		         " in %s: dyno replay %s lists them",
		         re->wanted, dir, dir);
	else if (re->found && plan_make(&plan, r) == 0) {
		status = run(re, &plan, cpus);
		plan_free(&plan);
	}
	free(cpus);
	return status;
}

static int list(struct replay *re, struct request *r, const char *dir)
{
	static const struct table_column columns[] = {
		{"trial", TABLE_RIGHT},  {"workload", TABLE_LEFT},
		{"policy", TABLE_LEFT},  {"P", TABLE_RIGHT},
		{"M cap", TABLE_RIGHT},  {"repetition", TABLE_RIGHT},
		{"outcome", TABLE_LEFT},
	};
	char *cpus = NULL;
	int err;

	re->list = table_new(columns, sizeof columns / sizeof *columns);
	if (!re->list)
		return EXIT_INTERNAL;
	err = read_store(re, dir, r, &cpus);
	if (!err)
		err = table_print(re->list, stdout);
	table_free(re->list);
	free(cpus);
	return err ? EXIT_USAGE : EXIT_DONE;
}

static int replay(struct request *r)
{
	struct replay re = {.wanted = 0};
	int status;

	if (r->words.n < 1 || r->words.n > 2 ||
	    (r->words.n == 2 &&
	     number_parse(r->words.v[1], 1, INT64_MAX, &re.wanted) != 0)) {
		complain("name the directory of an experiment and the number of a trial in it");
		return EXIT_USAGE;
	}
	status = re.wanted ? replay_one(&re, r, r->words.v[0])
	                   : list(&re, r, r->words.v[0]);
	for (size_t i = 0; i < re.n; i++) {
		free(re.point[i].name);
		free(re.point[i].policy);
		json_decref(re.point[i].params);
	}
	free(re.point);
	return status;
}

static const struct option_def options[] = {
	{"json", 0, NULL, "Print the trial's document instead of a table.",
         request_json},
	{"trial-program", 0, "FILE",
         "For testing: the program to run instead of the dyno-trial beside "
         "this one.",
         request_trial_program},
	PLUGIN_OPTION,
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

static const struct command command = {
	.name = "dyno replay",
	.summary = "run a trial of an experiment once more",
	.synopsis = "DIR [TRIAL]",
	.description =
		"Runs the trial with this number in the experiment in DIR "
		"again: the same arguments, environment, CPUs and seed, and "
		"programs in the same directory. Variables whose values are "
		"not kept, because they may be secret, and have changed since "
		"are named. Nothing is stored. Without a number, the trials are listed. "
		"The seed is of the trial's random choices; the kernel's are "
		"its own.",
	.options = options,
	.notes = EXIT_STATUS_NOTES,
	.examples = "       dyno replay dyno-out\n"
		    "       dyno replay dyno-out 17\n",
	.run = replay,
};

int cmd_replay(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
