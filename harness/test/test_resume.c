// test_resume.c - sweeps that meet every outcome, are killed, are interrupted,
// and go on: each trial is in the store exactly once.
#include "command.h"

#include <errno.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

static const char *dir;

static int set_up(void **state)
{
	(void)state;
	dir = command_directory();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	command_remove(dir);
	return 0;
}

// The store goes into a directory that sweep makes.
static const char *out_option(void)
{
	static char text[4200];

	snprintf(text, sizeof text, "--output=%s/out", dir);
	return text;
}

static long long count(const char *query)
{
	char out[4200];

	snprintf(out, sizeof out, "%s/out", dir);
	return command_count(out, query);
}

#define TRIALS "SELECT count(*) FROM trial"
#define PAIRS "SELECT count(*) FROM (SELECT DISTINCT point, rep FROM trial)"

// 6 points, 10 times, about 20 ms each: a second and a half.
#define SWEEP \
	DYNO, "sweep", "--workloads=fib,null", "--procs=1-3", "--reps=10", \
		"--counters=none", "--foreign-limit=none", \
		"--trial-program=" FAKE_TRIAL

enum { ALL = 60 };

// wait_until sleeps until the store has n trials.
static void wait_until(long long n)
{
	struct timespec t = {.tv_nsec = 5000000};

	for (int i = 0; i < 4000 && count(TRIALS) < n; i++)
		nanosleep(&t, NULL);
	assert_true(count(TRIALS) >= n);
}

static void finish(int all)
{
	const char *const argv[] = {DYNO,         "sweep",
	                            "--resume",   "--trial-program=" FAKE_TRIAL,
	                            out_option(), NULL};
	static struct command_result r;

	command_run(&r, argv);
	if (command_exit(&r) != 0)
		print_error("%s", r.err);
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(count(TRIALS), all);
	assert_int_equal(count(PAIRS), all);
	assert_int_equal(
		count("SELECT count(*) FROM trial WHERE outcome = 'ok'"), all);
}

static void test_killed_and_resumed(void **state)
{
	const char *const argv[] = {SWEEP, out_option(), NULL};
	int status;
	pid_t pid;

	(void)state;
	setenv("FAKE_TRIAL", "slow", 1);
	pid = command_start(argv);
	wait_until(ALL / 3);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status)); // and was not done already
	assert_true(count(TRIALS) < ALL);
	finish(ALL);
}

// read_pid waits for the trial to have written its process id.
static pid_t read_pid(const char *path)
{
	struct timespec t = {.tv_nsec = 5000000};
	int pid = 0;

	for (int i = 0; i < 4000 && pid == 0; i++) {
		FILE *f = fopen(path, "r");

		if (f && fscanf(f, "%d\n", &pid) != 1)
			pid = 0;
		if (f)
			fclose(f);
		nanosleep(&t, NULL);
	}
	assert_true(pid > 0);
	return pid;
}

static void test_trial_dies_with_dyno(void **state)
{
	const char *const argv[] = {SWEEP, out_option(), NULL};
	struct timespec t = {.tv_nsec = 5000000};
	char path[4200];
	pid_t pid, trial;

	(void)state;
	snprintf(path, sizeof path, "%s/pid", dir);
	setenv("FAKE_TRIAL", "hang", 1);
	setenv("FAKE_TRIAL_PID", path, 1);
	pid = command_start(argv);
	trial = read_pid(path);
	unsetenv("FAKE_TRIAL_PID");
	assert_int_equal(kill(trial, 0), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (int i = 0; i < 1000 && kill(trial, 0) == 0; i++)
		nanosleep(&t, NULL);
	assert_int_equal(kill(trial, 0), -1);
	assert_int_equal(errno, ESRCH);
}

// A file that may not grow stands for a full disk: what fits is kept.
static void test_full_disk(void **state)
{
	const char *const argv[] = {SWEEP, out_option(), "--reps=50", NULL};
	struct rlimit old, small;
	struct command_result *r = calloc(1, sizeof *r);

	(void)state;
	setenv("FAKE_TRIAL", "ok", 1);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){64 * 1024, old.rlim_max};
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	command_run(r, argv);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(command_exit(r), 1);
	assert_non_null(strstr(r->err, "--resume"));
	assert_true(count(TRIALS) > 0 && count(TRIALS) < 5 * ALL);
	free(r);
	finish(5 * ALL);
}

static void test_interrupted_and_resumed(void **state)
{
	const char *const argv[] = {SWEEP, out_option(), NULL};
	static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

	(void)state;
	setenv("FAKE_TRIAL", "slow", 1);
	for (int i = 0; i < 3; i++) {
		const char *const again[] = {SWEEP, out_option(), "--resume",
		                             NULL};
		pid_t pid = command_start(i ? again : argv);
		int status;

		wait_until(10 * (i + 1));
		kill(pid, signals[i]);
		assert_int_equal(waitpid(pid, &status, 0), pid);
		assert_true(WIFEXITED(status));
		assert_int_equal(WEXITSTATUS(status), 130);
	}
	assert_true(count(TRIALS) < ALL);
	finish(ALL);
	finish(ALL); // nothing is left to do, and nothing is done twice
}

static void test_resume_checks_the_plan(void **state)
{
	const char *const argv[] = {SWEEP, out_option(), NULL};
	const char *const twice[] = {SWEEP, out_option(), NULL};
	const char *const other[] = {SWEEP, out_option(), "--resume",
	                             "--reps=11", NULL};
	static struct command_result r;

	(void)state;
	setenv("FAKE_TRIAL", "ok", 1);
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	command_run(&r, twice);
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "resume"));
	command_run(&r, other);
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "reps"));
	assert_int_equal(count(TRIALS), ALL);
}

// GOMAXPROCS 1 to 10 are the first ten behaviours of the fake trial.
static void test_every_outcome_is_recorded(void **state)
{
	const char *const argv[] = {DYNO,
	                            "sweep",
	                            "--workloads=null",
	                            "--procs=1-10",
	                            "--reps=2",
	                            "--timeout=2s",
	                            "--foreign-limit=none",
	                            "--trial-program=" FAKE_TRIAL,
	                            out_option(),
	                            NULL};
	static const char *const outcomes[] = {
		"ok",       "crash",       "timeout", "wrong", "starved",
		"deadlock", "unsupported", "error",   "error", "crash"};
	static struct command_result r;

	(void)state;
	setenv("FAKE_TRIAL", "procs", 1);
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 6);
	assert_int_equal(count(TRIALS), 20);
	for (int i = 0; i < 10; i++) {
		char query[256];

		snprintf(query, sizeof query,
		         "SELECT count(*) FROM trial JOIN point ON "
		         "trial.point = point.id WHERE procs = %d AND "
		         "outcome = '%s'",
		         i + 1, outcomes[i]);
		assert_int_equal(count(query), 2);
	}
	// Numbers come from the ok ones alone.
	assert_int_equal(count("SELECT count(*) FROM metric"), 2);
}

static void test_summary_as_json(void **state)
{
	const char *const argv[] = {SWEEP, out_option(), "--json", "--seed=7",
	                            NULL};
	static struct command_result r;
	json_t *doc;

	(void)state;
	setenv("FAKE_TRIAL", "ok", 1);
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	doc = json_loads(r.out, 0, NULL);
	assert_non_null(doc);
	assert_int_equal(json_integer_value(json_object_get(doc, "seed")), 7);
	assert_int_equal(json_integer_value(json_object_get(doc, "trials")), ALL);
	assert_int_equal(json_array_size(json_object_get(doc, "points")), 6);
	json_decref(doc);
}

static void check_run(const char *behaviour, int status, const char *outcome)
{
	const char *const argv[] = {DYNO,
	                            "run",
	                            "null",
	                            "--json",
	                            "--timeout=200ms",
	                            "--trial-program=" FAKE_TRIAL,
	                            NULL};
	static struct command_result r;
	json_t *doc;

	setenv("FAKE_TRIAL", behaviour, 1);
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), status);
	doc = json_loads(r.out, 0, NULL);
	assert_non_null(doc);
	assert_string_equal(json_string_value(json_object_get(doc, "outcome")),
	                    outcome);
	json_decref(doc);
}

static void test_run_tells_the_outcome(void **state)
{
	(void)state;
	check_run("ok", 0, "ok");
	check_run("crash", 6, "crash");
	check_run("hang", 6, "timeout");
	check_run("wrong", 6, "wrong");
	check_run("liar", 6, "error");
	check_run("unsupported", 6, "unsupported");
}

static void test_unwritable_directory(void **state)
{
	const char *const argv[] = {SWEEP, "--output=/proc/nowhere", NULL};
	static struct command_result r;

	(void)state;
	setenv("FAKE_TRIAL", "ok", 1);
	command_run(&r, argv);
	assert_true(command_exit(&r) == 1 || command_exit(&r) == 2);
	assert_non_null(strstr(r.err, "/proc/nowhere"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_killed_and_resumed),
		TEST(test_trial_dies_with_dyno),
		TEST(test_full_disk),
		TEST(test_interrupted_and_resumed),
		TEST(test_resume_checks_the_plan),
		TEST(test_every_outcome_is_recorded),
		TEST(test_summary_as_json),
		TEST(test_run_tells_the_outcome),
		TEST(test_unwritable_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
