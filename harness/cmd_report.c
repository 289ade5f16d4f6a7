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
};

static int report(const char *dir)
{
	struct report made;
	char err[512];
	int failed = report_write(dir, &made, err, sizeof err);

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

int cmd_report(int argc, char **argv)
{
	struct request r;
	int rest, err, status = EXIT_USAGE;

	complain_as("dyno report");
	request_init(&r);
	err = options_parse(&command, &r, argc, argv, &rest);
	if (err == OPTIONS_HELP)
		status = EXIT_DONE;
	else if (!err && argc - rest != 1)
		complain("name one directory, the one that dyno sweep wrote");
	else if (!err)
		status = report(argv[rest]);
	request_free(&r);
	return status;
}
