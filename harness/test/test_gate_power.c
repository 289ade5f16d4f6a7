// test_gate_power.c - scripts/gate-power, short: it is killed in the middle of a
// gate, goes on, and counts what is there.
#include "command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH = 4096, COMMAND = 2 * PATH };

static char dir[PATH], out[PATH + 8], subject[COMMAND];
static struct command_result result;

// A gate takes about 50 runs of this; in the second it hangs once.
static const char script[] = "#!/bin/sh\n"
			     "cd \"${0%/*}\"\n"
			     "n=0\n"
			     "[ ! -e count ] || read -r n <count\n"
			     "echo $((n + 1)) >count\n"
			     "if [ $n = 70 ]; then : >held; exec sleep 1000; fi\n"
			     "echo BenchmarkA 1 5 ns/op\n";

static const char *in_dir(const char *name)
{
	static char path[COMMAND];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	return path;
}

static int make(void **state)
{
	FILE *f;

	(void)state;
	snprintf(dir, sizeof dir, "%s", command_directory());
	snprintf(out, sizeof out, "%s/out", dir);
	snprintf(subject, sizeof subject, "'%s/subject'", dir);
	f = fopen(in_dir("subject"), "w");
	if (!f || fputs(script, f) == EOF || fclose(f) == EOF)
		return -1;
	return chmod(in_dir("subject"), 0700);
}

static int drop(void **state)
{
	(void)state;
	command_remove(dir);
	return 0;
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

	for (int i = 0; i < 6000 && access(in_dir(name), F_OK) != 0; i++)
		nanosleep(&pause, NULL);
	assert_int_equal(access(in_dir(name), F_OK), 0);
}

static ino_t file_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(in_dir(name), &st), 0);
	return st.st_ino;
}

static void assert_has(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no '%s' in\n%s%s", what, result.out, result.err);
}

static void test_killed_and_gone_on(void **state)
{
	pid_t pid = command_start(power("aa", "20s"));
	ino_t first;

	(void)state;
	wait_for("held");
	first = file_of("out/aa/0001.json");
	assert_int_equal(access(in_dir("out/aa/0002.json"), F_OK), -1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	command_run(&result, power("aa", "20s"));
	if (command_exit(&result) != 0)
		fail_msg("%d: %s", command_exit(&result), result.err);
	assert_int_equal(file_of("out/aa/0001.json"), first);
	assert_int_equal(access(in_dir("out/aa/0003.json"), F_OK), 0);
	assert_int_equal(access(in_dir("out/aa/0004.json"), F_OK), -1);
	assert_has(result.err, "aa: 1 of 3 gates");
	assert_has(result.out, "aa      3      0.0 %");
	assert_has(result.out, "0 / 3 / 0");
	assert_has(result.out, "20 gates each, played from the 24 blocks of 3");
	assert_int_equal(access(in_dir("out/power.json"), R_OK), 0);
}

// Without noise every slowdown above the threshold is found, and no other.
static void test_played(void **state)
{
	static const char *const found[] = {"30 s      0.0 %  0 (",
	                                    "30 s      2.0 %  0 (",
	                                    "30 s      3.0 %  20 (",
	                                    "120 s     10.0 %  20 ("};

	(void)state;
	command_run(&result, power("report", "20s"));
	assert_int_equal(command_exit(&result), 2); // --subject is for aa
	const char *const argv[] = {GATE_POWER, "-B",         BUILD, "-o", out,
	                            "report",   "--simulate", "20",  NULL};
	command_run(&result, argv);
	assert_int_equal(command_exit(&result), 0);
	for (size_t i = 0; i < sizeof found / sizeof *found; i++)
		assert_has(result.out, found[i]);
}

static void test_never_mixed(void **state)
{
	(void)state;
	command_run(&result, power("aa", "21s"));
	assert_int_equal(command_exit(&result), 2);
	assert_has(result.err, "were run as '--budget 20s");
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

		command_run(&result, argv);
		assert_int_equal(command_exit(&result), 2);
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

		command_run(&result, argv);
		assert_int_equal(command_exit(&result), 0);
		assert_has(result.err, steps[i]);
		assert_has(result.out, " ns/op\n");
		assert_null(strstr(result.out, "steps"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed_and_gone_on),
		cmocka_unit_test(test_played),
		cmocka_unit_test(test_never_mixed),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_subject),
	};
	return cmocka_run_group_tests(tests, make, drop);
}
