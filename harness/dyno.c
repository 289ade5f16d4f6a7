// dyno.c - the dyno command: picks the command that the first word names.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "nearest.h"
#include "scope.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *summary;
} commands[] = {
	{"list", cmd_list, "what there is to choose from, and this machine"},
	{"run", cmd_run, "run one workload at one point and print what it did"},
	{"sweep", cmd_sweep,
         "run an experiment: every combination, many times, into plots"},
	{"replay", cmd_replay, "run a trial of an experiment once more"},
	{"report", cmd_report, "make the report of an experiment again"},
	{"compare", cmd_compare, "two sets of results side by side"},
	{"gate", cmd_gate,
         "is head slower than base? For CI: a verdict file and a code"},
	{"doctor", cmd_doctor,
         "is this machine fit to measure on, and what to change"},
	{"why", cmd_why,
         "which GOMAXPROCS a Go program has, and which rule set it"},
	{"audit", cmd_audit,
         "GOMAXPROCS of every Go program, the worst served first"},
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static void help(void)
{
	printf("NAME\n"
	       "       dyno - a dynamometer for goroutine schedulers\n\n"
	       "SYNOPSIS\n"
	       "       dyno COMMAND [OPTION]...\n"
	       "       dyno --help | --version\n\n"
	       "DESCRIPTION\n"
	       "       Runs workloads on a G/M/P runtime whose scheduling "
	       "policies can be swapped,\n"
	       "       each trial in a fresh process, and draws throughput "
	       "against GOMAXPROCS and\n"
	       "       against the number of threads.\n\n"
	       "COMMANDS\n");
	for (int i = 0; i < COMMANDS; i++)
		printf("       %-8s %s\n", commands[i].name, commands[i].summary);
	printf("\n       dyno COMMAND --help explains each.\n\n" EXIT_STATUS_NOTES
	       "\n"
	       "EXAMPLES\n"
	       "       dyno list workloads\n"
	       "       dyno run fib -P 2\n"
	       "       dyno sweep --workloads fib,block --procs 1,2 --m-cap none,4 -o out\n");
}

static int unknown(const char *name)
{
	const char *names[COMMANDS];
	char hint[128];

	for (int i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	complain("unknown command '%.64s': %s (see dyno --help)", name,
	         nearest_hint(name, names, COMMANDS, hint, sizeof hint));
	return EXIT_USAGE;
}

static int dispatch(int argc, char **argv)
{
	if (argc < 2) {
		complain("name a command, such as list, run, sweep or why (see dyno --help)");
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		help();
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		printf("dyno %s\n", DYNO_VERSION);
		return EXIT_DONE;
	}
	for (int i = 0; i < COMMANDS; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	return unknown(argv[1]);
}

int main(int argc, char **argv)
{
	int status;

	complain_as("dyno");
	scope_remember(argv);
	status = dispatch(argc, argv);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	complain("standard output cannot be written: is the disk full?");
	return status ? status : EXIT_INTERNAL;
}
