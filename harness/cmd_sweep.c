// cmd_sweep.c - dyno sweep: an experiment's command line, and what it ends with.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "options.h"
#include "point_options.h"
#include "sweep.h"

#include <errno.h>
#include <stdio.h>

static const struct option_def options[] = {
	{"workloads", 'w', "NAMES",
         "The workloads, separated by commas. Needed, unless --resume is.",
         request_workloads},
	{"procs", 'P', "LIST",
         "Values of GOMAXPROCS, 1 to 4096: 1,2,8 or 1-4. Default: the "
         "environment variable, else the CPUs that trials may use.",
         request_procs},
	{"m-cap", 0, "LIST",
         "Values of the M cap: the most threads that run goroutines, or none, "
         "such as none,4,16. A point whose cap is below its GOMAXPROCS is "
         "skipped. Default: none.",
         request_m_cap},
	{"policy", 0, "SPEC",
         "A scheduling policy, such as go1.27,steal=one; repeat the option "
         "for several. Default: go1.27.",
         request_policy},
	POINT_OPTIONS,
	{"reps", 'n', "N", "How many trials each point gets. Default: 10.",
         request_reps},
	{"seed", 0, "N",
         "Of the order and of the trials' random choices, 1 to 2^53-1. "
         "Default: drawn, and printed.",
         request_seed},
	{"output", 'o', "DIR",
         "Where the experiment is kept. Default: dyno-out.", request_out},
	{"resume", 0, NULL,
         "Go on with the experiment in DIR: only trials that it lacks are "
         "run. The other options may be left out; if given, they must be "
         "those it was begun with.",
         request_resume},
	{"json", 0, NULL,
         "End with a JSON summary on standard output instead of a table.",
         request_json},
	{"quiet", 'q', NULL, "No progress and no table.", request_quiet},
	{"trial-program", 0, "FILE",
         "For testing: the program to run instead of the dyno-trial beside "
         "this one.",
         request_trial_program},
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

static const struct command command = {
	.name = "dyno sweep",
	.summary = "run an experiment: every combination, many times, into plots",
	.synopsis = "--workloads NAMES [OPTION]...",
	.description =
		"Runs trials of every combination of workload, policy, "
		"GOMAXPROCS and M cap. Trials are interleaved in blocks that "
		"hold every point once in random order. Each is stored as "
		"soon as it ends, in DIR/dyno.sqlite; one that crashes, hangs "
		"or answers wrongly is stored as such and gives no number. At "
		"the end come a table of the medians with 95 % bootstrap "
		"intervals, the figures in DIR/plots and DIR/report.html.",
	.options = options,
	.notes = EXIT_STATUS_NOTES,
	.examples = "       dyno sweep -w fib,imbalance -P 1,2 --policy go1.27 "
		    "--policy go1.27,steal=none\n"
		    "       dyno sweep -w block -P 2 --m-cap 2,4,8,16,none -n "
		    "20 -o caps\n"
		    "       dyno sweep --resume -o caps\n",
};

static int check(const struct request *r, int words, char **word)
{
	if (words > 0) {
		complain("unexpected word '%.64s': options take their values as --option=value",
		         *word);
		return -EINVAL;
	}
	if (!r->workloads.n && !(r->resume && !r->planned)) {
		complain("name the workloads with --workloads (see dyno list workloads)");
		return -EINVAL;
	}
	return 0;
}

int cmd_sweep(int argc, char **argv)
{
	struct request r;
	int rest, err, status = EXIT_USAGE;

	complain_as("dyno sweep");
	request_init(&r);
	r.out = "dyno-out";
	err = options_parse(&command, &r, argc, argv, &rest);
	if (err == OPTIONS_HELP)
		status = EXIT_DONE;
	else if (!err && check(&r, argc - rest, argv + rest) == 0)
		status = sweep_run(&r);
	request_free(&r);
	return status;
}
