// cmd_gate.c - dyno gate: base against head, a verdict file and an exit code.
//
// The file is there from the start and says "unfinished" until the gate has come
// to its end, so that no way of dying leaves an older verdict behind.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "gate/baseline.h"
#include "gate/files.h"
#include "gate/gate.h"
#include "gate/sides.h"
#include "interrupt.h"
#include "options.h"
#include "order.h"
#include "plugin.h"
#include "work_rate.h"

#include <errno.h>
#include <results/verdict_file.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#define BUDGET UINT64_C(120000000000) // ns
#define THRESHOLD 0.02
#define COUNT_THRESHOLD 0.001 // of what is the same each time
#define VERDICT_FILE "verdict.json"

static const struct option_def options[] = {
	{"base", 0, "COMMAND",
         "What head is compared with. Words and quotes are read as a shell "
         "does, but none is started. {ms} in both commands is the length of a "
         "run in milliseconds: 50, 200 or 500, whichever the pilot finds tells "
         "most in a second.",
         gate_request_base},
	{"head", 0, "COMMAND", "What is judged.", gate_request_head},
	{"base-ref", 0, "REF",
         "Compare commits: the command after -- is run in a work tree of this "
         "branch, tag or hash, and in head. Work trees are made in a private "
         "directory below TMPDIR, and removed at the end.",
         gate_request_base_ref},
	{"head-ref", 0, "REF",
         "What is judged. Default: the working tree, as it is and where it is.",
         gate_request_head_ref},
	{"build", 0, "COMMAND",
         "Run by sh once in each tree, before all. It has an empty standard "
         "input. Default: nothing is to be built.",
         gate_request_build},
	{"build-timeout", 0, "TIME",
         "A build that takes longer has failed. Default: 30m.",
         gate_request_build_timeout},
	{"workload", 'w', "NAME",
         "Compare two policies on this workload of dyno (dyno list workloads): "
         "trials of dyno run are the runs. The pilot chooses how long, unless "
         "--duration says it.",
         request_workloads},
	{"base-policy", 0, "SPEC", "What head is compared with. Default: go1.27.",
         gate_request_base_policy},
	{"head-policy", 0, "SPEC", "What is judged: as --policy of dyno run.",
         gate_request_head_policy},
	{"procs", 'P', "N",
         "GOMAXPROCS of the workload. Default: as in dyno run.", request_procs},
	{"m-cap", 0, "N", "Its M cap. Default: none.", request_m_cap},
	{"param", 0, "NAME=VALUE",
         "Set a parameter of the workload; may be repeated.", request_param},
	{"size", 0, "SIZE", "Its default parameters: tiny, small or full.",
         request_size},
	{"duration", 0, "TIME", "How long its timed rounds go on.",
         request_duration},
	PLUGIN_OPTION,
	{"trial-program", 0, "FILE",
         "For testing: the program to run instead of the dyno-trial beside "
         "this one.",
         request_trial_program},
	{"baseline", 0, "FILE",
         "Do not run base, but compare with values that were kept: by "
         "--save-baseline, in the store of a sweep, or in Go benchmark text. "
         "Weaker: whatever has changed on the machine since then counts as a "
         "change of head. The A/A arm is head, run twice in each block.",
         gate_request_baseline},
	{"save-baseline", 0, "FILE",
         "Only run head, 10 to 40 times as the budget allows, and keep its "
         "values for --baseline. {ms} is 200 then.",
         gate_request_save_baseline},
	{"mix-hosts", 0, NULL,
         "Compare with a baseline that was measured on another machine.",
         request_mix_hosts},
	{"rows", 0, "KIND",
         "What a run gives: time (how long it took), gobench (each name and unit "
         "of Go benchmark text), json (each metric of what dyno run --json "
         "prints), instructions (how many it takes, counted by callgrind in two "
         "runs of each side in a fixed environment: for C programs, and for "
         "--workload at GOMAXPROCS 1; Go's are another number each time), or "
         "auto, by what base prints. Default: auto.",
         gate_request_rows},
	{"ignore", 0, "NAME,...",
         "Forget these parts of the rows' names, as dyno compare does: policy, "
         "when base and head are two policies.",
         request_ignore},
	{"threshold", 0, "P%",
         "The change that is still allowed. Default: 2%, of instructions 0.1%.",
         gate_request_threshold},
	{"alpha", 0, "P",
         "How often a gate without any change above the threshold may find "
         "one, over all rows. Default: 0.05.",
         request_alpha},
	{"tails", 0, NULL,
         "Gate quantiles from 90 % on and maxima too, which are only shown "
         "otherwise.",
         gate_request_tails},
	{"budget", 0, "TIME",
         "How long it may take, confirmation among it. When that is short for "
         "it, dyno says so at once and in the verdict. Default: 2m.",
         request_budget},
	{"timeout", 0, "TIME",
         "A run that takes longer has failed. Default: 1m.", request_timeout},
	{"pin", 0, "PLAN",
         "The CPUs for the runs, as in dyno sweep. Default: none.", request_pin},
	{"seed", 0, "N", "The seed of the order. Default: drawn, and printed.",
         request_seed},
	{"fail-on", 0, "LIST",
         "The verdicts that are an exit code other than 0: some of regressed, "
         "failed, inconclusive, too-noisy, no-baseline. Default: "
         "regressed,failed.",
         gate_request_fail_on},
	{"output", 'o', "FILE", "The verdict file. Default: verdict.json.",
         request_out},
	{"summary", 0, "FILE",
         "Append Markdown to FILE, for $GITHUB_STEP_SUMMARY: at most 60 kB.",
         gate_request_summary},
	{"junit", 0, "FILE", "Write JUnit XML.", gate_request_junit},
	{"check", 0, "FILE",
         "Run nothing: exit as the verdict in FILE says, by its own --fail-on "
         "or by the one given. The verdict is said on standard output, the rows "
         "that made it so on standard error; --summary appends all of it. For a "
         "later step, when make, tee or || true have eaten the code.",
         gate_request_check},
	{"quiet", 'q', NULL, "Say nothing but the verdict.", request_quiet},
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

//---------------------------------------------------------------------------
// Judging what is there
//---------------------------------------------------------------------------

enum { WHY_ROWS = 5 };

// check_rows says which rows made it so, and appends the Markdown, of a verdict that
// was written before. 0 or -errno after a message.
static int check_rows(const struct request *r)
{
	struct verdict_read f;
	char err[512];
	int failed = verdict_read(r->gate.check, &f, err, sizeof err);

	if (failed) {
		complain("%s", err);
		return failed;
	}
	if (!r->quiet)
		verdict_print_why(&f.v, WHY_ROWS, stderr);
	if (r->gate.summary)
		failed = gate_files_append(r->gate.summary, &f.v, &f.about);
	verdict_read_free(&f);
	return failed;
}

static int check(const struct request *r)
{
	const unsigned *fail_on = r->gate.fail_on_given ? &r->gate.fail_on : NULL;
	enum verdict_end end;
	char err[512];
	int code;

	if (verdict_check(r->gate.check, fail_on, &end, &code, err, sizeof err)) {
		complain("%s", err);
		return EXIT_USAGE;
	}
	printf("%s\n", verdict_end_name(end));
	if (check_rows(r) != 0)
		return code ? code : EXIT_INTERNAL;
	return code;
}

//---------------------------------------------------------------------------
// The gate
//---------------------------------------------------------------------------

// tell writes all files and the table. 0 or -errno.
static int tell(const struct gate_files *files, const struct verdict *v,
                const struct verdict_about *a)
{
	int err = gate_files_end(files, v, a);

	if (v->n)
		verdict_print(v, stdout);
	if (a->baseline)
		printf("\nbase was not measured but kept: what has changed on the "
		       "machine since then counts as a change of head\n");
	printf("\n%s: %zu runs in %.0f s, threshold %g %%\n",
	       verdict_end_name(v->end), a->observations, a->seconds,
	       100 * v->threshold);
	return err;
}

// run_gate runs it with both sides there.
static int run_gate(const struct gate_files *files, struct gate *g,
                    struct verdict_about *about)
{
	int err = gate_run(g), told;

	about->seconds = g->seconds;
	about->observations = g->observations;
	about->length_ms = g->length_ms;
	about->needed = g->course.needed;
	about->block_seconds = g->course.block_seconds;
	if (err == -EINVAL)
		return EXIT_USAGE;
	if (err && err != -EINTR) {
		complain("the gate could not go on: %s", strerror(-err));
		return EXIT_INTERNAL;
	}
	told = tell(files, &g->verdict, about);
	if (err == -EINTR)
		return EXIT_INTERRUPTED;
	return told ? EXIT_INTERNAL
	            : verdict_exit(g->verdict.end, about->fail_on);
}

// record only runs head, and keeps what it gives.
static int record(const struct request *r, struct gate *g, const char *host)
{
	struct samples all = {.n = 0};
	int err = gate_record(g, host, &all), status = EXIT_INTERNAL;

	if (!err)
		err = baseline_write(&all, r->gate.save_baseline);
	else if (err == GATE_FAILED)
		complain("%s", g->evidence.failure);
	else if (err != -EINTR)
		complain("head cannot be run: %s", strerror(-err));
	if (!err) {
		printf("%s: %zu rows of %zu runs in %.0f s\n",
		       r->gate.save_baseline, all.n, g->observations, g->seconds);
		status = EXIT_DONE;
	} else if (err == GATE_FAILED) {
		status = EXIT_SUBJECT;
	} else if (err == -EINTR) {
		status = EXIT_INTERRUPTED;
	}
	samples_free(&all);
	return status;
}

// make_sides comes before that, and may take long.
static int make_sides(const struct request *r, struct gate *g,
                      const struct gate_files *files, struct verdict_about *about)
{
	struct gate_sides sides = {.trees = {.dir = NULL}};
	int err = gate_sides_make(r, &sides, g->evidence.failure,
	                          sizeof g->evidence.failure);
	int status;

	g->side = sides.side;
	about->base = r->gate.baseline ? r->gate.baseline : sides.side[0].label;
	about->head = sides.side[1].label;
	if (!err || err == SIDES_FAILED) {
		status = r->gate.save_baseline ? record(r, g, about->host)
		                               : run_gate(files, g, about);
	} else if (err == -EINTR) {
		complain("interrupted before anything was measured");
		status = EXIT_INTERRUPTED;
	} else {
		status = err == -EINVAL ? EXIT_USAGE : EXIT_INTERNAL;
	}
	gate_sides_free(&sides);
	return status;
}

// plan finds the CPUs, and goes on with both sides.
static int plan(const struct request *r, struct gate *g,
                const struct gate_files *files, struct verdict_about *about)
{
	struct pin pin;
	int status;

	g->topology = pin_topology();
	if (!g->topology)
		return EXIT_INTERNAL;
	if (pin_plan(g->topology, r->pin, 1, &pin) != 0) {
		hwloc_topology_destroy(g->topology);
		return EXIT_USAGE;
	}
	g->pin = &pin;
	interrupt_catch();
	status = make_sides(r, g, files, about);
	gate_free(g);
	pin_free(&pin);
	hwloc_topology_destroy(g->topology);
	return status;
}

// asked names a side before it is made.
static const char *asked(const char *command, const char *ref)
{
	if (command)
		return command;
	return ref ? ref : "";
}

static double threshold(const struct gate_request *g)
{
	if (g->threshold > 0)
		return g->threshold;
	return g->rows == GATE_ROWS_INSTRUCTIONS ? COUNT_THRESHOLD : THRESHOLD;
}

// measure begins with what can still be refused.
static int measure(struct request *r, struct gate *g,
                   const struct gate_files *files, struct verdict_about *about)
{
	work_rate_settle(r); // one for both sides
	if (r->gate.head_policy && words_add(&r->ignore, "policy", 6) != 0)
		return EXIT_INTERNAL; // else no row of base would be one of head
	if (r->gate.baseline &&
	    baseline_read(&g->apart, r->gate.baseline, &r->ignore, about->host,
	                  r->mix_hosts) != 0)
		return EXIT_USAGE;
	return plan(r, g, files, about);
}

// begin says "unfinished" in the verdict file before anything is run.
static int begin(struct request *r, struct gate *g, struct verdict_about *about)
{
	struct gate_files files = {.verdict = r->out ? r->out : VERDICT_FILE,
	                           .summary = r->gate.summary,
	                           .junit = r->gate.junit,
	                           .older = -1,
	                           .ours = -1};
	int status, err = 0;

	interrupt_ignore_writes();
	if (!r->gate.save_baseline)
		err = gate_files_begin(&files, &g->verdict, about);
	if (!err)
		status = measure(r, g, &files, about);
	else
		status = err == -EBUSY ? EXIT_USAGE : EXIT_INTERNAL;
	gate_files_free(&files);
	return status;
}

static int gate(struct request *r)
{
	struct utsname machine = {.nodename = ""};
	int status;
	struct gate g = {.asked = &r->gate,
	                 .ignore = &r->ignore,
	                 .budget = r->budget ? r->budget : BUDGET,
	                 .timeout = r->timeout,
	                 .threshold = threshold(&r->gate),
	                 .alpha = r->alpha,
	                 .quiet = r->quiet};
	struct verdict_about about = {
		.base = asked(r->gate.base, r->gate.base_ref),
		.head = asked(r->gate.head, r->gate.head_ref),
		.baseline = r->gate.baseline,
		.host = machine.nodename,
		.version = DYNO_VERSION,
		.fail_on = r->gate.fail_on,
		.started = time(NULL),
		.budget = (double)g.budget * 1e-9};

	if (r->gate.check)
		return check(r);
	if (gate_sides_check(r) != 0)
		return EXIT_USAGE;
	uname(&machine);
	g.seed = (uint64_t)(r->seed ? r->seed : order_draw_seed());
	g.verdict = (struct verdict){.threshold = g.threshold,
	                             .alpha = g.alpha,
	                             .seed = g.seed,
	                             .end = VERDICT_UNFINISHED};
	status = begin(r, &g, &about);
	samples_free(&g.apart);
	return status;
}

static const struct command command = {
	.name = "dyno gate",
	.summary = "is head slower than base? For CI: a verdict file and a code",
	.synopsis = "--base COMMAND --head COMMAND [OPTION]... | --base-ref REF "
		    "[OPTION]... -- COMMAND | --workload NAME --head-policy SPEC "
		    "[OPTION]... | --check FILE",
	.description =
		"Runs both commands, each time in a fresh process, in mirrored "
		"blocks of seeded order, with base a second time in each block to "
		"see how much it differs from itself. Stops when every row is "
		"known to within a quarter of the threshold, or when the budget "
		"is spent; never because of what it sees. A row that seems worse "
		"or better than the threshold is confirmed in fresh blocks in "
		"reversed order. Each row is then regressed, improved, "
		"equivalent, or inconclusive, with the change that would have "
		"been seen; head without a row of base has failed, base without "
		"a row of head is no-baseline. When base (with --baseline, head) "
		"differs from itself, all is too-noisy. Rows without a better side are shown.",
	.options = options,
	.notes = "EXIT STATUS\n"
		 "       0    nothing that --fail-on names\n"
		 "       1    dyno failed, or the gate did not come to its end\n"
		 "       2    the command line is wrong, or FILE is no verdict\n"
		 "       3    regressed\n"
		 "       4    inconclusive, too-noisy\n"
		 "       5    no-baseline\n"
		 "       6    failed\n"
		 "       130  interrupted\n",
	.examples = "       dyno gate --base ./old --head ./new\n"
		    "       dyno gate --base './old.test -test.bench . "
		    "-test.benchtime {ms}ms' \\\n"
		    "               --head './new.test -test.bench . "
		    "-test.benchtime {ms}ms' --threshold 5%\n"
		    "       dyno gate --workload fib -P 2 --head-policy "
		    "go1.27,steal=near\n"
		    "       dyno gate --base-ref main --build make -- ./bench\n"
		    "       dyno gate --check verdict.json --fail-on "
		    "regressed,failed,too-noisy\n",
	.takes_program = true,
	.run = gate,
};

// wrong_usage: a verdict of before would be taken for this gate's, whose words may
// be so wrong that they were not all looked at.
static void wrong_usage(int argc, char **argv)
{
	const char *file = VERDICT_FILE;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "--c", 3) == 0)
			return; // --check judges what is there
		if (strcmp(argv[i], "-o") == 0 || strcmp(argv[i], "--output") == 0)
			file = i + 1 < argc ? argv[i + 1] : file;
		else if (strncmp(argv[i], "--output=", 9) == 0)
			file = argv[i] + 9;
		else if (strncmp(argv[i], "-o", 2) == 0)
			file = argv[i] + 2;
	}
	gate_files_forget(file);
}

int cmd_gate(int argc, char **argv)
{
	int status = options_run(&command, argc, argv);

	if (status == EXIT_USAGE)
		wrong_usage(argc, argv);
	return status;
}
