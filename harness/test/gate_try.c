// gate_try.c - gates that are tried out.
#include "gate_try.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <results/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct command_result gate_said;

static char directory[GATE_TRY_PATH / 2];

int gate_try_begin(void **state)
{
	(void)state;
	snprintf(directory, sizeof directory, "%s", command_directory());
	return 0;
}

int gate_try_end(void **state)
{
	(void)state;
	command_remove(directory);
	return 0;
}

const char *gate_try_file(const char *name)
{
	enum { PATHS = 32 };
	static char path[PATHS][GATE_TRY_PATH];
	char wanted[GATE_TRY_PATH];
	int i = 0;

	snprintf(wanted, sizeof wanted, "%s%s%s", directory, *name ? "/" : "",
	         name);
	while (*path[i] && strcmp(path[i], wanted) != 0)
		assert_true(++i < PATHS);
	return strcpy(path[i], wanted);
}

void gate_try_write(const char *name, const char *text)
{
	FILE *f = fopen(gate_try_file(name), "we");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

void gate_try_program(const char *name, const char *text)
{
	gate_try_write(name, text);
	assert_int_equal(chmod(gate_try_file(name), 0700), 0);
}

char *gate_try_read(const char *name)
{
	char *text = file_read(gate_try_file(name), 1 << 24);

	assert_non_null(text);
	return text;
}

// Nothing but the shell itself runs: this is started hundreds of times.
void gate_try_planned(void)
{
	gate_try_program("subject", "#!/bin/sh\n"
	                            "cd \"${0%/*}\"\n"
	                            "n=0\n"
	                            "[ ! -e count ] || read -r n <count\n"
	                            "n=$((n + 1))\n"
	                            "echo $n >count\n"
	                            ". ./plan\n");
	gate_try_again();
}

void gate_try_again(void)
{
	unlink(gate_try_file("count"));
}

int gate_try_runs(void)
{
	FILE *f = fopen(gate_try_file("count"), "re");
	int n = 0;

	if (f && fscanf(f, "%d", &n) != 1)
		n = 0;
	if (f)
		fclose(f);
	return n;
}

int gate_try(const char *const *argv)
{
	command_run(&gate_said, argv);
	return command_exit(&gate_said);
}

int gate_try_check(const char *option)
{
	const char *file = gate_try_file("verdict.json");

	return gate_try((const char *const[]){DYNO, "gate", "--check", file,
	                                      option, NULL});
}

void gate_try_has(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no '%s' in\n%s\nwhat was said:\n%s%s", what, text,
		         gate_said.out, gate_said.err);
}
