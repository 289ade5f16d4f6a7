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
#include "../now.h"
#include "baseline.h"
#include "pilot.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	COUNT_RUNS = GATE_PAIR, // of what is the same each time
	RECORD_RUNS = 40,       // of a baseline: more would hardly tell more
	RECORD_LEAST = 10,      // with 10 of head they reach p = 1 / 184756
};

//---------------------------------------------------------------------------
// One run
//---------------------------------------------------------------------------

// is_head says which side an arm runs.
static bool is_head(const struct gate *g, enum gate_arm arm)
{
	return arm == GATE_HEAD || (arm == GATE_AGAIN && g->evidence.apart);
}

int gate_look(struct gate *g, enum gate_arm arm, struct samples *out,
              double *seconds)
{
	const struct gate_side *side = &g->side[is_head(g, arm)];
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
		         "%s: %s", is_head(g, arm) ? "head" : "base", why);
	return err;
}

//---------------------------------------------------------------------------
// Before the blocks
//---------------------------------------------------------------------------

double gate_elapsed(const struct gate *g)
{
	return (double)(now_ns(CLOCK_MONOTONIC) - g->started) * 1e-9;
}

int gate_set_length(struct gate *g, int ms)
{
	int err = 0;

	g->length_ms = ms;
	for (int i = 0; !err && i < 2; i++)
		if (g->side[i].path)
			err = gate_side_length(&g->side[i], ms);
	return err;
}

// run_once runs an arm, whose values are not used.
static int run_once(struct gate *g, enum gate_arm arm)
{
	struct samples run = {.n = 0};
	double seconds;
	int err = gate_look(g, arm, &run, &seconds);

	samples_free(&run);
	return err;
}

// blame_silent: where it was left to the commands what a row is, and one prints
// results and the other prints none, that one failed.
static int blame_silent(struct gate *g, enum gate_rows base, enum gate_rows head)
{
	bool base_silent = base == GATE_ROWS_TIME;

	if (base == head)
		return 0;
	snprintf(g->evidence.failure, sizeof g->evidence.failure,
	         "%s: it printed no result, and %s did",
	         base_silent ? "base" : "head", base_silent ? "head" : "base");
	return OBSERVE_FAILED;
}

// warm_up runs both once, or head alone.
static int warm_up(struct gate *g)
{
	enum gate_rows base;
	int err;

	if (g->apart.n)
		return run_once(g, GATE_HEAD);
	err = run_once(g, GATE_BASE);
	base = g->rows;
	g->rows = g->asked->rows;
	if (!err)
		err = run_once(g, GATE_HEAD);
	return err ? err : blame_silent(g, base, g->rows);
}

static int prepare(struct gate *g)
{
	bool ask = gate_side_asks(&g->side[1]);
	int err;

	if (!g->apart.n && ask != gate_side_asks(&g->side[0])) {
		complain("one of base and head has {ms} in it, and the other "
		         "has not: they would run for different times");
		return -EINVAL;
	}
	g->rows = g->asked->rows;
	err = gate_set_length(g, ask ? PILOT_FIRST : 0);
	if (!err && g->rows != GATE_ROWS_INSTRUCTIONS)
		err = warm_up(g);
	if (!err && g->apart.n)
		return evidence_base(&g->evidence, &g->apart);
	return !err && ask ? pilot(g) : err;
}

//---------------------------------------------------------------------------
// Blocks
//---------------------------------------------------------------------------

static double elapsed(void *of)
{
	return gate_elapsed(of);
}

static int run_arms(struct gate *g, const enum gate_arm *order, int n,
                    bool confirm)
{
	int turn[GATE_ARMS] = {0}, err = 0;

	for (int i = 0; !err && i < n; i++) {
		struct samples run = {.n = 0};
		double seconds;

		err = gate_look(g, order[i], &run, &seconds);
		if (!err)
			err = evidence_take(&g->evidence, order[i],
			                    turn[order[i]]++, &run);
		samples_free(&run);
	}
	return err ? err : evidence_block(&g->evidence, confirm);
}

static int run_block(void *of, size_t number, bool confirm)
{
	struct gate *g = of;
	enum gate_arm order[GATE_RUNS];

	gate_block(g->seed, number, confirm, order);
	return run_arms(g, order, GATE_RUNS, confirm);
}

// run_pair is a block where base is not run.
static int run_pair(void *of, size_t number, bool confirm)
{
	struct gate *g = of;
	enum gate_arm order[GATE_PAIR];

	gate_pair(g->seed, number, confirm, order);
	return run_arms(g, order, GATE_PAIR, confirm);
}

// say_how warns when the budget cannot hold what it takes.
static void say_how(void *of)
{
	const struct gate *g = of;
	const struct course *c = &g->course;

	if (!g->quiet)
		fprintf(stderr,
		        "dyno gate: a block of %d runs takes %.1f s; seed %llu\n",
		        g->apart.n ? GATE_PAIR : GATE_RUNS, c->block_seconds,
		        (unsigned long long)g->seed);
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
	g->verdict.threshold = g->threshold;
	g->verdict.alpha = g->alpha;
	g->verdict.seed = g->seed;
	g->course = (struct course){.source = {.elapsed = elapsed,
	                                       .block = g->apart.n ? run_pair
	                                                           : run_block,
	                                       .known = say_how,
	                                       .of = g},
	                            .budget = (double)g->budget * 1e-9,
	                            .tails = g->asked->tails,
	                            .evidence = &g->evidence,
	                            .verdict = &g->verdict};
}

// count runs both sides twice, base unless it was kept: once to count, once to
// see whether that is the same again. Of head that is one block.
static int count(struct gate *g)
{
	int err = 0;

	for (int i = 0; !err && i < COUNT_RUNS && !g->evidence.apart; i++) {
		struct samples run = {.n = 0};
		double seconds;

		err = gate_look(g, GATE_BASE, &run, &seconds);
		if (!err)
			err = baseline_add(&g->apart, &run, "");
		samples_free(&run);
	}
	if (!err && !g->evidence.apart)
		err = evidence_base(&g->evidence, &g->apart);
	return err ? err : run_pair(g, 0, false);
}

int gate_run(struct gate *g)
{
	int err, decided;

	g->started = now_ns(CLOCK_MONOTONIC);
	plan(g);
	err = *g->evidence.failure ? OBSERVE_FAILED : prepare(g);
	if (!err)
		err = g->rows == GATE_ROWS_INSTRUCTIONS ? count(g)
		                                        : course_run(&g->course);
	if (err == OBSERVE_FAILED)
		err = fail_without_rows(g);
	g->verdict.interrupted = err == -EINTR;
	g->seconds = gate_elapsed(g);
	if (err && err != -EINTR)
		return err;
	decided = course_decide(&g->course);
	return decided ? decided : err;
}

void gate_free(struct gate *g)
{
	evidence_free(&g->evidence);
}

//---------------------------------------------------------------------------
// Recording
//---------------------------------------------------------------------------

int gate_record(struct gate *g, const char *host, struct samples *out)
{
	size_t most = g->asked->rows == GATE_ROWS_INSTRUCTIONS ? COUNT_RUNS
	                                                       : RECORD_RUNS;
	double longest = 0;
	int err;

	g->started = now_ns(CLOCK_MONOTONIC);
	g->rows = g->asked->rows;
	err = gate_set_length(g, gate_side_asks(&g->side[1]) ? PILOT_FIRST : 0);
	for (size_t i = 0; !err && i < most; i++) {
		struct samples run = {.n = 0};
		double seconds;

		if (i >= RECORD_LEAST &&
		    gate_elapsed(g) + longest > (double)g->budget * 1e-9)
			break;
		err = gate_look(g, GATE_HEAD, &run, &seconds);
		if (!err)
			err = baseline_add(out, &run, host);
		longest = fmax(longest, seconds);
		samples_free(&run);
	}
	g->seconds = gate_elapsed(g);
	return err;
}
