// test_program.c - any program on the dyno: what it is given, what becomes of
// it, and that a sweep of one can be resumed.
#include "dyno_runs.h"

#include <jansson.h>
#include <math.h>
#include <results/power.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct command_result r;

static void test_gomaxprocs(void **state)
{
	(void)state;
	setenv("GOMAXPROCS", "7", 1);
	DYNO_RUNS("run", "--json", "-P3", "--metric", SAY, "--", "sh", "-c",
	          "echo P=$GOMAXPROCS");
	assert_int_equal(command_exit(&r), 0);
	assert_true(dyno_metric(&r) == 3);
	DYNO_RUNS("run", "--json", "--metric", SAY, "--", "sh", "-c",
	          "echo P=${GOMAXPROCS-12}");
	assert_int_equal(command_exit(&r), 0);
	assert_true(dyno_metric(&r) == 12);
	unsetenv("GOMAXPROCS");
}

// Words reach the program as they are, and no shell sees them.
static void test_words_and_environment(void **state)
{
	(void)state;
	DYNO_RUNS("run", "--json", "--env", "N=4 5;", "--metric", SAY, "--",
	          "sh", "-c", "[ \"$N$1\" = '4 5;$HOME *' ] && echo P=1", "sh",
	          "$HOME *");
	assert_int_equal(command_exit(&r), 0);
	assert_true(dyno_metric(&r) == 1);
}

static void outcome(const char *script, const char *name, const char *why)
{
	json_t *doc;

	DYNO_RUNS("run", "--json", "--timeout=300ms", "--metric", SAY, "--",
	          "sh", "-c", script);
	assert_int_equal(command_exit(&r), 6);
	doc = json_loads(r.out, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(doc, "outcome")),
	                    name);
	assert_non_null(
		strstr(json_string_value(json_object_get(doc, "why")), why));
	assert_int_equal(json_array_size(json_object_get(doc, "metrics")), 0);
	json_decref(doc);
}

static void test_outcomes(void **state)
{
	(void)state;
	outcome("echo P=1; kill -SEGV $$", "crash", "SIGSEGV");
	outcome("echo P=1; sleep 60", "timeout", "stopped");
	outcome("echo P=1; echo it broke >&2; exit 3", "error",
	        "exit status 3: it broke");
	outcome("echo Q=1", "error", "P=([0-9]*)");
}

static void test_sweep_and_resume(void **state)
{
	const char *dir = command_directory();

	(void)state;
	DYNO_RUNS("sweep", "-q", "-n2", "--procs=default,1-2", "-o", dir,
	          "--foreign-limit=none", "--metric", SAY, "--", "sh", "-c",
	          "echo P=${GOMAXPROCS-9}");
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(command_count(dir, "SELECT count(*) FROM trial"), 6);
	assert_int_equal(
		command_count(dir, "SELECT count(*) FROM metric JOIN trial ON "
	                           "trial.id = metric.trial JOIN point ON "
	                           "point.id = trial.point WHERE name = 'P' "
	                           "AND value = "
	                           "CASE procs WHEN 0 THEN 9 ELSE procs END"),
		6);
	DYNO_RUNS("sweep", "--resume", "-o", dir);
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(command_count(dir, "SELECT count(*) FROM trial"), 6);
	assert_non_null(strstr(r.out, "default"));
	DYNO_RUNS("sweep", "--resume", "-n2", "--procs=default,1-2", "-o", dir,
	          "--foreign-limit=none", "--metric", SAY, "--", "sh", "-c",
	          "echo P=1");
	assert_int_equal(command_exit(&r), 2);
	command_remove(dir);
}

// The benchmarks of a program have one name at every GOMAXPROCS, and each a table.
static void test_benchmarks(void **state)
{
	const char *dir = command_directory();

	(void)state;
	DYNO_RUNS("sweep", "-n1", "--procs=1,2", "-o", dir,
	          "--foreign-limit=none", "--metric=go-bench", "--metric=runs",
	          "--", "sh", "-c",
	          "[ $GOMAXPROCS = 1 ] || p=-$GOMAXPROCS; "
	          "echo BenchmarkRing$p 9 1234 ns/op 16 B/op");
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(command_count(dir, "SELECT count(*) FROM metric WHERE "
	                                    "name = 'Ring sec/op'"),
	                 2);
	assert_non_null(strstr(r.out, ": Ring sec/op (lower is better)"));
	assert_non_null(strstr(r.out, ": Ring B/op (lower is better)"));
	assert_non_null(strstr(r.out, "1.234 µ sec/op"));
	assert_null(strstr(r.out, "without a number"));
	command_remove(dir);
}

// Every table says of which metric it is, the first too.
static void test_tables_name_their_metric(void **state)
{
	const char *dir = command_directory();

	(void)state;
	DYNO_RUNS("sweep", "-n1", "--procs=1", "-o", dir,
	          "--foreign-limit=none", "--metric", "took ([0-9]+)(ms)",
	          "--better=lower", "--", "echo", "took 7ms");
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "program: took (lower is better)"));
	command_remove(dir);
}

// check_effect makes out of the variation that a budget tells which effect it can
// detect, and compares.
static void check_effect(const char *said)
{
	const char *at = strstr(said, "is about ");
	double effect, cv, sd;
	size_t reps;

	assert_int_equal(sscanf(said, "%zu trials of each point", &reps), 1);
	assert_non_null(at);
	assert_int_equal(sscanf(at, "is about %lf %%: CV %lf %%", &effect, &cv),
	                 2);
	sd = sqrt(log1p(cv / 100 * cv / 100));
	cv = 100 * expm1(power_detectable_two(sd, reps, reps, 0.05, 0.8));
	// The figures are rounded.
	assert_true(fabs(effect - cv) <= 0.1 + 0.1 * cv + 0.5 * (cv >= 10));
}

// A budget is a number of trials, and no pilot is among them.
static void test_budget(void **state)
{
	const char *dir = command_directory();
	long long n;

	(void)state;
	DYNO_RUNS("sweep", "--budget=2s", "--procs=1,2", "-o", dir, "--metric",
	          SAY, "--", "sh", "-c", "sleep 0.05; echo P=$((100+$$%7))");
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.err, "the smallest effect"));
	check_effect(r.err);
	n = command_count(dir, "SELECT count(*) FROM trial");
	assert_in_range(n, 4, 40);
	assert_int_equal(n % 2, 0);
	DYNO_RUNS("sweep", "--budget=2s", "-o", dir, "--", "sh", "-c", "true");
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "already"));
	command_remove(dir);
	DYNO_RUNS("sweep", "--budget=30ms", "-o", dir, "--", "sleep", "0.02");
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "too small"));
	assert_int_equal(command_count(dir, "SELECT 1"), -1);
}

// Pins are an axis: a program sees the CPUs of its point, also in a replay.
static void test_pins(void **state)
{
	const char *dir = command_directory();
	cpu_set_t set;
	int cpus;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
	cpus = CPU_COUNT(&set);
	DYNO_RUNS("sweep", "--pin=compact", "--pin=none", "-P1", "-n2", "-o",
	          dir, "--foreign-limit=none", "--metric", SAY, "--", "sh",
	          "-c", "echo P=$(nproc)");
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "pin"));
	assert_int_equal(
		command_count(dir, "SELECT sum(value) FROM metric JOIN trial ON "
	                           "trial.id = metric.trial JOIN point ON "
	                           "point.id = trial.point WHERE name = 'P' AND "
	                           "json_extract(params, '$.pin') = 'compact'"),
		2);
	assert_int_equal(command_count(dir, "SELECT sum(value) FROM metric "
	                                    "WHERE name = 'P'"),
	                 2 + 2 * cpus);
	DYNO_RUNS("sweep", "--resume", "-o", dir, "-q");
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(command_count(dir, "SELECT count(*) FROM trial"), 4);
	for (int i = 1; i <= 2; i++) {
		char trial[8], query[100];

		snprintf(trial, sizeof trial, "%d", i);
		snprintf(query, sizeof query,
		         "SELECT value FROM metric WHERE name = 'P' AND "
		         "trial = %d",
		         i);
		DYNO_RUNS("replay", dir, trial, "--json");
		assert_int_equal(command_exit(&r), 0);
		assert_int_equal((long long)dyno_metric(&r),
		                 command_count(dir, query));
	}
	command_remove(dir);
}

// A replay has the same command, environment and seed, and stores nothing.
static void test_replay(void **state)
{
	const char *dir = command_directory();
	json_t *doc;

	(void)state;
	DYNO_RUNS("sweep", "-q", "-n1", "--procs=2", "-o", dir, "--seed=5",
	          "--foreign-limit=none", "--env=A=3", "--metric", SAY, "--",
	          "sh", "-c", "echo P=$GOMAXPROCS$A");
	assert_int_equal(command_exit(&r), 0);
	DYNO_RUNS("replay", dir, "1", "--json");
	assert_int_equal(command_exit(&r), 0);
	assert_true(dyno_metric(&r) == 23);
	doc = json_loads(r.out, 0, NULL);
	assert_int_equal(
		json_integer_value(json_object_get(doc, "seed")),
		command_count(dir, "SELECT CAST(seed AS INTEGER) FROM trial"));
	json_decref(doc);
	DYNO_RUNS("replay", dir, "1");
	assert_non_null(strstr(r.out, "then: ok, 23"));
	DYNO_RUNS("replay", dir);
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "outcome"));
	DYNO_RUNS("replay", dir, "2");
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "no trial 2"));
	assert_int_equal(command_count(dir, "SELECT count(*) FROM trial"), 1);
	command_remove(dir);
}

// inherit sets what a sweep and its trials get from whoever starts dyno.
static void inherit(const char *gogc, const char *own, const char *directory)
{
	if (gogc)
		setenv("GOGC", gogc, 1);
	else
		unsetenv("GOGC");
	setenv("INHERITED", own, 1);
	assert_int_equal(chdir(directory), 0);
}

// The program says what it has inherited, and kills dyno in its second trial.
static const char say[] = "cat >say <<'E'\n"
			  "echo P=$GOGC${GODEBUG:+1}\n"
			  "echo x >>ran\n"
			  "if [ $(wc -l <ran) = 2 ]; then\n"
			  "        read -r pid comm state dyno rest </proc/$PPID/stat\n"
			  "        kill -KILL $dyno\n"
			  "fi\n"
			  "E\n";

// What trials inherit is the same when they are run again, also of the rest of a
// sweep; where it cannot be, that is said.
static void test_surroundings(void **state)
{
	const char *dir = command_directory();
	char out[300];

	(void)state;
	snprintf(out, sizeof out, "%s/out", dir);
	inherit("61", "secret", dir);
	command_run(&r, (const char *const[]){"/bin/sh", "-c", say, NULL});
	assert_int_equal(command_exit(&r), 0);
	DYNO_RUNS("sweep", "-q", "-n2", "--procs=1", "-o", "out", "--metric",
	          SAY, "--foreign-limit=none", "--", "sh", "./say");
	assert_int_equal(command_exit(&r), -1);
	assert_int_equal(command_count("out", "SELECT count(*) FROM trial"), 1);
	assert_int_equal(command_count("out", "SELECT count(*) FROM experiment "
	                                      "WHERE environment LIKE "
	                                      "'%secret%'"),
	                 0);
	DYNO_RUNS("replay", "out", "1");
	assert_int_equal(command_exit(&r), 0);
	assert_string_equal(r.err, "");

	inherit("5", "secret", "/");
	setenv("GODEBUG", "x=1", 1);
	DYNO_RUNS("replay", out, "1", "--json");
	assert_int_equal(command_exit(&r), 0);
	assert_true(dyno_metric(&r) == 61);
	assert_non_null(strstr(r.err, "again: GOGC, GODEBUG (not set)"));
	assert_null(strstr(r.err, "no value was kept"));

	inherit(NULL, "another", "/");
	unsetenv("GODEBUG");
	DYNO_RUNS("sweep", "--resume", "-q", "-o", out);
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.err, "again: GOGC"));
	assert_non_null(strstr(r.err, "no value was kept of: INHERITED;"));
	assert_int_equal(command_count(out, "SELECT count(*) FROM metric WHERE "
	                                    "name = 'P' AND value = 61"),
	                 2);
	unsetenv("INHERITED");
	command_remove(dir);
}

static void refused(const char *const *words, const char *says)
{
	dyno_run(&r, words);
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, says));
}

static void test_refused(void **state)
{
	static const struct {
		const char *words[DYNO_WORDS];
		const char *says;
	} all[] = {
		{{"run", "--", "no-such-program"}, "in PATH"},
		{{"run", "--", "/etc/passwd"}, "cannot be executed"},
		{{"run", "--", "/nonexistent/x"}, "No such file"},
		{{"run", "--"}, "name one workload"},
		{{"run", "fib", "--", "sh"}, "name one workload"},
		{{"run", "--m-cap=4", "--", "sh"}, "m-cap is for"},
		{{"run", "--pin=none", "--pin=core", "--", "sh"}, "one value"},
		{{"sweep", "-w", "fib", "--pin=none", "--pin=core"}, "procs"},
		{{"run", "--env=A", "--", "sh"}, "NAME=VALUE"},
		{{"run", "--env=GOMAXPROCS=2", "--", "sh"}, "procs"},
		{{"run", "--metric=x", "--", "sh"}, "group"},
		{{"run", "--better=more", "--", "sh"}, "unknown direction"},
		{{"run", "fib", "--metric=runs"}, "is for programs"},
		{{"replay"}, "name the directory"},
		{{"replay", "x", "1x"}, "number of a trial"},
		{{"replay", "/nonexistent", "1"}, "no experiment"},
		{{"run", "--load=cat 'x", "--", "sh"}, "quotes"},
		{{"run", "--load=cat", "--", "sh"}, "belong together"},
		{{"run", "--ready=tcp:0", "--", "sh"}, "tcp:PORT"},
		{{"sweep", "-w", "fib", "--", "sh"}, "workloads is for"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		refused(all[i].words, all[i].says);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gomaxprocs),
		cmocka_unit_test(test_words_and_environment),
		cmocka_unit_test(test_outcomes),
		cmocka_unit_test(test_sweep_and_resume),
		cmocka_unit_test(test_benchmarks),
		cmocka_unit_test(test_tables_name_their_metric),
		cmocka_unit_test(test_budget),
		cmocka_unit_test(test_pins),
		cmocka_unit_test(test_replay),
		cmocka_unit_test(test_surroundings),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
