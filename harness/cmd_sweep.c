// cmd_sweep.c - dyno sweep: an experiment's command line, and what it ends with.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "options.h"
#include "point_options.h"
#include "sweep.h"

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
	POINT_OPTIONS,
	{.name = NULL},
};

static int sweep(struct request *r)
{
	if (r->words.n) {
		complain("unexpected word '%.64s': options take their values as --option=value",
		         r->words.v[0]);
		return EXIT_USAGE;
	}
	if (!r->workloads.n && !(r->resume && !r->planned)) {
		complain("name the workloads with --workloads (see dyno list workloads)");
		return EXIT_USAGE;
	}
	if (!r->out)
		r->out = "dyno-out";
	return sweep_run(r);
}

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
	.run = sweep,
};

int cmd_sweep(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
