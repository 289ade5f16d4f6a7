// test_find_max.c - searches with a trial program of known capacity: 70 % of each P.
#include "command.h"

#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>

#include <cmocka.h>

static const char *dir;
static char out[4200], out_option[4300];
static struct command_result r;

#define OF_BIMODAL \
	"--counters=none", "--json", "--foreign-limit=none", \
		"--trial-program=" FAKE_TRIAL
#define SWEEP \
	DYNO, "sweep", "-w", "bimodal", "-P1-2", "--find-max=load", OF_BIMODAL
#define SWEEP_ONE \
	DYNO, "sweep", "-w", "bimodal", "-P1", "--find-max=load", OF_BIMODAL
#define SWEEP_RATE \
	DYNO, "sweep", "-w", "bimodal", "-P1", "--find-max=rate", OF_BIMODAL
#define PROMISE "--slo=p99<=10ms"
#define TRIALS "SELECT count(*) FROM trial"
#define FOUND "SELECT count(*) FROM found"
#define PAIRS "SELECT count(*) FROM (SELECT DISTINCT point, rep FROM trial)"

static int set_up(void **state)
{
	(void)state;
	dir = command_directory();
	snprintf(out, sizeof out, "%s/out", dir);
	snprintf(out_option, sizeof out_option, "--output=%s", out);
	setenv("FAKE_TRIAL", "capacity", 1);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	command_remove(dir);
	return 0;
}

// run_to gives the points of a search that ends with this code; to be given back.
static json_t *run_to(int code, const char *const *argv)
{
	json_t *doc, *points;

	command_run(&r, argv);
	if (command_exit(&r) != code)
		print_error("%s", r.err);
	assert_int_equal(command_exit(&r), code);
	doc = json_loads(r.out, 0, NULL);
	assert_non_null(doc);
	points = json_incref(json_object_get(doc, "points"));
	json_decref(doc);
	return points;
}

static json_t *run(const char *const *argv)
{
	return run_to(0, argv);
}

static json_int_t number(const json_t *points, size_t i, const char *key)
{
	return json_integer_value(json_object_get(json_array_get(points, i), key));
}

static const char *end_of(const json_t *points, size_t i)
{
	return json_string_value(
		json_object_get(json_array_get(points, i), "end"));
}

static void check_found(const json_t *points, size_t i, int low, int high)
{
	assert_string_equal(end_of(points, i), "found");
	assert_in_range(number(points, i, "highest"), low, high);
	assert_true(number(points, i, "fails_at") > high);
	assert_true(number(points, i, "fails_at") <= high * 21 / 20 + 1);
}

static void test_the_capacity_is_found(void **state)
{
	const char *const argv[] = {SWEEP, PROMISE, out_option, NULL};
	json_t *points = run(argv);
	double late = json_real_value(
		json_object_get(json_array_get(points, 0), "late_p99_s"));

	(void)state;
	check_found(points, 0, 66, 70);
	check_found(points, 1, 133, 140);
	assert_true(late > 6.9e-6 && late < 7.1e-6);
	assert_int_equal(command_count(out, TRIALS),
	                 number(points, 0, "trials") +
	                         number(points, 1, "trials"));
	json_decref(points);
}

// latency_of is the second metric of a document on standard output, in ns.
static json_int_t latency_of(const char *text)
{
	json_t *doc = json_loads(text, 0, NULL);
	json_int_t ns = json_integer_value(json_object_get(
		json_array_get(json_object_get(doc, "metrics"), 1), "value"));

	json_decref(doc);
	return ns;
}

// Points that differ in their rates alone are told apart, in order and out of it.
static void test_a_rate_is_an_axis(void **state)
{
	const char *const argv[] = {DYNO,       "sweep", "-w",
	                            "bimodal",  "-P1",   "--rate=10k,20k",
	                            "-n1",      "-q",    OF_BIMODAL,
	                            out_option, NULL};
	char trial[24];

	(void)state;
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	for (int rate = 10; rate <= 20; rate += 10) {
		char query[200];

		snprintf(query, sizeof query,
		         "SELECT trial.id FROM trial JOIN point ON point.id = "
		         "point WHERE params LIKE '%%\"rate\":%d000,%%'",
		         rate);
		snprintf(trial, sizeof trial, "%lld", command_count(out, query));
		command_run(&r, (const char *[]){
					DYNO, "replay", out, trial, "--json",
					"--trial-program=" FAKE_TRIAL, NULL});
		assert_int_equal(command_exit(&r), 0);
		assert_int_equal(latency_of(r.out), 100000 + 10000 * rate);
	}
}

// A rate begins at 1000 and takes the place of the load; its steps are finer.
static void test_a_rate_is_found(void **state)
{
	const char *const argv[] = {SWEEP_RATE, PROMISE, out_option, NULL};
	json_t *points = run(argv);

	(void)state;
	check_found(points, 0, 67000, 70999);
	assert_null(json_object_get(
		json_object_get(json_array_get(points, 0), "params"), "load"));
	assert_int_equal(
		command_count(out, "SELECT count(*) FROM point WHERE params LIKE "
	                           "'%load%'"),
		0);
	assert_int_equal(
		command_count(out, "SELECT count(*) FROM point WHERE params LIKE "
	                           "'%\"rate\":1000,%'"),
		1);
	json_decref(points);
}

// dyno run searches at one point, and keeps nothing.
static void test_run_searches(void **state)
{
	const char *const argv[] = {DYNO,          "run",
	                            "bimodal",     "-P2",
	                            "--rate=100k", "--find-max=rate",
	                            OF_BIMODAL,    PROMISE,
	                            NULL};
	json_t *points = run(argv);

	(void)state;
	assert_int_equal(json_array_size(points), 1);
	check_found(points, 0, 134000, 140999);
	json_decref(points);
}

// A load that is met up to 3000 per second, and a server for it.
#define LOAD "sh -c 'test {rate} -le 3000 && echo p99 1.5ms || echo p99 90ms'"
#define OF_PROGRAM \
	"--find-max=rate", "--rate=3k", "--json", "--foreign-limit=none", \
		"--metric=p99 ([0-9.]+)(ms)"

static void test_a_load_command_is_offered_the_rate(void **state)
{
	const char *const argv[] = {DYNO,
	                            "sweep",
	                            OF_PROGRAM,
	                            "--load",
	                            LOAD,
	                            "--ready=up",
	                            "--slo=p99<=2ms",
	                            out_option,
	                            "--",
	                            "sh",
	                            "-c",
	                            "echo up; exec sleep 60",
	                            NULL};
	json_t *points = run(argv);
	const json_t *slo = json_array_get(
		json_object_get(json_array_get(points, 0), "slo"), 0);

	(void)state;
	check_found(points, 0, 2858, 3000);
	assert_true(json_real_value(json_object_get(slo, "value_s")) == 1.5e-3);
	assert_int_equal(command_count(out, "SELECT count(*) FROM point WHERE params = "
	                                    "'{\"rate\":6000}'"),
	                 1);
	json_decref(points);
}

// A program may be its own load, and a promise is of any metric that a rule names.
static void test_a_program_is_offered_the_rate(void **state)
{
	const char *const argv[] = {DYNO,
	                            "run",
	                            OF_PROGRAM,
	                            "--metric=lost ([0-9]+)",
	                            "--slo=p99<=1s,lost<=0",
	                            "--",
	                            "sh",
	                            "-c",
	                            "echo p99 1.5ms; echo lost $(({rate} / 3001))",
	                            NULL};
	json_t *points = run(argv);
	const json_t *slo = json_array_get(
		json_object_get(json_array_get(points, 0), "slo"), 1);

	(void)state;
	check_found(points, 0, 2858, 3000);
	assert_string_equal(json_string_value(json_object_get(slo, "metric")),
	                    "lost");
	assert_true(json_real_value(json_object_get(slo, "value")) == 0);
	json_decref(points);
}

// What cannot be judged is said at the first trial, and is no answer.
static void test_a_promise_of_another_unit_is_refused(void **state)
{
	const char *const unit[] = {DYNO,           "run",    OF_PROGRAM,
	                            "--slo=p99<=2", "--",     "echo",
	                            "p99 1.5ms",    "{rate}", NULL};
	const char *const absent[] = {DYNO,
	                              "run",
	                              OF_PROGRAM,
	                              "--metric=go-bench",
	                              "--slo=X sec/op<=2s",
	                              "--",
	                              "printf",
	                              "p99 1.5ms\nBenchmarkY 1 5 ns/op\n{rate}",
	                              NULL};

	(void)state;
	command_run(&r, unit);
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "write a time with its unit"));
	command_run(&r, absent);
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "tell no X sec/op"));
}

// At 5 it is 150 us; twice that is what it is at 20.
static void test_a_trial_is_replayed_where_it_was(void **state)
{
	const char *const argv[] = {SWEEP_ONE, PROMISE, out_option, NULL};
	const char *const replay[] = {DYNO,     "replay",
	                              out,      "2",
	                              "--json", "--trial-program=" FAKE_TRIAL,
	                              NULL};

	(void)state;
	json_decref(run(argv)); // the second trial is of twice the first's load
	command_run(&r, replay);
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(latency_of(r.out), 50000000);
}

// Pins are an axis of a search too, and the table says which is which.
static void test_points_have_their_axes(void **state)
{
	const char *const argv[] = {DYNO,
	                            "sweep",
	                            "-w",
	                            "bimodal",
	                            "-P1",
	                            "--pin=none",
	                            "--pin=compact",
	                            "--find-max=rate",
	                            "--rate=1",
	                            "--slo=p99<=1us",
	                            "--counters=none",
	                            "--foreign-limit=none",
	                            "--trial-program=" FAKE_TRIAL,
	                            out_option,
	                            NULL};

	(void)state;
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "the highest rate that keeps p99<=1us\n"));
	assert_non_null(strstr(r.out, "go1.27, pin none "));
	assert_non_null(strstr(r.out, "go1.27, pin compact "));
	assert_non_null(strstr(r.out, " never "));
	assert_int_equal(command_count(out, FOUND), 2);
}

static void test_a_promise_may_be_relative(void **state)
{
	const char *const argv[] = {SWEEP_ONE, "--slo=p99<=max(200us,2*@5)",
	                            out_option, NULL};
	json_t *points = run(argv);

	(void)state;
	check_found(points, 0, 19, 20);
	json_decref(points);
}

static void test_what_is_never_kept_is_said(void **state)
{
	const char *const argv[] = {SWEEP_ONE, "--slo=p99<=1us", out_option,
	                            NULL};
	json_t *points = run(argv);

	(void)state;
	assert_string_equal(end_of(points, 0), "never");
	assert_true(json_is_null(
		json_object_get(json_array_get(points, 0), "highest")));
	json_decref(points);
}

// Where no trial ends well the subject has failed, and the last one says how.
static void test_a_crash_keeps_nothing(void **state)
{
	const char *const argv[] = {SWEEP_ONE, PROMISE, out_option, NULL};
	json_t *points;

	(void)state;
	setenv("FAKE_TRIAL", "crash", 1);
	points = run_to(6, argv);
	assert_non_null(strstr(r.err, "the last: crash: "));
	assert_string_equal(end_of(points, 0), "never");
	assert_int_equal(number(points, 0, "failed_trials"),
	                 number(points, 0, "trials"));
	json_decref(points);
}

static void test_killed_and_resumed(void **state)
{
	const char *const argv[] = {SWEEP, PROMISE, out_option, NULL};
	const char *const bare[] = {DYNO,
	                            "sweep",
	                            "--resume",
	                            "--json",
	                            "--trial-program=" FAKE_TRIAL,
	                            out_option,
	                            NULL};
	struct timespec t = {.tv_nsec = 2000000};
	pid_t pid = command_start(argv);
	json_t *points;
	int status;

	(void)state;
	while (command_count(out, TRIALS) < 7)
		nanosleep(&t, NULL);
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	points = run(bare);
	check_found(points, 0, 66, 70);
	check_found(points, 1, 133, 140);
	assert_int_equal(command_count(out, TRIALS),
	                 number(points, 0, "trials") +
	                         number(points, 1, "trials"));
	assert_int_equal(command_count(out, PAIRS), command_count(out, TRIALS));
	assert_int_equal(command_count(out, FOUND), 2);
	json_decref(points);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_the_capacity_is_found),
		TEST(test_a_rate_is_an_axis),
		TEST(test_a_rate_is_found),
		TEST(test_run_searches),
		TEST(test_a_load_command_is_offered_the_rate),
		TEST(test_a_program_is_offered_the_rate),
		TEST(test_a_promise_of_another_unit_is_refused),
		TEST(test_a_trial_is_replayed_where_it_was),
		TEST(test_points_have_their_axes),
		TEST(test_a_promise_may_be_relative),
		TEST(test_what_is_never_kept_is_said),
		TEST(test_a_crash_keeps_nothing),
		TEST(test_killed_and_resumed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
