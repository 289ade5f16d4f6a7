// plan_check.c - what of a request does not go together, before it becomes points.
#include "plan_check.h"

#include "complain.h"
#include "params.h"

#include <errno.h>

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
		{KEY_PARAM, "param", false},
		{KEY_SIZE, "size", false},
		{KEY_DURATION, "duration", false},
		{KEY_MAX_THREADS, "max-threads", false},
		{KEY_STACK_GUARD, "stack-guard", false},
		{KEY_WORK_RATE, "work-rate", false},
		{KEY_FIND_MAX, "find-max", false},
		{KEY_SLO, "slo", false},
		{KEY_COUNTERS, "counters", false},
		{KEY_PIN_PS, "pin-ps", false},
		{KEY_ENV, "env", true},
		{KEY_METRIC, "metric", true},
		{KEY_BETTER, "better", true},
		{KEY_LOAD, "load", true},
		{KEY_READY, "ready", true},
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
	complain_at(r->at[r->ready ? KEY_READY : KEY_LOAD]);
	complain("load and ready belong together: ready says when the load may "
	         "begin, such as tcp:8080");
	complain_nowhere();
	return -EINVAL;
}

// check_traces demands that traces are asked for whose number is.
static int check_traces(const struct request *r)
{
	if (r->schedtrace || !r->schedtrace_reps)
		return 0;
	complain_at(r->at[KEY_SCHEDTRACE_REPS]);
	complain("schedtrace-reps says how many trials are traced, and schedtrace "
	         "that there are traces, such as schedtrace 10ms: give both");
	complain_nowhere();
	return -EINVAL;
}

// check_search demands that what is sought, and what it must keep, belong together,
// and that every workload has that parameter.
static int check_search(const struct request *r)
{
	const char *wrong = NULL;

	if (!r->find_max != !r->slo.n)
		wrong = "belong together: a parameter, and what its highest value "
			"must keep, such as p99<=200us";
	for (size_t i = 0; !wrong && r->find_max && i < r->workloads.n; i++)
		if (params_index(wl_find(r->workloads.v[i]), r->find_max) < 0)
			wrong = "need a parameter that all of the workloads have: "
				"see dyno list workloads";
	if (!wrong)
		return 0;
	complain_at(r->at[r->find_max ? KEY_FIND_MAX : KEY_SLO]);
	complain("find-max and slo %s", wrong);
	complain_nowhere();
	return -EINVAL;
}

int plan_check(const struct request *r)
{
	int err = check_kind(r);

	if (!err)
		err = check_load(r);
	if (!err)
		err = check_traces(r);
	return err ? err : check_search(r);
}
