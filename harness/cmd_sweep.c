// cmd_sweep.c - dyno sweep: an experiment's command line, and what it ends with.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "options.h"
#include "point_options.h"
#include "scope.h"
#include "spec.h"
#include "sweep.h"

#include <errno.h>
#include <string.h>

static const struct option_def options[] = {
	{"workloads", 'w', "NAMES",
         "The workloads, separated by commas. Needed, unless a spec or "
         "--resume names them.",
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
	{"until", 0, "PERCENT",
         "End as soon as the 95 % interval of every point's median lies within "
         "this percentage of it, such as 2%, but not before 6 trials of each; "
         "--reps is then the most, by default 60. Never ends because a "
         "difference shows.",
         request_until},
	{"budget", 0, "TIME",
         "Instead of --reps: as many trials as fit into this time, with unit, "
         "after a pilot of two trials of each point. Says before the first "
         "which effect they can detect.",
         request_budget},
	{"schedtrace-reps", 0, "N",
         "Trace with --schedtrace only the first N trials of each point. "
         "Default: all of them.",
         request_schedtrace_reps},
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
	{"dry-run", 0, NULL,
         "Print the plan and how long it may take, and run nothing.",
         request_dry_run},
	{"write-spec", 0, "FILE",
         "Write what the spec and the options say as a spec into FILE (-: "
         "standard output), and run nothing.",
         request_write_spec},
	{"json", 0, NULL,
         "End with a JSON summary on standard output instead of a table.",
         request_json},
	{"quiet", 'q', NULL, "No progress and no table.", request_quiet},
	POINT_OPTIONS,
	{.name = NULL},
};

// begin reads the spec, so that options can say better.
static int begin(struct request *r)
{
	if (r->words.n > 1) {
		complain("unexpected word '%.64s': one spec, and options take "
		         "their values as --option=value",
		         r->words.v[1]);
		return -EINVAL;
	}
	if (r->words.n && strcmp(r->words.v[0], "-") == 0)
		scope_forbid("the spec came by standard input");
	return r->words.n ? spec_read(r->words.v[0], r) : 0;
}

static int write_spec(struct request *r)
{
	struct plan plan;
	int err;

	if (plan_make(&plan, r) != 0)
		return EXIT_USAGE;
	err = spec_write(&plan, r->write_spec);
	plan_free(&plan);
	return err ? EXIT_INTERNAL : EXIT_DONE;
}

// check_budget refuses what contradicts a budget.
static int check_budget(const struct request *r)
{
	const char *other = r->given[KEY_REPS]    ? "reps"
	                    : r->given[KEY_UNTIL] ? "until"
	                    : r->resume           ? "resume"
	                    : r->dry_run          ? "dry-run"
	                                          : NULL;

	if (!r->budget || !other)
		return 0;
	complain_at(r->at[KEY_BUDGET]);
	complain("a budget decides the number of trials, from a pilot: leave it or %s out",
	         other);
	complain_nowhere();
	return -EINVAL;
}

// check_trials refuses to say how many trials there are, where a search does.
static int check_trials(const struct request *r)
{
	const char *other = r->given[KEY_REPS]     ? "reps"
	                    : r->given[KEY_UNTIL]  ? "until"
	                    : r->given[KEY_BUDGET] ? "budget"
	                                           : NULL;

	if (!r->find_max || !other)
		return 0;
	complain_at(r->at[KEY_FIND_MAX]);
	complain("find-max decides the number of trials: leave it or %s out",
	         other);
	complain_nowhere();
	return -EINVAL;
}

static int sweep(struct request *r)
{
	if (!r->workloads.n && !r->program.n &&
	    !(r->resume && !request_planned(r))) {
		complain("name the workloads with --workloads (see dyno list "
		         "workloads), a spec, or a program after --");
		return EXIT_USAGE;
	}
	if (check_budget(r) != 0 || check_trials(r) != 0)
		return EXIT_USAGE;
	if (!r->out)
		r->out = "dyno-out";
	return r->write_spec ? write_spec(r) : sweep_run(r);
}

static const struct command command = {
	.name = "dyno sweep",
	.summary = "run an experiment: every combination, many times, into plots",
	.synopsis = "[SPEC.yaml] [OPTION]... [-- PROGRAM [WORD]...]",
	.description =
		"Runs trials of every combination of workload, policy, "
		"GOMAXPROCS and M cap. Trials are interleaved in blocks that "
		"hold every point once in random order. Each is stored as "
		"soon as it ends, in DIR/dyno.sqlite; one that crashes, hangs "
		"or answers wrongly is stored as such and gives no number. At "
		"the end come a table of the medians with 95 % bootstrap "
		"intervals, the figures in DIR/plots and DIR/report.html. "
		"A spec is a YAML file whose keys are the options, param a "
		"mapping and the others a value or a list; options win over "
		"it. What follows -- is a program, run without a shell, "
		"with GOMAXPROCS set at each point, or not set where --procs "
		"says default.",
	.options = options,
	.notes = EXIT_STATUS_NOTES,
	.examples = "       dyno sweep -w fib,imbalance -P 1,2 --policy go1.27 "
		    "--policy go1.27,steal=none\n"
		    "       dyno sweep -w block -P 2 --m-cap 2,4,8,16,none -n "
		    "20 -o caps\n"
		    "       dyno sweep --resume -o caps\n"
		    "       dyno sweep -w block --m-cap 4,none "
		    "--write-spec caps.yaml\n"
		    "       dyno sweep caps.yaml --reps 30 --dry-run\n"
		    "       dyno sweep --procs default,1-4 -- ./prog --fast\n"
		    "       dyno sweep -P 1,2 --metric 'Requests/sec: *([0-9.]+)' "
		    "-- ./bench\n"
		    "       dyno sweep -w bimodal -P 1,2 --rate 1k,2k,5k\n"
		    "       dyno sweep -w bimodal -P 1,2 --find-max rate --slo "
		    "'p99<=200us'\n",
	.begin = begin,
	.takes_program = true,
	.run = sweep,
};

int cmd_sweep(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
