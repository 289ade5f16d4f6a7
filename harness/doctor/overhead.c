// overhead.c - what the runner costs a trial, by the workload that does nothing.
//
// It is a trial like any other, in a process of its own, so that what is measured is
// what is paid. Every trial says the same of itself; this one has rounds enough to
// say it well.
#include "overhead.h"

#include "../interrupt.h"
#include "../trial.h"

static json_t *told_by(struct plan *plan)
{
	json_t *told = NULL;
	struct trial t;

	if (plan_find_programs(plan) != 0)
		return NULL;
	interrupt_catch();
	if (trial_run(plan, &plan->point[0], 0, 1, &t) != 0)
		return NULL;
	if (t.outcome.kind == STORE_OK)
		told = json_incref(json_object_get(t.doc, "overhead"));
	trial_free(&t);
	return told;
}

json_t *overhead_measure(void)
{
	struct request r;
	struct plan plan;
	json_t *told = NULL;

	request_init(&r);
	if (request_workloads(&r, "null") == 0 && request_procs(&r, "1") == 0 &&
	    request_duration(&r, "10ms") == 0 && plan_make(&plan, &r) == 0) {
		told = told_by(&plan);
		plan_free(&plan);
	}
	request_free(&r);
	return told;
}
