// cmd_report.c - dyno report DIR: plots and report.html of an experiment.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "options.h"

#include <errno.h>
#include <results/report.h>
#include <stdio.h>

static const struct option_def options[] = {
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

static int report(struct request *r)
{
	struct report made;
	char err[512];
	int failed;

	if (r->words.n != 1) {
		complain("name one directory, the one that dyno sweep wrote");
		return EXIT_USAGE;
	}
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
	.synopsis = "DIR",
	.description =
		"Reads the store of the experiment in DIR and writes "
		"DIR/report.html, one file that needs nothing else, and the "
		"figures in DIR/plots, each with the data and the gnuplot "
		"script that redraw it. An experiment that is not finished is "
		"reported as far as it is.",
	.options = options,
	.notes = EXIT_STATUS_NOTES,
	.examples = "       dyno report dyno-out\n",
	.run = report,
};

int cmd_report(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
