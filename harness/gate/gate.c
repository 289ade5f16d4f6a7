// gate.c - how a gate runs.
//
//	1  base and head are run once each, to warm up and to see what they print
//	2  if they ask for a length ("{ms}"), the pilot chooses it
//	3  course.c says how many blocks are run, and decides
//
// A run that fails ends the gate at once: what crashes now and then is no
// subject to measure.
#include "gate.h"

#include "../complain.h"
#include "../trial_process.h"
#include "pilot.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//---------------------------------------------------------------------------
// One run
//---------------------------------------------------------------------------

// look runs an arm once. 0, OBSERVE_FAILED with the evidence told why, or
// -errno.
static int look(struct gate *g, enum gate_arm arm, struct samples *out,
                double *seconds)
{
	const struct gate_side *side = &g->side[arm == GATE_HEAD];
	const struct observer o = {.side = side,
	                           .topology = g->topology,
	                           .pin = g->pin,
	                           .timeout = g->timeout};
	char why[400] = "";
	int err = observe(&o, &g->rows, out, seconds, why, sizeof why);

	for (size_t i = 0; !err && i < g->ignore->n; i++)
		err = samples_drop(out, g->ignore->v[i]);
	g->observations++;
	if (err == OBSERVE_FAILED)
		snprintf(g->evidence.failure, sizeof g->evidence.failure,
		         "%s: %s", arm == GATE_HEAD ? "head" : "base", why);
	return err;
}

int gate_look(struct gate *g, struct samples *out, double *seconds)
{
	return look(g, GATE_BASE, out, seconds);
}

//---------------------------------------------------------------------------
// Before the blocks
//---------------------------------------------------------------------------

int gate_set_length(struct gate *g, int ms)
{
	int err = gate_side_length(&g->side[0], ms);

	g->length_ms = ms;
	return err ? err : gate_side_length(&g->side[1], ms);
}

// warm_up runs both once; their values are not used.
static int warm_up(struct gate *g)
{
	static const enum gate_arm arms[] = {GATE_BASE, GATE_HEAD};
	int err = 0;

	for (int i = 0; !err && i < 2; i++) {
		struct samples run = {.n = 0};
		double seconds;

		err = look(g, arms[i], &run, &seconds);
		samples_free(&run);
	}
	return err;
}

static int prepare(struct gate *g)
{
	bool ask = gate_side_asks(&g->side[0]);
	int err;

	if (ask != gate_side_asks(&g->side[1])) {
		complain("one of base and head has {ms} in it, and the other "
		         "has not: they would run for different times");
		return -EINVAL;
	}
	g->rows = g->asked->rows;
	err = gate_set_length(g, ask ? PILOT_FIRST : 0);
	if (!err)
		err = warm_up(g);
	return !err && ask ? pilot(g) : err;
}

//---------------------------------------------------------------------------
// Blocks
//---------------------------------------------------------------------------

static double elapsed(void *of)
{
	const struct gate *g = of;

	return (double)(trial_process_now() - g->started) * 1e-9;
}

static int run_block(void *of, size_t number, bool confirm)
{
	struct gate *g = of;
	enum gate_arm order[GATE_RUNS];
	int turn[GATE_ARMS] = {0}, err = 0;

	gate_block(g->seed, number, confirm, order);
	for (int i = 0; !err && i < GATE_RUNS; i++) {
		struct samples run = {.n = 0};
		double seconds;

		err = look(g, order[i], &run, &seconds);
		if (!err)
			err = evidence_take(&g->evidence, order[i],
			                    turn[order[i]]++, &run);
		samples_free(&run);
	}
	return err ? err : evidence_block(&g->evidence, confirm);
}

// say_how warns when the budget cannot hold what it takes.
static void say_how(void *of)
{
	const struct gate *g = of;
	const struct course *c = &g->course;

	if (!g->quiet)
		fprintf(stderr,
		        "dyno gate: a block of %d runs takes %.1f s; seed %llu\n",
		        GATE_RUNS, c->block_seconds, (unsigned long long)g->seed);
	if (c->needed > 0)
		complain("the budget is short: with %zu blocks and as many again "
		         "to confirm, --budget %.0fs would be enough; without, a "
		         "row that is seen may be inconclusive",
		         c->least, ceil(c->needed));
}

// fail_without_rows makes a row for a gate that failed before it had any.
static int fail_without_rows(struct gate *g)
{
	struct samples all = {.n = 0};
	const struct samples_row like = {
		.name = "all", .unit = "", .group = "", .host = ""};
	int err = g->evidence.n ? 0 : samples_add_failed(&all, &like, 1);

	if (!err)
		err = evidence_take(&g->evidence, GATE_HEAD, 0, &all);
	samples_free(&all);
	return err;
}

static void plan(struct gate *g)
{
	g->verdict.threshold = g->asked->threshold;
	g->verdict.alpha = g->alpha;
	g->verdict.seed = g->seed;
	g->course = (struct course){.source = {.elapsed = elapsed,
	                                       .block = run_block,
	                                       .known = say_how,
	                                       .of = g},
	                            .budget = (double)g->budget * 1e-9,
	                            .tails = g->asked->tails,
	                            .evidence = &g->evidence,
	                            .verdict = &g->verdict};
}

int gate_run(struct gate *g)
{
	int err, decided;

	g->started = trial_process_now();
	plan(g);
	err = *g->evidence.failure ? OBSERVE_FAILED : prepare(g);
	if (!err)
		err = course_run(&g->course);
	if (err == OBSERVE_FAILED)
		err = fail_without_rows(g);
	g->verdict.interrupted = err == -EINTR;
	g->seconds = elapsed(g);
	if (err && err != -EINTR)
		return err;
	decided = course_decide(&g->course);
	return decided ? decided : err;
}

void gate_free(struct gate *g)
{
	evidence_free(&g->evidence);
}
