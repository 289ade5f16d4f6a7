// cmd_run.c - dyno run WORKLOAD: one trial of one point, as a table or as JSON.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "options.h"
#include "point_options.h"
#include "run_point.h"
#include "work_rate.h"

#include <errno.h>
#include <string.h>

static const struct option_def options[] = {
	{"procs", 'P', "N",
         "GOMAXPROCS, 1 to 4096. Default: the environment variable "
         "GOMAXPROCS, which counts as unset if it is not positive; else the "
         "CPUs that the trial may use.",
         request_procs},
	{"m-cap", 0, "N",
         "At most N threads (Ms) that run goroutines, or none. N is at least "
         "GOMAXPROCS. At the cap a blocking call keeps its P. Default: none.",
         request_m_cap},
	{"policy", 0, "SPEC",
         "The scheduling policy: a preset, an axis=choice, or both with "
         "commas, such as go1.27,steal=one. Default: go1.27.",
         request_policy},
	{"seed", 0, "N",
         "Of every random choice of the trial, 1 to 2^53-1. Default: 1.",
         request_seed},
	{"json", 0, NULL, "Print the trial's document instead of a table.",
         request_json},
	POINT_OPTIONS,
	{.name = NULL},
};

// one_point checks that the command line names one point.
static int one_point(struct request *r)
{
	const char *word = r->words.n ? r->words.v[0] : NULL;

	if (r->words.n + (r->program.n > 0) != 1) {
		complain("name one workload (see dyno list workloads), or a program after --");
		return -EINVAL;
	}
	if (word && !request_workload(word))
		return -EINVAL;
	if (r->procs.n > 1 || r->m_caps.n > 1 || r->policies.n > 1 ||
	    r->subjects.n > 1 || (r->subjects.n && r->policies.n) ||
	    r->rates.n > 1 || r->quotas.n > 1 || r->pins.n > 1) {
		complain("one value each for --procs, --m-cap, --policy "
		         "or --subject, --rate, --quota and --pin: dyno sweep "
		         "takes several");
		return -EINVAL;
	}
	for (size_t i = 0; i < r->params.n; i++)
		if (strchr(r->params.v[i], ',')) {
			complain("one value for each parameter, not %.64s: dyno "
			         "sweep takes several",
			         r->params.v[i]);
			return -EINVAL;
		}
	return word ? words_add(&r->workloads, word, strlen(word)) : 0;
}

static int run(struct request *r)
{
	struct plan plan;
	int status;

	if (one_point(r) != 0 || plan_make(&plan, r) != 0)
		return EXIT_USAGE;
	work_rate_settle(r);
	status = r->find_max ? run_search(&plan)
	                     : run_point(&plan, &plan.point[0],
	                                 r->seed ? r->seed : 1);
	plan_free(&plan);
	return status;
}

static const struct command command = {
	.name = "dyno run",
	.summary = "run one workload at one point and print what it did",
	.synopsis = "WORKLOAD [OPTION]... | [OPTION]... -- PROGRAM [WORD]...",
	.description =
		"Runs one trial in a fresh process: a round to warm up, then "
		"timed rounds, each verified, until their times add up to the "
		"duration. One trial is an observation and no result: dyno "
		"sweep repeats them. With --find-max it is as many as the "
		"search takes, and none is kept.",
	.options = options,
	.notes = EXIT_STATUS_NOTES,
	.examples = "       dyno run fib -P 2\n"
		    "       dyno run block --m-cap 8 --param latency=2ms "
		    "--json\n"
		    "       dyno run imbalance --policy go1.27,steal=none "
		    "--pin compact\n",
	.takes_program = true,
	.run = run,
};

int cmd_run(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
