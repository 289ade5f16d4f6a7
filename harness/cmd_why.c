// cmd_why.c - dyno why: which GOMAXPROCS a Go program has, and which rule set it.
#include "commands.h"
#include "complain.h"
#include "exit_codes.h"
#include "numbers.h"
#include "options.h"
#include "why/why_print.h"

#include <errno.h>
#include <limits.h>
#include <results/json_out.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct option_def options[] = {
	{"sysroot", 0, "DIR",
         "Look at DIR/proc and DIR/sys instead of this machine's.",
         request_sysroot},
	{"json", 0, NULL, "Print one JSON object instead of a table.",
         request_json},
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

// search looks a program up as execvp(3) does; NULL: there is none. To be freed.
static char *search(const char *name)
{
	const char *dirs = getenv("PATH");
	char *path;

	if (strchr(name, '/'))
		return access(name, F_OK) == 0 ? strdup(name) : NULL;
	for (dirs = dirs ? dirs : "/bin:/usr/bin"; *dirs; dirs += *dirs == ':') {
		int len = (int)strcspn(dirs, ":");

		if (asprintf(&path, "%.*s/%s", len ? len : 1, len ? dirs : ".",
		             name) < 0)
			return NULL;
		if (access(path, X_OK) == 0)
			return path;
		free(path);
		dirs += len;
	}
	return NULL;
}

static int look_at_program(struct process *p, const char *root, const char *name)
{
	char *path = search(name);
	int err = path ? process_program(p, root, path) : -ENOENT;

	if (err)
		complain("program '%.200s' cannot be read: %s", name,
		         strerror(-err));
	free(path);
	return err;
}

static int look_at_process(struct process *p, const char *root, const char *pid)
{
	int64_t number;
	int err;

	if (number_parse(pid, 1, INT32_MAX, &number) != 0 || *pid == '+') {
		complain("'%.64s' is no process id; for a program that is not running: "
		         "dyno why -- %.64s",
		         pid, pid);
		return -EINVAL;
	}
	err = process_read(p, root, pid);
	if (err == -ESRCH)
		complain("there is no process %.16s%s", pid,
		         *root ? " below that root" : "");
	else if (err)
		complain("process %.16s cannot be read: %s", pid, strerror(-err));
	return err;
}

static int show(const struct process *p, const struct request *r)
{
	struct verdict v;
	int err;

	verdict_reach(&v, p);
	err = r->json ? json_out_print(why_json(p, &v), 12) : why_print(p, &v);
	if (err)
		return EXIT_INTERNAL;
	return v.procs ? EXIT_DONE : EXIT_SUBJECT;
}

static int why(struct request *r)
{
	const char *root = r->sysroot ? r->sysroot : "";
	struct process p;
	int err, status;

	if (r->words.n + (r->program.n > 0) != 1) {
		complain("name one process id, or a program after --");
		return EXIT_USAGE;
	}
	err = r->words.n ? look_at_process(&p, root, r->words.v[0])
	                 : look_at_program(&p, root, r->program.v[0]);
	if (err)
		return EXIT_USAGE;
	status = show(&p, r);
	process_free(&p);
	return status;
}

static const struct command command = {
	.name = "dyno why",
	.summary = "which GOMAXPROCS a Go program has, and which rule set it",
	.synopsis = "PID [OPTION]... | [OPTION]... -- PROGRAM [ARGUMENT]...",
	.description =
		"Reads from a process's file which Go built it and with which "
		"settings, and from /proc and the control groups what else "
		"decides: the environment, the CPUs that it may run on, the CPU "
		"quota at every level from its own group to the root. Says which "
		"GOMAXPROCS follows and by which rule, what other releases of Go "
		"and automaxprocs would take in its place, how often its group "
		"was throttled, and what to change. Where the process's memory "
		"may be read and its file has symbols, the value is seen there "
		"and not foretold. A program after -- is not started: the answer "
		"is what it would find if it were started here.",
	.options = options,
	.notes = "EXIT STATUS\n"
		 "       0    GOMAXPROCS is known\n"
		 "       1    dyno failed\n"
		 "       2    the command line is wrong, or there is no such "
		 "process or program\n"
		 "       6    it is no Go program, or too much of it is hidden\n",
	.examples = "       dyno why 1234\n"
		    "       dyno why --json $(pidof -s server)\n"
		    "       GOMAXPROCS=3 dyno why -- ./server\n",
	.takes_program = true,
	.run = why,
};

int cmd_why(int argc, char **argv)
{
	return options_run(&command, argc, argv);
}
