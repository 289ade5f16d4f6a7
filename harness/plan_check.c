// plan_check.c - what of a request does not go together, before it becomes points.
#include "plan_check.h"

#include "command_words.h"
#include "complain.h"
#include "metric.h"
#include "params.h"
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static int refuse_at(const struct request *r, enum request_key key,
                     const char *wrong)
{
	complain_at(r->at[key]);
	complain("%s", wrong);
	complain_nowhere();
	return -EINVAL;
}

// check_kind refuses what means nothing for a program, or for a workload.
static int check_kind(const struct request *r)
{
	static const struct {
		enum request_key key;
		const char *name;
		bool program;
	} kinds[] = {
		{KEY_WORKLOADS, "workloads", false},
		{KEY_M_CAP, "m-cap", false},
		{KEY_POLICY, "policy", false},
		{KEY_SUBJECT, "subject", false},
		{KEY_PARAM, "param", false},
		{KEY_SIZE, "size", false},
		{KEY_DURATION, "duration", false},
		{KEY_MAX_THREADS, "max-threads", false},
		{KEY_STACK_GUARD, "stack-guard", false},
		{KEY_WORK_RATE, "work-rate", false},
		{KEY_COUNTERS, "counters", false},
		{KEY_PIN_PS, "pin-ps", false},
		{KEY_ENV, "env", true},
		{KEY_METRIC, "metric", true},
		{KEY_BETTER, "better", true},
		{KEY_LOAD, "load", true},
		{KEY_READY, "ready", true},
		{KEY_THREADS_EVERY, "threads-every", true},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		if (!r->given[kinds[i].key] ||
		    kinds[i].program == (r->program.n > 0))
			continue;
		complain_at(r->at[kinds[i].key]);
		complain("%s is for %s: leave it out, or %s", kinds[i].name,
		         kinds[i].program ? "programs" : "the workloads of dyno",
		         kinds[i].program ? "name a program after --"
		                          : "measure no program");
		complain_nowhere();
		return -EINVAL;
	}
	return 0;
}

// check_load demands that a load knows when to begin.
static int check_load(const struct request *r)
{
	if (!r->load.n == !r->ready)
		return 0;
	return refuse_at(r, r->ready ? KEY_READY : KEY_LOAD,
	                 "load and ready belong together: ready says when the "
	                 "load may begin, such as tcp:8080");
}

// check_metrics demands that the rules of metrics give them names of their own.
static int check_metrics(const struct request *r)
{
	char name[METRIC_NAME_MAX], wrong[2 * METRIC_NAME_MAX + 100];
	struct words names = {0};
	int err = 0;

	for (size_t i = 0; !err && i < r->metrics.n; i++) {
		metric_name(r->metrics.v[i], name, sizeof name);
		if (*name && words_find(&names, name) >= 0) {
			snprintf(wrong, sizeof wrong,
			         "two metrics would be called '%s', after what "
			         "stands before their number: say more of it",
			         name);
			err = refuse_at(r, KEY_METRIC, wrong);
		}
		if (!err)
			err = words_add(&names, name, strlen(name));
	}
	words_free(&names);
	return err;
}

// check_traces demands that traces are asked for whose number is.
static int check_traces(const struct request *r)
{
	if (r->schedtrace || !r->schedtrace_reps)
		return 0;
	return refuse_at(r, KEY_SCHEDTRACE_REPS,
	                 "schedtrace-reps says how many trials are traced, and "
	                 "schedtrace that there are traces, such as schedtrace "
	                 "10ms: give both");
}

//---------------------------------------------------------------------------
// Rates
//---------------------------------------------------------------------------

static bool seeks(const struct request *r, const char *name)
{
	return r->find_max && strcmp(r->find_max, name) == 0;
}

// refuse_closed names the workloads that a rate could be offered to.
static int refuse_closed(const struct request *r, const struct workload *w)
{
	char names[200] = "", wrong[400];
	size_t used = 0;

	for (size_t i = 0; wl_catalogue(i) && used < sizeof names; i++)
		if (params_index(wl_catalogue(i), WL_RATE) >= 0)
			used += (size_t)snprintf(names + used,
			                         sizeof names - used, "%s%s",
			                         used ? ", " : "",
			                         wl_catalogue(i)->name);
	snprintf(wrong, sizeof wrong,
	         "%s has no rate: it waits for its answers. One is offered to: %s",
	         w->name, names);
	return refuse_at(r, r->rates.n ? KEY_RATE : KEY_FIND_MAX, wrong);
}

// check_offer refuses to say how much is offered twice, or to whom nothing is.
static int check_offer(const struct request *r)
{
	bool rate = r->rates.n || seeks(r, WL_RATE);
	bool load = seeks(r, WL_LOAD);

	for (size_t i = 0; rate && i < r->workloads.n; i++) {
		const struct workload *w = wl_find(r->workloads.v[i]);

		if (params_index(w, WL_RATE) < 0)
			return refuse_closed(r, w);
	}
	rate = rate || params_given(&r->params, WL_RATE);
	load = load || params_given(&r->params, WL_LOAD);
	if (rate && load)
		return refuse_at(r, r->rates.n ? KEY_RATE : KEY_PARAM,
		                 "load and rate both say how much is offered: "
		                 "leave one out");
	if (r->rates.n && params_given(&r->params, WL_RATE))
		return refuse_at(r, KEY_RATE,
		                 "the rate is given twice: leave one out");
	return 0;
}

// check_asked demands that a rate has a place in the words of the program or of its
// load, and that the load's place is not left open.
static int check_asked(const struct request *r)
{
	bool asked = command_words_ask(&r->load, PLAN_RATE_ASKED);
	bool rate = r->rates.n || seeks(r, WL_RATE);

	if (rate && !asked && !command_words_ask(&r->program, PLAN_RATE_ASKED))
		return refuse_at(r, r->rates.n ? KEY_RATE : KEY_FIND_MAX,
		                 "a rate needs a place: write {rate} where the "
		                 "load takes it, as in --load 'wrk2 -R{rate} "
		                 "http://localhost:8080/'");
	if (asked && !rate)
		return refuse_at(r, KEY_LOAD,
		                 "the load has {rate} in it: say which, as in "
		                 "--rate 1k,2k, or seek it with --find-max rate");
	return 0;
}

static int check_rate(const struct request *r)
{
	if (seeks(r, WL_RATE) && r->rates.n > 1)
		return refuse_at(r, KEY_RATE,
		                 "find-max seeks the rate: give one, where to "
		                 "begin, or none");
	if (!r->program.n)
		return check_offer(r);
	if (r->find_max && !seeks(r, WL_RATE))
		return refuse_at(r, KEY_FIND_MAX,
		                 "of a program find-max seeks rate alone");
	return check_asked(r);
}

//---------------------------------------------------------------------------
// Searches
//---------------------------------------------------------------------------

// check_program_slo demands that each condition is of a metric that a rule finds,
// as far as rules name them.
static int check_program_slo(const struct request *r, char *why, size_t whylen)
{
	struct words names = {0};
	char name[METRIC_NAME_MAX];
	bool all = true;
	int err = 0;

	if (!r->metrics.n)
		err = words_add(&names, "throughput", strlen("throughput"));
	for (size_t i = 0; !err && i < r->metrics.n; i++) {
		metric_name(r->metrics.v[i], name, sizeof name);
		all = all && *name;
		err = words_add(&names, name, strlen(name));
	}
	if (!err && all)
		err = slo_of_program(&r->slo, &names, why, whylen);
	words_free(&names);
	return err;
}

static int check_slo(const struct request *r)
{
	char why[300] = "no memory", wrong[400];
	int err = r->program.n ? check_program_slo(r, why, sizeof why)
	                       : slo_of_workloads(&r->slo, why, sizeof why);

	snprintf(wrong, sizeof wrong, "the slo '%.64s': %s",
	         r->slo_text ? r->slo_text : "", why);
	return err ? refuse_at(r, KEY_SLO, wrong) : 0;
}

// check_search demands that what is sought, and what it must keep, belong together,
// and that every workload has that parameter.
static int check_search(const struct request *r)
{
	const char *wrong = NULL;

	if (!r->find_max != !r->slo.n)
		wrong = "find-max and slo belong together: a parameter, and what "
			"its highest value must keep, such as p99<=200us";
	for (size_t i = 0; !wrong && r->find_max && i < r->workloads.n; i++)
		if (params_index(wl_find(r->workloads.v[i]), r->find_max) < 0)
			wrong = "find-max needs a parameter that all of the "
				"workloads have: see dyno list workloads";
	if (wrong)
		return refuse_at(r, r->find_max ? KEY_FIND_MAX : KEY_SLO, wrong);
	for (size_t i = 0; r->find_max && i < r->workloads.n; i++) {
		const struct workload *w = wl_find(r->workloads.v[i]);

		if (params_values(w, &r->params, params_index(w, r->find_max)) > 1)
			return refuse_at(r, KEY_PARAM,
			                 "find-max seeks this parameter: give one "
			                 "value, where to begin");
	}
	return check_slo(r);
}

int plan_check(const struct request *r)
{
	int err = check_kind(r);

	if (!err)
		err = check_load(r);
	if (!err)
		err = check_metrics(r);
	if (!err)
		err = check_traces(r);
	if (!err)
		err = check_rate(r);
	return err ? err : check_search(r);
}
