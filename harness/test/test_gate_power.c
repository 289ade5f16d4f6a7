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

static ino_t file_of(const char *name)
{
	struct stat st;

	assert_int_equal(stat(gate_try_file(name), &st), 0);
	return st.st_ino;
}

static void test_killed_and_gone_on(void **state)
{
	pid_t pid = command_start(power("aa", "20s"));
	ino_t first;

	(void)state;
	wait_for("held");
	first = file_of("out/aa/0001.json");
	assert_int_equal(access(gate_try_file("out/aa/0002.json"), F_OK), -1);
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	int status = gate_try(power("aa", "20s"));
	if (status != 0)
		fail_msg("%d: %s", status, gate_said.err);
	assert_int_equal(file_of("out/aa/0001.json"), first);
	assert_int_equal(access(gate_try_file("out/aa/0003.json"), F_OK), 0);
	assert_int_equal(access(gate_try_file("out/aa/0004.json"), F_OK), -1);
	gate_try_has(gate_said.err, "aa: 1 of 3 gates");
	gate_try_has(gate_said.out, "aa      3      0.0 %");
	gate_try_has(gate_said.out, "0 / 3 / 0");
	gate_try_has(gate_said.out,
	             "20 gates each, played from the 24 blocks of 3");
	assert_int_equal(access(gate_try_file("out/power.json"), R_OK), 0);
}

// Without noise every slowdown above the threshold is found, and no other.
static void test_played(void **state)
{
	static const char *const found[] = {"30 s      0.0 %  0 (",
	                                    "30 s      2.0 %  0 (",
	                                    "30 s      3.0 %  20 (",
	                                    "120 s     10.0 %  20 ("};

	(void)state;
	assert_int_equal(gate_try(power("report", "20s")), 2); // --subject is for aa
	const char *const argv[] = {GATE_POWER, "-B",         BUILD, "-o", out,
	                            "report",   "--simulate", "20",  NULL};
	assert_int_equal(gate_try(argv), 0);
	for (size_t i = 0; i < sizeof found / sizeof *found; i++)
		gate_try_has(gate_said.out, found[i]);
}

static void test_never_mixed(void **state)
{
	(void)state;
	assert_int_equal(gate_try(power("aa", "21s")), 2);
	gate_try_has(gate_said.err, "were run as '--budget 20s");
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
		cmocka_unit_test(test_never_mixed),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_subject),
	};
	return cmocka_run_group_tests(tests, make, gate_try_end);
}
