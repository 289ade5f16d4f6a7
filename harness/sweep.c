// sweep.c - running an experiment into a store.
//
// The store is the truth about what has been done: the loop walks the planned
// order and passes over what is there, so that starting, resuming after a kill
// and repeating a finished sweep are one and the same thing.
#include "sweep.h"

#include "budget.h"
#include "complain.h"
#include "dry_run.h"
#include "exit_codes.h"
#include "find_max.h"
#include "interrupt.h"
#include "machine.h"
#include "order.h"
#include "plan.h"
#include "progress.h"
#include "quota.h"
#include "request_value.h"
#include "serve.h"
#include "surroundings.h"
#include "sweep_end.h"
#include "tally.h"
#include "trial.h"
#include "trial_row.h"
#include "work_rate.h"

#include <errno.h>
#include <results/store.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WHY_MAX = 1024 };

struct sweep {
	struct request *request;
	struct plan plan;
	struct store *store;
	int64_t *point_id;        // of each point of the plan, in the store
	struct order_item *order; // of all trials that there may come to be
	struct tally tally;
	int blocks; // run, or being run
	uint64_t seed;
	struct progress progress;
};

//---------------------------------------------------------------------------
// Opening
//---------------------------------------------------------------------------

// code_of turns what a store could not do into an exit code: what the user asked
// for and what the machine failed at are different.
static int code_of(int err)
{
	return err == -EEXIST || err == -ENOENT || err == -EINVAL || err == -EBUSY
	               ? EXIT_USAGE
	               : EXIT_INTERNAL;
}

// stored_work_rate takes the rate of the trials that are there, unless another is
// asked for, which the comparison of the plans will refuse. Experiments of old
// have none; their trials calibrate themselves.
static int stored_work_rate(struct request *r, const struct store *store)
{
	json_t *plan = json_loads(store_about(store)->plan, 0, NULL);
	const json_t *rate = json_object_get(plan, PLAN_WORK_RATE);
	char text[32];
	int err = 0;

	if (rate && !r->given[KEY_WORK_RATE]) {
		snprintf(text, sizeof text, "%lld",
		         (long long)json_integer_value(rate));
		err = request_work_rate(r, text);
	}
	json_decref(plan);
	return err;
}

// restore goes back to where the experiment was begun; its directory is still found.
static int restore(struct request *r, const struct store *store)
{
	json_t *facts = json_loads(store_about(store)->environment, 0, NULL);
	char *out = realpath(r->out, NULL);

	r->out = out ? request_keep(r, out) : NULL;
	free(out);
	if (r->out)
		surroundings_restore(facts, r->program.n > 0);
	else
		complain("no memory for the plan");
	json_decref(facts);
	return r->out ? 0 : -ENOMEM;
}

// read_plan takes from the store that is to be resumed what is not asked for: the
// plan, or its rate of work.
static int read_plan(struct request *r)
{
	char why[WHY_MAX];
	struct store *store;
	int err = store_open(r->out, &store, why, sizeof why);

	if (err) {
		complain("%s", why);
		return code_of(err);
	}
	err = request_planned(r) ? stored_work_rate(r, store)
	                         : plan_read(store_about(store)->plan, r);
	if (!err && !r->dry_run)
		err = restore(r, store);
	store_close(store);
	return err ? EXIT_USAGE : EXIT_DONE;
}

// facts_of returns the machine's facts, and what was found out for the trials.
static json_t *facts_of(const struct request *r)
{
	json_t *facts = machine_facts("");

	if (facts)
		surroundings_put(facts);
	if (facts && r->work_rate)
		json_object_set_new(facts, PLAN_WORK_RATE,
		                    json_integer((json_int_t)r->work_rate));
	return facts;
}

// open_store begins the experiment or goes on with it.
static int open_store(struct sweep *s)
{
	struct request *r = s->request;
	json_t *plan = plan_json(&s->plan), *facts = facts_of(r);
	struct store_experiment e = {
		.plan = json_dumps(plan, JSON_COMPACT | JSON_SORT_KEYS),
		.seed = (uint64_t)(r->seed ? r->seed : order_draw_seed()),
		.version = DYNO_VERSION,
		.environment = json_dumps(facts, JSON_COMPACT | JSON_SORT_KEYS),
	};
	char why[WHY_MAX] = "no memory for the plan";
	int err = e.plan && e.environment ? 0 : -ENOMEM;

	if (!err && r->resume)
		err = store_resume(r->out, &e, &s->store, why, sizeof why);
	else if (!err)
		err = store_create(r->out, &e, &s->store, why, sizeof why);
	if (err)
		complain("%s", why);
	free((char *)(uintptr_t)e.plan);
	free((char *)(uintptr_t)e.environment);
	json_decref(plan);
	json_decref(facts);
	return err ? code_of(err) : EXIT_DONE;
}

static int prepare(struct sweep *s)
{
	int err = 0;

	s->seed = store_about(s->store)->seed;
	if (s->request->seed && (uint64_t)s->request->seed != s->seed) {
		complain("the experiment in %s has the seed %llu: leave --seed out",
		         s->request->out, (unsigned long long)s->seed);
		return EXIT_USAGE;
	}
	s->point_id = calloc(s->plan.n, sizeof *s->point_id);
	s->order = calloc(tally_blocks(s->request), s->plan.n * sizeof *s->order);
	if (!s->point_id || !s->order || tally_begin(&s->tally, &s->plan) != 0) {
		complain("no memory for %zu points, %lld times each", s->plan.n,
		         (long long)s->request->reps);
		return EXIT_INTERNAL;
	}
	order_make(s->plan.n, (int)s->tally.blocks, s->seed, s->order);
	for (size_t i = 0; !err && i < s->plan.n; i++)
		err = trial_row_point(s->store, &s->plan, &s->plan.point[i],
		                      &s->point_id[i]);
	if (!err)
		err = tally_load(&s->tally, s->store, s->point_id);
	if (err)
		complain("%s", store_why(s->store));
	return err ? EXIT_INTERNAL : EXIT_DONE;
}

//---------------------------------------------------------------------------
// Running
//---------------------------------------------------------------------------

// A trial that the tally is still to hear of.
struct noted {
	struct sweep *sweep;
	const struct order_item *item;
};

static void note(void *arg, const struct store_trial *row)
{
	const struct noted *n = arg;

	tally_note(&n->sweep->tally, n->item->point, n->item->rep, row);
}

static int keep(struct sweep *s, size_t position, int64_t seed,
                const struct trial *t)
{
	const struct order_item *item = &s->order[position];
	struct noted noted = {s, item};
	struct store_trial row = {
		.point = s->point_id[item->point],
		.rep = item->rep,
		.position = (int)position,
		.seed = (uint64_t)seed,
	};

	if (trial_row_add(s->store, &row, t, note, &noted) == 0)
		return EXIT_DONE;
	complain("%s", store_why(s->store));
	complain("trials finished so far are kept; go on with: dyno sweep --resume -o %s",
	         s->request->out);
	return EXIT_INTERNAL;
}

static void describe(const struct plan *plan, const struct point *p,
                     const struct trial *t, char *out, size_t outlen)
{
	char cap[32] = "", procs[16] = "default", quota[48] = "", rate[32] = "";

	if (p->m_cap)
		snprintf(cap, sizeof cap, " M<=%d", p->m_cap);
	if (p->procs)
		snprintf(procs, sizeof procs, "%d", p->procs);
	if (p->quota)
		snprintf(quota, sizeof quota, " quota=%g",
		         (double)p->quota / 1000);
	if (plan->settings->rates.n)
		snprintf(rate, sizeof rate, " rate=%lld",
		         (long long)plan_rate(p));
	snprintf(out, outlen, "%.100s %s P=%s%s%s%s%s%.40s: %s", p->name,
	         p->policy, procs, cap, rate, quota,
	         plan->n_pin > 1 ? " pin=" : "", plan_pin_name(plan, p),
	         store_outcome_name(t->outcome.kind));
}

static int run_one(struct sweep *s, size_t position)
{
	const struct order_item *item = &s->order[position];
	const struct point *p = &s->plan.point[item->point];
	int64_t seed = order_seed(s->seed, item->rep);
	struct trial t;
	char what[256];
	bool ok;
	int err = trial_run(&s->plan, p, item->rep, seed, &t), code;

	if (err)
		return err == -EINTR ? EXIT_INTERRUPTED : EXIT_INTERNAL;
	ok = t.outcome.kind == STORE_OK || t.outcome.kind == STORE_UNSUPPORTED;
	code = keep(s, position, seed, &t);
	describe(&s->plan, p, &t, what, sizeof what);
	if (code == EXIT_DONE)
		progress_step(&s->progress, what, ok);
	trial_free(&t);
	return code;
}

// missing is how many trials of so many blocks have still to be run.
static size_t missing(const struct sweep *s, int first, int blocks)
{
	size_t n = 0;

	for (int b = first; b < first + blocks; b++)
		for (size_t i = 0; i < s->plan.n; i++)
			n += tally_missing(&s->tally, i, b);
	return n;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

// announce_load says where the load runs, which may cost the program what it measures.
static void announce_load(const struct plan *plan)
{
	const struct pin *pin = &plan->pin[0];
	char program[256], load[256];
	struct pin others;

	if (pin_others(plan->topology, pin, &others) == 0)
		fprintf(stderr, "the program runs on CPUs %s, its load on %s\n",
		        pin_text(pin, program, sizeof program),
		        others.bound ? pin_text(&others, load, sizeof load)
		                     : "the same");
	pin_free(&others);
}

static void announce(const struct sweep *s, size_t left)
{
	const struct request *r = s->request;

	if (s->plan.skipped)
		complain("%zu point%s skipped: the M cap is below GOMAXPROCS",
		         s->plan.skipped, plural(s->plan.skipped));
	if (!r->quiet)
		fprintf(stderr,
		        "%zu point%s, %lld trial%s of each%s, %zu to run, seed "
		        "%llu, in %s\n",
		        s->plan.n, plural(s->plan.n), (long long)r->reps,
		        plural((size_t)r->reps), r->until > 0 ? " at most" : "",
		        left, (unsigned long long)s->seed, r->out);
	if (!r->quiet && r->load.n && s->plan.n_pin == 1)
		announce_load(&s->plan);
}

static int run_block(struct sweep *s, int block)
{
	size_t first = (size_t)block * s->plan.n;
	int code = EXIT_DONE;

	for (size_t i = first; !code && i < first + s->plan.n; i++) {
		if (interrupt_seen())
			code = EXIT_INTERRUPTED;
		else if (tally_missing(&s->tally, s->order[i].point, block))
			code = run_one(s, i);
	}
	return code;
}

// wants says whether a block is to be run, or to be gone on with.
static int wants(const struct sweep *s, int block)
{
	if ((size_t)block < s->tally.blocks && tally_begun(&s->tally, block))
		return 1;
	return tally_wants(&s->tally, block);
}

static int run_blocks(struct sweep *s)
{
	int code = EXIT_DONE, is = 0;

	while (!code && (is = wants(s, s->blocks)) > 0) {
		int block = s->blocks++;

		if (block >= s->tally.planned)
			s->progress.total += missing(s, block, 1);
		code = run_block(s, block);
	}
	if (is < 0)
		complain("no memory to look at the trials");
	return is < 0 ? EXIT_INTERNAL : code;
}

static int run_all(struct sweep *s)
{
	size_t left = missing(s, 0, s->tally.planned), all;
	int code;

	announce(s, left);
	progress_start(&s->progress, left, s->request->quiet);
	code = run_blocks(s);
	progress_end(&s->progress);
	if (s->blocks < s->tally.planned)
		all = (size_t)s->tally.planned * s->plan.n;
	else
		all = (size_t)s->blocks * s->plan.n;
	if (code == EXIT_INTERRUPTED)
		complain("interrupted; %zu of %zu trials are done. Go on with: "
		         "dyno sweep --resume -o %s",
		         all - missing(s, 0, (int)(all / s->plan.n)), all,
		         s->request->out);
	return code;
}

static void clean(struct sweep *s)
{
	store_close(s->store);
	free(s->point_id);
	free(s->order);
	tally_free(&s->tally);
	plan_free(&s->plan);
}

// spend_budget runs the pilot, unless the store that is to follow cannot be.
static int spend_budget(struct sweep *s)
{
	const char *dir = s->request->out;
	struct store *store;
	char why[WHY_MAX];

	if (store_open(dir, &store, why, sizeof why) != 0)
		return budget_spend(&s->plan);
	store_close(store);
	complain("there is an experiment in %s already: name another directory with --output",
	         dir);
	return EXIT_USAGE;
}

static int finish(struct sweep *s)
{
	struct tally_end end = tally_sum(&s->tally, s->blocks);

	return sweep_end(s->request, &end, s->store);
}

static int measure(struct sweep *s)
{
	int code;

	if (s->request->find_max)
		return find_max_run(&s->plan, s->store);
	code = prepare(s);
	if (!code)
		code = run_all(s);
	return code ? code : finish(s);
}

int sweep_run(struct request *r)
{
	struct sweep s = {.request = r};
	int code = r->resume ? read_plan(r) : EXIT_DONE;

	if (code)
		return code;
	if (plan_make(&s.plan, r) != 0)
		return EXIT_USAGE;
	if (r->dry_run) {
		code = dry_run(&s.plan);
		clean(&s);
		return code;
	}
	interrupt_catch();
	code = plan_find_programs(&s.plan) == 0 ? EXIT_DONE : EXIT_INTERNAL;
	if (!code && r->quotas.n && quota_check() != 0)
		code = EXIT_USAGE;
	if (!code && !r->resume)
		work_rate_settle(r);
	if (!code && r->budget)
		code = spend_budget(&s);
	if (!code)
		code = open_store(&s);
	if (!code)
		code = measure(&s);
	clean(&s);
	return code;
}
