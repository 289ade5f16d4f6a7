// dry_run.c - what a sweep would do, and how long it may take.
//
// Before anything has run, what a trial of a workload takes is what it was asked to:
// its timed rounds, and what is around them. How long a program takes nobody knows.
// Neither takes longer than its timeout. Once trials of the experiment are in the
// store, their mean says more.
#include "dry_run.h"

#include "complain.h"
#include "exit_codes.h"
#include "search.h"
#include "tally.h"

#include <errno.h>
#include <results/store.h>
#include <results/table.h>
#include <stdio.h>
#include <stdlib.h>

// Of a trial, around its timed rounds: a process, the controls of the counters and a
// round to warm up, in seconds.
#define AROUND 0.1

// Trials that the store has.
struct done {
	size_t n;
	double seconds;
};

static int add_done(void *arg, const struct store_trial *t)
{
	struct done *d = arg;

	d->n++;
	d->seconds += t->seconds;
	return 0;
}

static struct done look_up(const char *dir)
{
	struct done d = {0};
	struct store *store;
	char why[512];

	if (store_open(dir, &store, why, sizeof why) != 0)
		return d;
	if (store_each_trial(store, add_done, &d) != 0)
		d = (struct done){0};
	store_close(store);
	return d;
}

static int add_row(struct table *t, const struct plan *plan,
                   const struct point *p)
{
	json_t *params = point_params(plan, p);
	char *text = json_dumps(params, JSON_COMPACT);
	char procs[16] = "default", cap[16] = "none";
	int err = -ENOMEM;

	if (p->procs)
		snprintf(procs, sizeof procs, "%d", p->procs);
	if (p->m_cap)
		snprintf(cap, sizeof cap, "%d", p->m_cap);
	if (text && p->workload)
		err = table_row(t, (const char *[]){p->name, p->policy, procs,
		                                    cap, text});
	else if (text)
		err = table_row(t, (const char *[]){p->name, procs, text});
	free(text);
	json_decref(params);
	return err;
}

// new_table makes the table of points; a program has neither policy nor M cap.
static struct table *new_table(bool program)
{
	static const struct table_column workloads[] = {
		{"workload", TABLE_LEFT},   {"policy", TABLE_LEFT},
		{"P", TABLE_RIGHT},         {"M cap", TABLE_RIGHT},
		{"parameters", TABLE_LEFT},
	};
	static const struct table_column programs[] = {
		{"program", TABLE_LEFT},
		{"P", TABLE_RIGHT},
		{"parameters", TABLE_LEFT},
	};

	return program ? table_new(programs, 3) : table_new(workloads, 5);
}

static int print_points(const struct plan *p)
{
	struct table *t = new_table(p->settings->program.n > 0);
	int err = t ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < p->n; i++)
		err = add_row(t, p, &p->point[i]);
	if (!err)
		err = table_print(t, stdout);
	table_free(t);
	return err;
}

// duration_text writes seconds as a person says them.
static const char *duration_text(double seconds, char *out, size_t outlen)
{
	long s = (long)(seconds + 0.5);

	if (s < 100)
		snprintf(out, outlen, "%.3g s", seconds);
	else if (s < 100 * 60)
		snprintf(out, outlen, "%ld min %02ld s", s / 60, s % 60);
	else
		snprintf(out, outlen, "%ld h %02ld min", s / 3600, s / 60 % 60);
	return out;
}

// runs counts the processes of so many trials: some are run again to be traced.
static double runs(const struct request *r, size_t trials)
{
	double share = r->schedtrace ? 1 : 0;

	if (r->schedtrace_reps && r->schedtrace_reps < r->reps)
		share *= (double)r->schedtrace_reps / (double)r->reps;
	return (double)trials * (1 + share);
}

static void print_times(const struct request *r, size_t trials,
                        const struct done *d)
{
	size_t left = d->n < trials ? trials - d->n : 0;
	double all = runs(r, left), each = (double)r->duration * 1e-9 + AROUND;
	char low[64], high[64];

	if (d->n) {
		printf("%zu are done, in %s; the others take about %s, if they are like these\n",
		       d->n, r->out,
		       duration_text(d->seconds / (double)d->n * (double)left,
		                     low, sizeof low));
		return;
	}
	duration_text((double)r->timeout * 1e-9 * all, high, sizeof high);
	if (r->program.n)
		printf("as long as the program takes, %.0f times; at most %s, when "
		       "it meets its timeout each time (dyno run shows how long "
		       "once takes)\n",
		       all, high);
	else
		printf("about %s, if rounds are short; at most %s, when every trial "
		       "meets its timeout\n",
		       duration_text(each * all, low, sizeof low), high);
}

// search_dry_run tells what a search may take: how many trials, only they know.
static int search_dry_run(const struct plan *p)
{
	const struct request *r = p->settings;
	char low[64];

	printf("\n%zu point%s, the highest %s of each with %s: at most %d trials each",
	       p->n, p->n == 1 ? "" : "s", r->find_max, r->slo_text,
	       SEARCH_TRIALS_MAX);
	if (!r->program.n)
		printf(" and %s of timed rounds",
		       duration_text((double)r->duration * 1e-9 *
		                             SEARCH_TRIALS_MAX * (double)p->n,
		                     low, sizeof low));
	putchar('\n');
	return EXIT_DONE;
}

int dry_run(const struct plan *p)
{
	const struct request *r = p->settings;
	size_t trials = p->n * (size_t)r->reps;
	struct done done = {0};
	char cpus[256];

	if (print_points(p) != 0) {
		complain("no memory for the table");
		return EXIT_INTERNAL;
	}
	if (r->find_max)
		return search_dry_run(p);
	printf("\n%zu points, %lld trials of each%s: %zu trials on the CPUs %s%s\n",
	       p->n, (long long)r->reps, r->until > 0 ? " at most" : "", trials,
	       plan_cpus(p, cpus, sizeof cpus),
	       p->pin[0].bound || p->n_pin > 1 ? "" : ", not bound");
	if (p->skipped)
		printf("%zu points are skipped: the M cap is below GOMAXPROCS\n",
		       p->skipped);
	if (r->until > 0)
		printf("it ends earlier when every interval is within %g %% of "
		       "its median\n",
		       100 * r->until);
	if (r->foreign_limit > 0)
		printf("blocks in which others use more than %g %% of the CPUs "
		       "are repeated, at most %zu\n",
		       100 * r->foreign_limit, tally_blocks(r) - (size_t)r->reps);
	if (r->resume)
		done = look_up(r->out);
	print_times(r, trials, &done);
	return EXIT_DONE;
}
