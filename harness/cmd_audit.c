// cmd_audit.c - dyno audit: GOMAXPROCS of every Go program of this machine.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "options.h"
#include "why/audit.h"

#include <results/json_out.h>
#include <stdio.h>
#include <string.h>

static const struct option_def options[] = {
	{"csv", 0, NULL, "Print CSV with a line of names instead of a table.",
         request_csv},
	{"json", 0, NULL,
         "Print one JSON object, in which each process is as dyno why --json "
         "has it.",
         request_json},
	{"sysroot", 0, "DIR",
         "Look at DIR/proc and DIR/sys instead of this machine's.",
         request_sysroot},
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

static int audit(struct request *r)
{
	struct audit a;
	int err;

	if (r->words.n) {
		complain("unexpected word '%.64s': audit looks at all processes; for one, "
		         "dyno why %.64s",
		         r->words.v[0], r->words.v[0]);
		return EXIT_USAGE;
	}
	if (r->csv && r->json) {
		complain("--csv and --json are two forms: choose one");
		return EXIT_USAGE;
	}
	err = audit_read(&a, r->sysroot ? r->sysroot : "");
	if (err) {
		complain("the processes cannot be listed: %s: is /proc mounted?",
		         strerror(-err));
		return EXIT_INTERNAL;
	}
	err = r->json  ? json_out_print(audit_json(&a), 12)
	      : r->csv ? audit_csv(&a, stdout)
	               : audit_print(&a);
	audit_free(&a);
	return err ? EXIT_INTERNAL : EXIT_DONE;
}

static const struct command command = {
	.name = "dyno audit",
	.summary = "GOMAXPROCS of every Go program, the worst served first",
	.synopsis = "[OPTION]...",
	.description =
		"Does for every process what dyno why does for one, as far as it "
		"may be read: as root all of them, else those of the same user. "
		"The rows are ranked by the share of periods in which a "
		"program's control group ran out of its quota, then by the share "
		"of time that its threads were ready and waited in a run queue. "
		"Both count from the start of the group and of the threads. The "
		"notes are names; dyno why explains them.",
	.options = options,
	.notes = "EXIT STATUS\n"
		 "       0    done, also where there is no Go program\n"
		 "       1    dyno failed, or there is no /proc\n"
		 "       2    the command line is wrong\n",
	.examples = "       dyno audit\n"
		    "       dyno audit --csv >audit.csv\n",
	.run = audit,
};

int cmd_audit(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
