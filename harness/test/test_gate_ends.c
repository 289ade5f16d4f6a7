// test_gate_ends.c - every way in which a gate can end, or be ended: the exit
// code, and what the verdict file says to a later step.
//
// What a run prints is told by a plan, by the number of the run: a test writes
// there what it wants to happen, and when.
#include "../gate/course.h"
#include "gate_try.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND = 2 * GATE_TRY_PATH, SEED = 1, WARM_UP = 2 };

// Blocks until a gate knows enough where runs hardly differ.
enum { MAIN = 8 };

static const char *verdict;
static char subject[COMMAND];

static FILE *create(const char *name)
{
	FILE *f = fopen(gate_try_file(name), "w");

	assert_non_null(f);
	return f;
}

static int make(void **state)
{
	int err = gate_try_begin(state);

	verdict = gate_try_file("verdict.json");
	gate_try_planned();
	snprintf(subject, sizeof subject, "'%s'", gate_try_file("subject"));
	return err;
}

//---------------------------------------------------------------------------
// A plan
//---------------------------------------------------------------------------

static const int alike[GATE_ARMS] = {100000, 100000, 100000};
static const int worse[GATE_ARMS] = {
	[GATE_BASE] = 100000, [GATE_AGAIN] = 100000, [GATE_HEAD] = 120000};

// plan writes what each run prints: value[arm], a little uneven, in the order of
// the blocks; but run number odd (from 1 on, 0: none) does something else.
static void plan(const int value[GATE_ARMS], int odd, const char *does)
{
	FILE *f = create("plan");
	int n = 0;

	gate_try_again();
	fprintf(f, "case $n in\n");
	if (odd && odd <= WARM_UP)
		fprintf(f, "%d) %s ;;\n", odd, does);
	while (++n <= WARM_UP)
		fprintf(f, "%d) echo BenchmarkA 1 %d ns/op ;;\n", n,
		        value[GATE_BASE]);
	for (size_t b = 0; b < 4 * (size_t)MAIN; b++) {
		enum gate_arm order[GATE_RUNS];
		bool confirm = b >= MAIN;

		gate_block(SEED, confirm ? COURSE_BLOCKS_MAX + b - MAIN : b,
		           confirm, order);
		for (int i = 0; i < GATE_RUNS; i++, n++)
			if (n == odd)
				fprintf(f, "%d) %s ;;\n", n, does);
			else
				fprintf(f, "%d) echo BenchmarkA 1 %d ns/op ;;\n",
				        n, value[order[i]] + n * 7919 % 41);
	}
	fprintf(f, "esac\n");
	fclose(f);
}

// run_of returns the number of the first run of an arm in that block.
static int run_of(size_t block, enum gate_arm arm)
{
	enum gate_arm order[GATE_RUNS];
	int i = 0;

	gate_block(SEED, block, false, order);
	while (order[i] != arm)
		i++;
	return WARM_UP + (int)block * GATE_RUNS + i + 1;
}

//---------------------------------------------------------------------------
// Gates
//---------------------------------------------------------------------------

static void assert_checks(const char *word, int code)
{
	int got = gate_try_check(NULL);

	if (got != code || strncmp(gate_said.out, word, strlen(word)) != 0)
		fail_msg("--check: %d, %s%s", got, gate_said.out, gate_said.err);
}

static const char *const *gate_argv(const char *more, const char *file)
{
	static const char *argv[COMMAND_ARGS_MAX];
	const char *const all[] = {DYNO,      "gate",
	                           "--base",  subject,
	                           "--head",  subject,
	                           "--seed",  "1",
	                           "--quiet", "--budget",
	                           "60s",     "-o",
	                           verdict,   more ? more : "--quiet",
	                           file,      NULL};

	memcpy(argv, all, sizeof all);
	return argv;
}

static int gate(const char *more, const char *file)
{
	return gate_try(gate_argv(more, file));
}

// older_verdict leaves one behind: that it passed.
static void older_verdict(void)
{
	static char text[1 << 16];
	static size_t n;
	FILE *f;

	if (n == 0) {
		plan(alike, 0, NULL);
		assert_int_equal(gate(NULL, NULL), 0);
		f = fopen(verdict, "r");
		assert_non_null(f);
		n = fread(text, 1, sizeof text, f);
		fclose(f);
	}
	f = fopen(verdict, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	fclose(f);
	assert_checks("pass", 0);
}

//---------------------------------------------------------------------------
// The subject
//---------------------------------------------------------------------------

// One run of many goes wrong: the third block's.
static void test_one_run_fails(void **state)
{
	static const struct {
		enum gate_arm arm;
		const char *does, *says;
	} all[] = {
		{GATE_HEAD, "kill -SEGV $$", "head: signal SEGV"},
		{GATE_BASE, "kill -SEGV $$", "base: signal SEGV"},
		{GATE_AGAIN, "exit 9", "base: status 9"},
		{GATE_HEAD, ":", "head: it printed no result"},
		{GATE_AGAIN, ":", "base: it printed no result"},
		{GATE_HEAD, "echo BenchmarkA 1 0 ns/op", "a value is not above 0"},
		{GATE_HEAD, "echo BenchmarkB 1 100000 ns/op",
	         "head does not have it, or not in every run"},
	};
	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		older_verdict();
		plan(alike, run_of(2, all[i].arm), all[i].does);
		assert_int_equal(gate(NULL, NULL), 6);
		gate_try_has(gate_said.out, all[i].says);
		assert_checks("failed", 6);
		assert_int_equal(gate_try_check("--fail-on=regressed"), 0);
	}
}

// Base differs from itself: nothing is said of head, even if that is slower.
static void test_too_noisy(void **state)
{
	static const int noisy[GATE_ARMS] = {
		[GATE_BASE] = 100000, [GATE_AGAIN] = 105000, [GATE_HEAD] = 120000};

	(void)state;
	older_verdict();
	plan(noisy, 0, NULL);
	assert_int_equal(gate(NULL, NULL), 0);
	gate_try_has(gate_said.out, "too-noisy: ");
	assert_checks("too-noisy", 0);
	assert_int_equal(gate_try_check("--fail-on=too-noisy"), 4);
	assert_int_equal(gate_try_check("--fail-on=regressed,failed"), 0);
}

//---------------------------------------------------------------------------
// The machine
//---------------------------------------------------------------------------

static void wait_for_run(int n)
{
	const struct timespec pause = {.tv_nsec = 10000000};

	for (int i = 0; i < 3000 && gate_try_runs() < n; i++)
		nanosleep(&pause, NULL);
	assert_int_equal(gate_try_runs(), n);
}

// interrupt_at sends a signal to a gate in that run, which hangs.
static void interrupt_at(int run, const int value[GATE_ARMS], int signal)
{
	int status;
	pid_t pid;

	older_verdict();
	plan(value, run, "sleep 1000"); // and touches nothing more
	pid = command_start(gate_argv(NULL, NULL));
	wait_for_run(run);
	assert_int_equal(kill(pid, signal), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (signal == SIGKILL)
		assert_true(WIFSIGNALED(status));
	else
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 130);
	assert_checks("unfinished", 1);
	assert_int_equal(gate_try_check("--fail-on=failed"), 1);
}

static void test_signals(void **state)
{
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGKILL};

	(void)state;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
		interrupt_at(WARM_UP + 1, alike, signals[i]);
}

// In each stage: warming up, the last block, the first run and a later one of those
// that confirm.
static void test_stages(void **state)
{
	static const int runs[] = {1, 2, WARM_UP + MAIN * GATE_RUNS,
	                           WARM_UP + MAIN * GATE_RUNS + 1,
	                           WARM_UP + (MAIN + 2) * GATE_RUNS + 3};

	(void)state;
	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
		interrupt_at(runs[i], worse, SIGINT);
}

// Nothing can be written from the start: no gate is run at all.
static void test_full_from_the_start(void **state)
{
	const char *const argv[] = {DYNO,    "gate",      "--base",
	                            subject, "--head",    subject,
	                            "-o",    "/dev/full", NULL};

	(void)state;
	gate_try_again();
	assert_int_equal(gate_try(argv), 1);
	gate_try_has(gate_said.err, "No space left on device");
	assert_int_equal(access(gate_try_file("count"), F_OK), -1);
}

// The verdict has no room when it comes, "unfinished" had: that stays, whole.
static void test_full_at_the_end(void **state)
{
	struct rlimit before, small;

	(void)state;
	older_verdict();
	plan(worse, 0, NULL);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 1024;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	pid_t pid = command_start(gate_argv(NULL, NULL));
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	int status;
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 1);
	assert_checks("unfinished", 1);
}

// A disk that a run fills up to the last byte: in a mount namespace of its own, which
// takes it away again.
static void test_full_disk(void **state)
{
	char line[16 * COMMAND];
	const char *const argv[] = {"/usr/bin/env", "unshare", "-m", "sh",
	                            "-c",           line,      NULL};
	const char *const probe[] = {"/usr/bin/env",
	                             "unshare",
	                             "-m",
	                             "sh",
	                             "-c",
	                             "mount -t tmpfs -o size=64k none /mnt",
	                             NULL};

	(void)state;
	if (geteuid() != 0 || gate_try(probe) != 0) {
		print_message("skipped: no file system can be mounted here\n");
		skip();
	}
	plan(worse, run_of(2, GATE_HEAD),
	     "cat /dev/zero >/mnt/filler 2>/dev/null; "
	     "echo BenchmarkA 1 120000 ns/op");
	snprintf(line, sizeof line,
	         "mount -t tmpfs -o size=64k none /mnt && "
	         "{ '%s' gate --base \"%s\" --head \"%s\" --seed 1 --quiet "
	         "--budget 60s -o /mnt/verdict.json; echo gate $?; "
	         "ls /mnt; rm /mnt/filler; '%s' gate --check /mnt/verdict.json; "
	         "echo check $?; }",
	         DYNO, subject, subject, DYNO);
	assert_int_equal(gate_try(argv), 0);
	gate_try_has(gate_said.out, "regressed: ");
	gate_try_has(gate_said.err,
	             "/mnt/verdict.json cannot be written: No space");
	gate_try_has(gate_said.out, "gate 1\nfiller\nverdict.json\n"
	                            "unfinished\ncheck 1\n");
}

// What comes beside the verdict may be lost: that is said, and the verdict is
// there.
static void test_full_beside(void **state)
{
	(void)state;
	older_verdict();
	plan(worse, 0, NULL);
	assert_int_equal(gate("--junit=/dev/full", "--summary=/dev/full"), 1);
	gate_try_has(gate_said.err, "/dev/full cannot be written: No space left");
	gate_try_has(gate_said.err,
	             "/dev/full cannot be appended to: No space left");
	assert_checks("regressed", 3);
}

// Nobody listens, or what is said finds no room: the code is that of the verdict.
static void test_nobody_listens(void **state)
{
	static const char *const shapes[] = {
		"{ %s; echo $? >\"%s\"; } 2>&1 | :",
		"{ %s; } >/dev/full 2>&1; echo $? >\"%s\"",
	};
	char command[8 * COMMAND], line[4 * COMMAND];

	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		char code[COMMAND], said[8] = "";

		older_verdict();
		plan(worse, 0, NULL);
		snprintf(code, sizeof code, "%s", gate_try_file("code"));
		snprintf(line, sizeof line,
		         "%s gate --base \"%s\" --head \"%s\" --seed 1 -o '%s'",
		         DYNO, subject, subject, verdict);
		snprintf(command, sizeof command, shapes[i], line, code);
		assert_int_not_equal(system(command), -1);
		FILE *f = fopen(code, "r");
		assert_non_null(f);
		assert_non_null(fgets(said, sizeof said, f));
		fclose(f);
		assert_string_equal(said, "3\n");
		assert_checks("regressed", 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_run_fails),
		cmocka_unit_test(test_too_noisy),
		cmocka_unit_test(test_signals),
		cmocka_unit_test(test_stages),
		cmocka_unit_test(test_full_from_the_start),
		cmocka_unit_test(test_full_at_the_end),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_full_beside),
		cmocka_unit_test(test_nobody_listens),
	};
	return cmocka_run_group_tests(tests, make, gate_try_end);
}
