// run_point.c - one trial, or one search, shown: as a table or as JSON.
#include "run_point.h"

#include "complain.h"
#include "exit_codes.h"
#include "find_max.h"
#include "interrupt.h"
#include "quota.h"
#include "trial.h"
#include "trial_table.h"

#include <errno.h>
#include <results/json_out.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// relay passes on what the trial said on its standard error.
static void relay(char *errors)
{
	for (char *line = strtok(errors, "\n"); line; line = strtok(NULL, "\n"))
		complain("trial: %s", line);
}

static int show(struct trial *t, bool json)
{
	bool ok = t->outcome.kind == STORE_OK;
	int status = EXIT_DONE;

	relay(t->errors);
	if (!ok)
		complain("%s: %s", store_outcome_name(t->outcome.kind),
		         t->outcome.message);
	if (json)
		status = json_out_print(json_incref(t->doc), 12) == 0
		                 ? EXIT_DONE
		                 : EXIT_INTERNAL;
	else if (ok)
		status = trial_table_print(t->doc, stdout) == 0 ? EXIT_DONE
		                                                : EXIT_INTERNAL;
	if (ok || status != EXIT_DONE)
		return status;
	return t->outcome.refused ? EXIT_USAGE : EXIT_SUBJECT;
}

static int get_ready(struct plan *plan, const struct point *point)
{
	if (plan_find_programs(plan) != 0)
		return EXIT_INTERNAL;
	if (point->quota && quota_check() != 0)
		return EXIT_USAGE;
	interrupt_catch();
	return EXIT_DONE;
}

int run_search(struct plan *plan)
{
	int status = get_ready(plan, &plan->point[0]);

	return status ? status : find_max_run(plan, NULL);
}

int run_point(struct plan *plan, const struct point *point, int64_t seed)
{
	const struct request *r = plan->settings;
	struct trial t;
	int status = get_ready(plan, point), err;

	if (status)
		return status;
	err = trial_run(plan, point, 0, seed, &t);
	if (err == -EINTR)
		complain("interrupted");
	if (err)
		return err == -EINTR ? EXIT_INTERRUPTED : EXIT_INTERNAL;
	status = show(&t, r->json);
	trial_free(&t);
	return status;
}
