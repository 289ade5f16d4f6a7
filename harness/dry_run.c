// dry_run.c - what a sweep would do, and how long it may take.
//
// Before anything has run, only bounds are known: a trial lasts as long as its
// timed rounds at least, and as long as its timeout at most. Once trials of the
// experiment are in the store, their mean says more.
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
	if (text)
		err = table_row(t, (const char *[]){p->name, p->policy, procs,
		                                    cap, text});
	free(text);
	json_decref(params);
	return err;
}

static int print_points(const struct plan *p)
{
	static const struct table_column columns[] = {
		{"workload", TABLE_LEFT},   {"policy", TABLE_LEFT},
		{"P", TABLE_RIGHT},         {"M cap", TABLE_RIGHT},
		{"parameters", TABLE_LEFT},
	};
	struct table *t = table_new(columns, 5);
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

static void print_times(const struct request *r, size_t trials,
                        const struct done *d)
{
	size_t left = d->n < trials ? trials - d->n : 0;
	char low[64], high[64];

	if (d->n) {
		printf("%zu are done, in %s; the others take about %s, if they are like these\n",
		       d->n, r->out,
		       duration_text(d->seconds / (double)d->n * (double)left,
		                     low, sizeof low));
		return;
	}
	printf("at least %s, the timed rounds alone; at most %s, when every "
	       "trial meets its timeout\n",
	       duration_text((double)r->duration * 1e-9 * (double)left, low,
	                     sizeof low),
	       duration_text((double)r->timeout * 1e-9 * (double)left, high,
	                     sizeof high));
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
