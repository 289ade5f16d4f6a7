// test_gate_files.c - the verdict file of gates that meet, and of one whose words
// are wrong.
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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND = 2 * GATE_TRY_PATH };

static const char *verdict;
static char subject[COMMAND];

static int make(void **state)
{
	int err = gate_try_begin(state);

	verdict = gate_try_file("verdict.json");
	gate_try_planned();
	snprintf(subject, sizeof subject, "'%s'", gate_try_file("subject"));
	return err;
}

// plan lets each run print the same, but the third do something else.
static void plan(const char *does)
{
	char text[COMMAND];

	snprintf(text, sizeof text,
	         "case $n in\n3) %s ;;\n*) echo BenchmarkA 1 100000 ns/op ;;\n"
	         "esac\n",
	         does);
	gate_try_write("plan", text);
	gate_try_again();
}

static const char *const *gate_argv(void)
{
	static const char *argv[COMMAND_ARGS_MAX];
	const char *const all[] = {DYNO,           "gate",    "--base",
	                           subject,        "--head",  subject,
	                           "--budget=60s", "--quiet", "-o",
	                           verdict,        NULL};

	memcpy(argv, all, sizeof all);
	return argv;
}

static void assert_checks(const char *word, int code)
{
	int got = gate_try_check(NULL);

	if (got != code || strncmp(gate_said.out, word, strlen(word)) != 0)
		fail_msg("--check: %d, %s%s", got, gate_said.out, gate_said.err);
}

// older_verdict leaves one behind: that it passed.
static void older_verdict(void)
{
	gate_try_write("verdict.json",
	               "{\"dyno\":\"verdict\",\"schema\":1,\"verdict\":\"pass\","
	               "\"fail_on\":[\"failed\"],\"rows\":[]}");
	assert_checks("pass", 0);
}

static void wait_for_run(int n)
{
	const struct timespec pause = {.tv_nsec = 10000000};

	for (int i = 0; i < 3000 && gate_try_runs() < n; i++)
		nanosleep(&pause, NULL);
	assert_int_equal(gate_try_runs(), n);
}

// begin_gate starts one that is at work in its first block when it returns.
static pid_t begin_gate(void)
{
	pid_t pid;

	plan("sleep 1000"); // and touches nothing more
	pid = command_start(gate_argv());
	wait_for_run(3);
	return pid;
}

static void end_gate(pid_t pid)
{
	int status;

	assert_int_equal(kill(pid, SIGTERM), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 130);
}

// Whichever of two ended last would have the other's verdict lost.
static void test_two_at_once(void **state)
{
	const char *const other[] = {DYNO,   "gate",   "--quiet", "--base",
	                             "true", "--head", "true",    "--budget=1s",
	                             "-o",   verdict,  NULL};
	pid_t pid;

	(void)state;
	older_verdict();
	pid = begin_gate();
	assert_int_equal(gate_try(other), 2);
	gate_try_has(gate_said.err, "another gate is at work");
	assert_checks("unfinished", 1);
	// Elsewhere it may work, and nobody's verdict is touched by wrong words.
	assert_int_equal(gate_try((const char *const[]){
				 DYNO, "gate", "--quiet", "--base", "true",
				 "--head", "true", "--budget=100ms", "-o",
				 gate_try_file("other.json"), NULL}),
	                 0);
	end_gate(pid);
	assert_checks("unfinished", 1);
	assert_int_equal(gate_try(other), 0); // nobody has it any more
}

static void wait_for_file(const char *path)
{
	const struct timespec pause = {.tv_nsec = 10000000};

	for (int i = 0; i < 3000 && access(path, F_OK) != 0; i++)
		nanosleep(&pause, NULL);
	assert_int_equal(access(path, F_OK), 0);
}

// The recipe removes a verdict that is there. A gate that was at work then says that
// its own is nowhere, and leaves the other's alone.
static void test_removed_meanwhile(void **state)
{
	const char *const second[] = {DYNO,     "gate",       "--quiet",
	                              "--base", "sleep 1000", "--head",
	                              "true",   "-o",         verdict,
	                              NULL};
	char line[8 * COMMAND], *said;
	const char *const first[] = {"/bin/sh", "-c", line, NULL};
	pid_t pid, other;
	int status;

	(void)state;
	older_verdict();
	plan("until [ -e go ]; do sleep 0.02; done; "
	     "echo BenchmarkA 1 100000 ns/op");
	snprintf(line, sizeof line,
	         "exec '%s' gate --quiet --budget 60s --base \"%s\" --head "
	         "\"%s\" --seed 1 -o '%s' >'%s' 2>&1",
	         DYNO, subject, subject, verdict, gate_try_file("log"));
	pid = command_start(first);
	wait_for_run(3);
	assert_int_equal(unlink(verdict), 0);
	other = command_start(second);
	wait_for_file(verdict);
	gate_try_write("go", "");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	said = gate_try_read("log");
	gate_try_has(said, "was removed meanwhile");
	gate_try_has(said, "pass: ");
	free(said);
	assert_checks("unfinished", 1);
	end_gate(other);
}

// An older verdict is not this gate's, however wrong the words are.
static void test_wrong_words(void **state)
{
	static const char *const wrong[] = {
		"--wrong",       "--budget=soon",
		"--base=",       "--baseline=/nonexistent",
		"--pin=nowhere", "--workload=nothing"};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const char *const argv[] = {DYNO,     "gate", wrong[i],
		                            "--head", "true", "--output",
		                            verdict,  NULL};

		older_verdict();
		assert_int_equal(gate_try(argv), 2);
		assert_checks("unfinished", 1);
	}
	// Nor is a file that is no verdict, and --check changes nothing.
	older_verdict();
	assert_int_equal(gate_try_check("--fail-on=wrong"), 2);
	assert_checks("pass", 0);
	gate_try_write("notes", "mine\n");
	assert_int_equal(
		gate_try((const char *const[]){DYNO, "gate", "--wrong", "-o",
	                                       gate_try_file("notes"), NULL}),
		2);
	char *text = gate_try_read("notes");
	assert_string_equal(text, "mine\n");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_at_once),
		cmocka_unit_test(test_removed_meanwhile),
		cmocka_unit_test(test_wrong_words),
	};
	return cmocka_run_group_tests(tests, make, gate_try_end);
}
