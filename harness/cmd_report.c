// cmd_report.c - dyno report DIR: plots and report.html of an experiment.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "nearest.h"
#include "options.h"

#include <errno.h>
#include <results/gobench.h>
#include <results/report.h>
#include <results/samples_json.h>
#include <stdio.h>
#include <string.h>

static const struct option_def options[] = {
	{"format", 0, "FORMAT",
         "Print the samples instead: go (Go benchmark text, for benchstat), "
         "json, csv, or action-bigger and action-smaller (medians, for the "
         "tools customBiggerIsBetter and customSmallerIsBetter of "
         "github-action-benchmark). DIR may then also be a file: what dyno "
         "compare reads.",
         request_format},
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

static const struct {
	const char *name;
	int (*write)(const struct samples *s, FILE *out);
} formats[] = {
	{"go", gobench_write},
	{"json", samples_json_write},
	{"csv", samples_csv_write},
	{"action-bigger", write_bigger},
	{"action-smaller", write_smaller},
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

static int print_samples(const char *path, const char *name)
{
	struct samples s = {0};
	char err[512];
	int format = format_named(name), failed;

	if (format < 0)
		return EXIT_USAGE;
	failed = samples_read(&s, path, err, sizeof err);
	if (failed) {
		complain("%s", err);
	} else {
		failed = formats[format].write(&s, stdout);
		if (failed == -ENOMEM)
			complain("out of memory");
	}
	samples_free(&s);
	if (!failed)
		return EXIT_DONE;
	return failed == -ENOMEM || failed == -EIO ? EXIT_INTERNAL : EXIT_USAGE;
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
	if (r->format)
		return print_samples(r->words.v[0], r->format);
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
	.synopsis = "DIR [--format FORMAT]",
	.description =
		"Reads the store of the experiment in DIR and writes "
		"DIR/report.html, one file that needs nothing else, and the "
		"figures in DIR/plots, each with the data and the gnuplot "
		"script that redraw it. An experiment that is not finished is "
		"reported as far as it is.",
	.options = options,
	.notes = EXIT_STATUS_NOTES,
	.examples = "       dyno report dyno-out\n"
		    "       dyno report dyno-out --format go | benchstat /dev/stdin\n",
	.run = report,
};

int cmd_report(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
