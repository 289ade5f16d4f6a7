// budget.c - how many trials fit into a time, and what they can show.
//
// How long a trial takes and how much it varies is only known once some have
// run. The pilot's two trials of each point give one difference each; pooled over
// the points they estimate the standard deviation of the logarithms, of which
// the smallest detectable effect is a multiple. With few points that estimate is
// rough: the message says on how many it rests.
#include "budget.h"

#include "complain.h"
#include "exit_codes.h"
#include "trial.h"

#include <errno.h>
#include <math.h>
#include <results/power.h>
#include <stdio.h>
#include <string.h>

enum { PILOT = 2 };

#define ALPHA 0.05
#define POWER 0.8

struct pilot {
	double seconds; // of all its trials
	double squares; // of half the squared differences of logarithms
	size_t pairs;   // points with two numbers
	size_t n_trial;
};

// number_of is the throughput of a trial, or its first metric; NaN without.
static double number_of(const struct trial *t)
{
	const json_t *all = json_object_get(t->doc, "metrics"), *m;
	double value = NAN;
	size_t i;

	if (t->outcome.kind != STORE_OK)
		return NAN;
	json_array_foreach(all, i, m)
	{
		const char *name = json_string_value(json_object_get(m, "name"));

		if (i == 0 || (name && strcmp(name, "throughput") == 0))
			value = json_number_value(json_object_get(m, "value"));
	}
	return value;
}

// try_point runs the pilot's trials of one point.
static int try_point(const struct plan *plan, const struct point *point,
                     struct pilot *p)
{
	double log_of[PILOT];

	for (int i = 0; i < PILOT; i++) {
		struct trial t;
		int err = trial_run(plan, point, i, i + 1, &t);

		if (err)
			return err;
		log_of[i] = log(number_of(&t));
		p->seconds += t.seconds;
		p->n_trial++;
		trial_free(&t);
	}
	if (isfinite(log_of[0]) && isfinite(log_of[1])) {
		p->squares += (log_of[0] - log_of[1]) *
		              (log_of[0] - log_of[1]) / 2;
		p->pairs++;
	}
	return 0;
}

static void announce(const struct plan *plan, const struct pilot *p)
{
	const struct request *r = plan->settings;
	double sd, effect;

	fprintf(stderr, "%lld trials of each point fit into the budget",
	        (long long)r->reps);
	if (!p->pairs) {
		fputs("; no point of the pilot told two numbers, so nobody "
		      "knows what they can show\n",
		      stderr);
		return;
	}
	sd = sqrt(p->squares / (double)p->pairs);
	effect = 100 * expm1(power_detectable_two(sd, (size_t)r->reps,
	                                          (size_t)r->reps, ALPHA, POWER));
	fprintf(stderr,
	        "; the smallest effect between two points that they detect "
	        "(at %.0f %%, with power %.0f %%) is about %.*f %%: CV %.1f %% "
	        "in a pilot of %d trials at each of %zu point%s\n",
	        100 * ALPHA, 100 * POWER, effect < 10, effect,
	        100 * sqrt(expm1(sd * sd)), PILOT, p->pairs,
	        p->pairs == 1 ? "" : "s");
}

int budget_spend(const struct plan *plan)
{
	struct request *r = plan->settings;
	double budget = (double)r->budget * 1e-9, block, reps;
	struct pilot p = {.seconds = 0};

	for (size_t i = 0; i < plan->n && p.seconds < budget; i++) {
		int err = try_point(plan, &plan->point[i], &p);

		if (err)
			return err == -EINTR ? EXIT_INTERRUPTED : EXIT_INTERNAL;
	}
	block = p.seconds / (double)p.n_trial * (double)plan->n;
	reps = floor((budget - p.seconds) / block);
	if (reps < 2) {
		complain("the budget is too small: a trial of each of %zu "
		         "points takes about %.3g s, and it should hold a "
		         "pilot of %d and two or more",
		         plan->n, block, PILOT);
		return EXIT_USAGE;
	}
	r->budgeted = true;
	r->reps = reps < REQUEST_REPS_MAX ? (int64_t)reps : REQUEST_REPS_MAX;
	if (r->reps * (int64_t)plan->n > PLAN_TRIALS_MAX)
		r->reps = PLAN_TRIALS_MAX / (int64_t)plan->n;
	announce(plan, &p);
	return EXIT_DONE;
}
