// test_gate_power.c - scripts/gate-power, short: it is killed in the middle of a
// gate, goes on, and counts what is there.
#include "gate_try.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char *out;
static char subject[2 * GATE_TRY_PATH];

// A gate takes about 50 runs of this; in the second it hangs once.
static const char script[] = "#!/bin/sh\n"
			     "cd \"${0%/*}\"\n"
			     "n=0\n"
			     "[ ! -e count ] || read -r n <count\n"
			     "echo $((n + 1)) >count\n"
			     "if [ $n = 70 ]; then : >held; exec sleep 1000; fi\n"
			     "echo BenchmarkA 1 5 ns/op\n";

static int make(void **state)
{
	int err = gate_try_begin(state);

	out = gate_try_file("out");
	gate_try_program("subject", script);
	snprintf(subject, sizeof subject, "'%s'", gate_try_file("subject"));
	return err;
}

static const char *const *power(const char *name, const char *budget)
{
	static const char *argv[COMMAND_ARGS_MAX];
	const char *const all[] = {GATE_POWER, "-B",      BUILD,
	                           "-o",       out,       "--simulate",
	                           "20",       "--gates", "3",
	                           "--budget", budget,    "--subject",
	                           subject,    name,      NULL};

	memcpy(argv, all, sizeof all);
	return argv;
}

static void wait_for(const char *name)
{
	const struct timespec pause = {.tv_nsec = 10000000};

	for (int i = 0; i < 6000 && access(gate_try_file(name), F_OK) != 0; i++)
		nanosleep(&pause, NULL);
	assert_int_equal(access(gate_try_file(name), F_OK), 0);
}

// lines returns how many a file has, 0 when it is not there; first gets the first.
static int lines(const char *name, char *first, size_t size)
{
	FILE *f = fopen(gate_try_file(name), "re");
	char *line = NULL;
	size_t room = 0;
	int n = 0;

	while (f && getline(&line, &room, f) > 0)
		if (n++ == 0)
			snprintf(first, size, "%s", line);
	free(line);
	if (f)
		fclose(f);
	return n;
}

enum { LINE = 20000 };

static char first[LINE];

static void test_killed_and_gone_on(void **state)
{
	static char before[LINE];
	pid_t pid = command_start(power("aa", "20s"));

	(void)state;
	wait_for("held");
	assert_int_equal(lines("out/aa.jsonl", before, LINE), 1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	int status = gate_try(power("aa", "20s"));
	if (status != 0)
		fail_msg("%d: %s", status, gate_said.err);
	assert_int_equal(lines("out/aa.jsonl", first, LINE), 3);
	assert_string_equal(first, before);
	gate_try_has(first, "\"base\":\"subject\""); // wherever it lay
	gate_try_has(gate_said.err, "aa: 1 of 3 gates");
	gate_try_has(gate_said.out,
	             "head is base, 30 s      3  0, 0.0 .. 70.8 %");
	gate_try_has(gate_said.out,
	             "0 of 3 found something that is not there, so "
	             "that the chance is at most 70.8 %: too few");
	gate_try_has(gate_said.out, "Of the 3 gates 3 end alike");
	gate_try_has(gate_said.out,
	             "20 gates for each line, played from the 24 blocks of 3");
	// All are there: nothing is run.
	assert_int_equal(gate_try(power("aa", "20s")), 0);
	assert_null(strstr(gate_said.err, "gates, about"));
	assert_int_equal(lines("out/aa.jsonl", first, LINE), 3);
}

// report runs scripts/gate-power without running gates.
static int report(const char *what, const char *from)
{
	const char *const argv[] = {GATE_POWER,   "-B", BUILD, "-o", out,
	                            "--simulate", "20", what,  from, NULL};

	return gate_try(argv);
}

// Without noise every slowdown above the threshold is found, and no other.
static void test_played(void **state)
{
	static const char *const found[] = {"30 s      0.0 %  0,",
	                                    "30 s      2.0 %  0,",
	                                    "30 s      3.0 %  20,",
	                                    "120 s     10.0 %  20,"};

	(void)state;
	assert_int_equal(gate_try(power("report", "20s")), 2); // --subject is for aa
	assert_int_equal(report("report", NULL), 0);
	for (size_t i = 0; i < sizeof found / sizeof *found; i++)
		gate_try_has(gate_said.out, found[i]);
	char *text = gate_try_read("out/README.md");
	gate_try_has(text, "\n# How good the gate is\n" + 1);
	gate_try_has(text, "| 30 s | 3.0 % | 20, 83.2 .. 100.0 % |");
	free(text);
}

static void assert_checks(int code)
{
	int status = report("--check", NULL);

	if (status != code)
		fail_msg("--check: %d: %s", status, gate_said.err);
}

// with_text checks the directory with something else in one of its files.
static void with_text(const char *name, const char *text, int code)
{
	char *before = gate_try_read(name);

	gate_try_write(name, text);
	assert_checks(code);
	gate_try_write(name, before);
	free(before);
}

// The text is that of the records, or it is told.
static void test_text_is_checked(void **state)
{
	(void)state;
	assert_checks(0);
	with_text("out/README.md", "All is well.\n", 1);
	gate_try_has(gate_said.err, "README.md is not what the records make");
	with_text("out/power.json", "{}\n", 1);
	with_text("out/aa.jsonl", first, 1); // a gate or two have gone
	with_text("out/aa.jsonl", "", 0);    // there is nothing to be told of
	with_text("out/aa.jsonl", "{\"dyno\":", 1);
	gate_try_has(gate_said.err, "aa.jsonl:1: no record of a gate");
	assert_checks(0);
}

// What was recorded as files is taken in, once, and not when it was run otherwise
// or did not end.
static void test_taken_in(void **state)
{
	const char *const gate[] = {
		DYNO,      "gate",
		"--quiet", "--base",
		subject,   "--head",
		subject,   "--budget=20s",
		"-o",      gate_try_file("from/aa/0001.json"),
		NULL};

	(void)state;
	assert_int_equal(mkdir(gate_try_file("from"), 0700), 0);
	assert_int_equal(mkdir(gate_try_file("from/aa"), 0700), 0);
	assert_int_equal(gate_try(gate), 0);
	gate_try_write("from/aa/0002.json",
	               "{\"dyno\":\"verdict\",\"schema\":1,\"verdict\":"
	               "\"unfinished\",\"fail_on\":[],\"rows\":[]}");
	for (int again = 0; again < 2; again++) {
		assert_int_equal(report("take", gate_try_file("from")), 0);
		gate_try_has(gate_said.err, "aa: 4 gates");
		assert_int_equal(lines("out/aa.jsonl", first, LINE), 4);
	}
	const char *const other[] = {
		DYNO,      "gate",
		"--quiet", "--base",
		subject,   "--head",
		subject,   "--budget=21s",
		"-o",      gate_try_file("from/aa/0003.json"),
		NULL};
	assert_int_equal(gate_try(other), 0);
	assert_int_equal(report("take", gate_try_file("from")), 1);
	gate_try_has(gate_said.err, "was not run as the gates in");
	assert_int_equal(lines("out/aa.jsonl", first, LINE), 4);
	assert_int_equal(report("take", "/nonexistent"), 2);
}

static void test_never_mixed(void **state)
{
	(void)state;
	assert_int_equal(gate_try(power("aa", "21s")), 2);
	gate_try_has(gate_said.err, "were run with --budget 20s");
	assert_int_equal(lines("out/aa.jsonl", first, LINE), 4);
}

// gate_at is the first gate's line, as if it had run for 5 s from then.
static char *gate_at(int then)
{
	json_t *o = json_loads(first, 0, NULL);
	char *line;

	assert_non_null(o);
	json_object_set_new(o, "started", json_integer(then));
	json_object_set_new(o, "seconds", json_real(5));
	json_object_set_new(o, "host", json_string("here"));
	json_object_set_new(o, "version", json_string("there"));
	line = json_dumps(o, JSON_COMPACT);
	assert_non_null(line);
	json_decref(o);
	return line;
}

// How many ran beside another is said.
static void test_side_by_side(void **state)
{
	static const int started[] = {1000, 1003, 1008, 2000, 2001};
	char *before = gate_try_read("out/aa.jsonl"), *text;
	FILE *f = fopen(gate_try_file("out/aa.jsonl"), "we");

	(void)state;
	assert_non_null(f);
	for (size_t i = 0; i < sizeof started / sizeof *started; i++) {
		char *line = gate_at(started[i]);

		fprintf(f, "%s\n", line);
		free(line);
	}
	assert_int_equal(fclose(f), 0);
	assert_int_equal(report("report", NULL), 0);
	text = gate_try_read("out/README.md");
	gate_try_has(text, "| machine | dyno | gates | side by side |");
	gate_try_has(text, "| here | there | 5 | 4 |");
	free(text);
	gate_try_write("out/aa.jsonl", before);
	free(before);
}

static void test_usage(void **state)
{
	static const char *const bad[][2] = {
		{"--gates", "0"}, {"--budget", "1m"}, {"--simulate", "-1"},
		{"slow7", NULL},  {"-o", NULL},       {"-B", "/nonexistent"}};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const char *const argv[] = {GATE_POWER, bad[i][0], bad[i][1],
		                            NULL};

		assert_int_equal(gate_try(argv), 2);
	}
}

// The slower program does exactly so much more.
static void test_subject(void **state)
{
	static const char *const extra[] = {"0", "5", "10"};
	static const char *const steps[] = {" 50000 steps", " 52500 steps",
	                                    " 55000 steps"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		const char *const argv[] = {GATE_SUBJECT, "1", extra[i], NULL};

		assert_int_equal(gate_try(argv), 0);
		gate_try_has(gate_said.err, steps[i]);
		gate_try_has(gate_said.out, " ns/op\n");
		assert_null(strstr(gate_said.out, "steps"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_and_gone_on),
		cmocka_unit_test(test_played),
		cmocka_unit_test(test_text_is_checked),
		cmocka_unit_test(test_taken_in),
		cmocka_unit_test(test_never_mixed),
		cmocka_unit_test(test_side_by_side),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_subject),
	};
	return cmocka_run_group_tests(tests, make, gate_try_end);
}
