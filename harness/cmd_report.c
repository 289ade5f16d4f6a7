// cmd_report.c - dyno report DIR: plots and report.html of an experiment.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "explained.h"
#include "nearest.h"
#include "options.h"

#include <errno.h>
#include <results/fidelity.h>
#include <results/gobench.h>
#include <results/report.h>
#include <results/samples_json.h>
#include <results/store.h>
#include <results/summary.h>
#include <stdio.h>
#include <string.h>

static const struct option_def options[] = {
	{"format", 0, "FORMAT",
         "Print instead: text or markdown, the tables of every metric. Or the "
         "samples: go (Go benchmark text, for benchstat), json, csv, or "
         "action-bigger and action-smaller (medians, for the tools "
         "customBiggerIsBetter and customSmallerIsBetter of "
         "github-action-benchmark); DIR may then also be a file: what dyno "
         "compare reads.",
         request_format},
	{"fidelity", 0, NULL,
         "Print instead how well policy go1.27 predicts real Go, workload by "
         "workload: of a sweep with --subject dyno,go over several values of "
         "--procs, and best with --schedtrace. DIR may also be a file that "
         "--fidelity --json has printed.",
         request_fidelity},
	{"explained", 0, "FILE",
         "With --fidelity: a YAML list of reasons for what differs, each with "
         "workload, measure and reason. What differs without one is shown as "
         "open, and a reason for what does not differ as stale.",
         request_explained},
	{"markdown", 0, NULL, "With --fidelity: print Markdown.",
         request_markdown},
	{"json", 0, NULL,
         "With --fidelity: print JSON, a workload a line, with all values.",
         request_json},
	{"without-disturbed", 0, NULL,
         "Leave out of the samples those of trials during which others used more of "
         "the CPUs than --foreign-limit of dyno sweep. Tables and the report do so "
         "by themselves, unless most of a point's are disturbed.",
         request_without_disturbed},
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

static int write_bigger(const struct samples *s, FILE *out)
{
	return samples_action_write(s, SAMPLES_HIGHER, out);
}

static int write_smaller(const struct samples *s, FILE *out)
{
	return samples_action_write(s, SAMPLES_LOWER, out);
}

// Tables are written from a store, the others from samples.
static const struct {
	const char *name;
	int (*write)(const struct samples *s, FILE *out); // NULL: tables
	enum summary_form form;
} formats[] = {
	{.name = "text", .form = SUMMARY_TEXT},
	{.name = "markdown", .form = SUMMARY_MARKDOWN},
	{"go", gobench_write, 0},
	{"json", samples_json_write, 0},
	{"csv", samples_csv_write, 0},
	{"action-bigger", write_bigger, 0},
	{"action-smaller", write_smaller, 0},
};

enum { FORMATS = sizeof formats / sizeof *formats };

// format_named returns the index of a format, or -1 after a message.
static int format_named(const char *name)
{
	const char *names[FORMATS];
	char hint[128];

	for (int i = 0; i < FORMATS; i++) {
		if (strcmp(formats[i].name, name) == 0)
			return i;
		names[i] = formats[i].name;
	}
	complain("unknown format '%.64s': %s", name,
	         nearest_hint(name, names, FORMATS, hint, sizeof hint));
	return -1;
}

// exit_of tells what the user asked for from what the machine failed at.
static int exit_of(int failed)
{
	if (!failed)
		return EXIT_DONE;
	return failed == -ENOMEM || failed == -EIO ? EXIT_INTERNAL : EXIT_USAGE;
}

static int print_tables(const char *path, enum summary_form form)
{
	struct store *store;
	struct summary s;
	char err[512];
	int failed = store_open(path, &store, err, sizeof err);

	if (failed) {
		complain("%s", err);
		return exit_of(failed);
	}
	failed = summary_load(store, &s, err, sizeof err);
	store_close(store);
	if (failed) {
		complain("%s", err);
		return EXIT_INTERNAL;
	}
	failed = summary_print_all(&s, form, stdout);
	if (failed == -ENOMEM)
		complain("out of memory");
	summary_free(&s);
	return exit_of(failed);
}

// tell_disturbed says what not every format has a place for.
static void tell_disturbed(const struct samples *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->row[i].disturbed;
	if (n)
		complain("%zu of %zu values were measured while others were busy: "
		         "--without-disturbed leaves them out",
		         n, s->values);
}

static int print_samples(const char *path, int format, bool without)
{
	struct samples s = {0};
	char err[512];
	int failed = samples_read(&s, path, err, sizeof err);

	if (failed) {
		complain("%s", err);
	} else {
		if (without)
			samples_leave_out(&s);
		tell_disturbed(&s);
		failed = formats[format].write(&s, stdout);
		if (failed == -ENOMEM)
			complain("out of memory");
	}
	samples_free(&s);
	return exit_of(failed);
}

static int print_as(const struct request *r, const char *path)
{
	int format = format_named(r->format);

	if (format < 0)
		return EXIT_USAGE;
	return formats[format].write
	               ? print_samples(path, format, r->without_disturbed)
	               : print_tables(path, formats[format].form);
}

static int print_fidelity(const struct request *r, const struct fidelity *f)
{
	int err = r->json       ? fidelity_json(f, stdout)
	          : r->markdown ? fidelity_markdown(f, stdout)
	                        : fidelity_print(f, stdout);

	if (err == -ENOMEM)
		complain("out of memory");
	return err ? EXIT_INTERNAL : EXIT_DONE;
}

static int report_fidelity(const struct request *r)
{
	struct explained explained = {.n = 0};
	struct fidelity f = {.n = 0};
	char err[1024];
	int failed = 0, status;

	if (r->explained)
		failed = explained_read(r->explained, &explained);
	if (failed)
		return exit_of(failed);
	failed = fidelity_read(&f, r->words.v[0], err, sizeof err);
	if (failed) {
		complain("%s", err);
		status = exit_of(failed);
	} else {
		fidelity_judge(&f);
		fidelity_explain(&f, explained.reason, explained.n);
		status = print_fidelity(r, &f);
	}
	fidelity_free(&f);
	explained_free(&explained);
	return status;
}

// check_fidelity refuses options that mean nothing without it, or beside it.
static int check_fidelity(const struct request *r)
{
	if (r->fidelity && r->format)
		complain("--fidelity and --format are two reports: take one of them");
	else if (!r->fidelity && (r->explained || r->markdown || r->json))
		complain("--explained, --markdown and --json are of --fidelity: add it, "
		         "or leave them out");
	else if (r->markdown && r->json)
		complain("one of --json and --markdown will do");
	else
		return 0;
	return -EINVAL;
}

static int report(struct request *r)
{
	struct report made;
	char err[512];
	int failed;

	if (r->words.n != 1) {
		complain("name one directory, the one that dyno sweep wrote");
		return EXIT_USAGE;
	}
	if (check_fidelity(r) != 0)
		return EXIT_USAGE;
	if (r->without_disturbed && !r->format) {
		complain("--without-disturbed is of --format: the report leaves them "
		         "out by itself, unless most are disturbed");
		return EXIT_USAGE;
	}
	if (r->fidelity)
		return report_fidelity(r);
	if (r->format)
		return print_as(r, r->words.v[0]);
	failed = report_write(r->words.v[0], &made, err, sizeof err);
	if (failed) {
		complain("%s", err);
		return failed == -ENOENT || failed == -EINVAL ? EXIT_USAGE
		                                              : EXIT_INTERNAL;
	}
	if (made.undrawn)
		complain("%zu figures are not drawn: %s", made.undrawn, made.why);
	printf("%s\n", made.path);
	return EXIT_DONE;
}

static const struct command command = {
	.name = "dyno report",
	.summary = "make the report of an experiment again",
	.synopsis = "DIR [--format FORMAT | --fidelity [OPTION]...]",
	.description =
		"Reads the store of the experiment in DIR and writes "
		"DIR/report.html, one file that needs nothing else, and the "
		"figures in DIR/plots, each with the data and the gnuplot "
		"script that redraw it. An experiment that is not finished is "
		"reported as far as it is.",
	.options = options,
	.notes = EXIT_STATUS_NOTES,
	.examples = "       dyno report dyno-out\n"
		    "       dyno report dyno-out --format markdown >>$GITHUB_STEP_SUMMARY\n"
		    "       dyno report dyno-out --format go | benchstat /dev/stdin\n"
		    "       dyno sweep -w fib,echo -P 1,2,4,8 --subject dyno,go "
		    "--schedtrace 5ms -o twins\n"
		    "       dyno report twins --fidelity --explained why.yaml\n",
	.run = report,
};

int cmd_report(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
