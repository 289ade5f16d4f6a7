// test_usage.c - the real dyno on bad input: the exit code, one message, and the
// valid choice named in it.
#include "command.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <workloads/workload.h>

#include <cmocka.h>

enum { WORDS = 8 };

struct mistake {
	const char *words[WORDS]; // after dyno
	const char *says;         // part of the message
};

static const struct mistake mistakes[] = {
	{{NULL}, "name a command"},
	{{"lst"}, "did you mean list?"},
	{{"list", "workload"}, "did you mean workloads?"},
	{{"list", "--jsn"}, "--jsn"},
	{{"run"}, "name one workload"},
	{{"run", "fib", "echo"}, "name one workload"},
	{{"run", "fibb"}, "did you mean fib?"},
	{{"run", "fib", "--polcy=go1.27"}, "did you mean policy?"},
	{{"run", "fib", "-Z"}, "unknown option '-Z'"},
	{{"run", "fib", "--policy=go1.26"}, "did you mean go1.27"},
	{{"run", "fib", "--policy=go1.27,stel=one"}, "did you mean steal?"},
	{{"run", "fib", "--policy=go1.27,steal=onee"}, "did you mean one"},
	{{"run", "fib", "--counters=task-clok"}, "did you mean task-clock?"},
	{{"run", "fib", "--pin=compat"}, "did you mean compact?"},
	{{"run", "fib", "--pin=9999"}, "CPU 9999 does not exist"},
	{{"run", "fib", "--procs=0"}, "1 to 4096"},
	{{"run", "fib", "--procs=4097"}, "1 to 4096"},
	{{"run", "fib", "--procs=-1"}, "1 to 4096"},
	{{"run", "fib", "--procs=two"}, "1 to 4096"},
	{{"run", "fib", "--procs=1,2"}, "dyno sweep"},
	{{"run", "fib", "--procs=4", "--m-cap=2"}, "at least GOMAXPROCS"},
	{{"run", "fib", "--m-cap=0"}, "from 1"},
	{{"run", "fib", "--param=nn=3"}, "did you mean n?"},
	{{"run", "fib", "--param=n=99999"}, "0 to 45"},
	{{"run", "uts", "--param=tree=2"}, "tree=2 is none"},
	{{"run", "fib", "--param=n"}, "name=value"},
	{{"run", "fib", "--param=n=3,4"}, "dyno sweep takes several"},
	{{"gate", "--workload=fib", "--head-policy=go1.0", "--param=n=3,4"},
         "takes one value"},
	{{"run", "fib", "--size=smal"}, "did you mean small?"},
	{{"run", "fib", "--duration=5"}, "with its unit"},
	{{"run", "fib", "--timeout=0s"}, "with its unit"},
	{{"run", "fib", "--seed=0"}, "9007199254740991"},
	{{"sweep", "-w", "bimodal", "--find-max=load"}, "belong together"},
	{{"sweep", "-w", "bimodal", "--slo=p99<=1ms"}, "belong together"},
	{{"sweep", "-w", "bimodal", "--slo=p99<1ms"}, "at column 4"},
	{{"sweep", "-w", "fib", "--find-max=load", "--slo=p99<=1ms"},
         "all of the workloads have"},
	{{"run", "bimodal", "--find-max=load", "--slo=p95<=1ms"}, "p50, p90, p99"},
	{{"run", "bimodal", "--find-max=load", "--slo=p99<=5"}, "at column 6"},
	{{"sweep", "-w", "bimodal", "--rate=0"}, "such as 500,1k"},
	{{"sweep", "-w", "bimodal", "--rate=1k,2K"}, "such as 500,1k"},
	{{"run", "bimodal", "--rate=1k,2k"}, "dyno sweep takes several"},
	{{"sweep", "-w", "bimodal,fib", "--rate=1k"}, "offered to: bimodal"},
	{{"run", "fib", "--find-max=rate", "--slo=p99<=1ms"},
         "fib has no rate: it waits for its answers. One is offered to: bimodal"},
	{{"run", "bimodal", "--rate=1k", "--param=load=5"}, "leave one out"},
	{{"run", "bimodal", "--rate=1k", "--param=rate=5"}, "given twice"},
	{{"run", "bimodal", "--param=load=5", "--param=rate=5"}, "leave one out"},
	{{"run", "bimodal", "--param=load=0"}, "one of them has to be 0"},
	{{"run", "bimodal", "--find-max=load", "--slo=p99<=1ms", "--rate=1k"},
         "leave one out"},
	{{"sweep", "-w", "bimodal", "--find-max=rate", "--slo=p99<=1ms",
          "--rate=1k,2k"},
         "where to begin"},
	{{"sweep", "--rate=1k", "--", "true"}, "write {rate} where"},
	{{"sweep", "--find-max=rate", "--slo=throughput<=1", "--", "true"},
         "write {rate} where"},
	{{"run", "--find-max=n", "--slo=throughput<=1", "--", "echo", "{rate}"},
         "seeks rate alone"},
	{{"run", "--find-max=rate", "--slo=p99<=1ms", "--", "echo", "{rate}"},
         "of which there are: 'throughput'"},
	{{"run", "--metric=a: ([0-9]*)", "--metric=a: ([0-9]*)us", "--", "true"},
         "two metrics would be called 'a', after what stands before their number"},
	{{"run", "--metric=throughput=(.*)", "--metric=runs", "--", "true"},
         "two metrics would be called 'throughput'"},
	{{"run", "--load=echo {rate}", "--ready=tcp:1", "--", "true"},
         "the load has {rate} in it"},
	{{"sweep", "-w", "bimodal", "--find-max=load", "--slo=p99<=1ms", "-n3"},
         "leave it or reps out"},
	{{"run", "fib", "--work-rate=1023"}, "1024 to 1073741824"},
	{{"run", "fib", "--work-rate=2e9"}, "1024 to 1073741824"},
	{{"run", "--work-rate=5000", "--", "true"}, "leave it out"},
	{{"run", "fib", "--stack-guard=alway"}, "did you mean always?"},
	{{"sweep"}, "--workloads"},
	{{"sweep", "--workloads=fib,ech"}, "did you mean echo?"},
	{{"sweep", "--workloads="}, "names separated by commas"},
	{{"sweep", "a.yaml", "b.yaml"}, "unexpected word 'b.yaml'"},
	{{"sweep", "/nonexistent.yaml"}, "cannot be opened"},
	{{"sweep", SPECS "/bad/unknown-key.yaml"}, "unknown-key.yaml:2:1: "},
	{{"sweep", "--workloads=fib", "--reps=0"}, "from 1"},
	{{"sweep", "--workloads=fib", "--until=0%"}, "such as 2%"},
	{{"sweep", "--workloads=fib", "--until=0x1p1%"}, "such as 2%"},
	{{"sweep", "--workloads=fib", "--foreign-limit=5"}, "or none"},
	{{"sweep", "--workloads=fib", "--foreign-limit=101%"}, "or none"},
	{{"sweep", "--workloads=fib", "--until=2%", "--budget=9s"}, "leave it"},
	{{"sweep", "--workloads=fib", "--procs=4-1"}, "1 to 4096"},
	{{"sweep", "-w", "fib", "--budget=2"}, "with its unit"},
	{{"sweep", "-w", "fib", "--budget=2s", "-n3"}, "leave it or reps out"},
	{{"sweep", "-w", "fib", "--budget=2s", "--dry-run"}, "or dry-run out"},
	{{"sweep", "--resume", "--output=/nonexistent"}, "no experiment"},
	{{"report"}, "name one directory"},
	{{"report", "/nonexistent"}, "/nonexistent"},
	{{"report", "/nonexistent", "--format=cvs"}, "did you mean csv?"},
	{{"report", "/nonexistent", "--without-disturbed"}, "is of --format"},
	{{"gate"}, "name two commands"},
	{{"gate", "--base=true"}, "name two commands"},
	{{"gate", "--threshold=2"}, "such as 2%"},
	{{"gate", "--threshold=0%"}, "above 0%"},
	{{"gate", "--rows=gobenc"}, "did you mean gobench?"},
	{{"gate", "--fail-on=regression"}, "regressed,failed,inconclusive"},
	{{"gate", "--check=/nonexistent"}, "/nonexistent"},
	{{"gate", "--check=/dev/null"}, "no verdict"},
	{{"compare", "/nonexistent"}, "name two results"},
	{{"compare", "/nonexistent", "/dev/null"}, "/nonexistent"},
	{{"compare", "/dev/null", "/dev/null"}, "no results"},
	{{"compare", "a", "b", "--alpha=1"}, "above 0 and at most 0.5"},
	{{"compare", "a", "b", "--ignore=,"}, "names separated by commas"},
	{{"compare", "a", "b", "--json", "--csv"}, "one of"},
};

static void run(struct command_result *r, const char *const *words)
{
	const char *argv[WORDS + 2] = {DYNO};

	for (int i = 0; i < WORDS && words[i]; i++)
		argv[i + 1] = words[i];
	command_run(r, argv);
}

static int lines(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

static void test_mistakes(void **state)
{
	static struct command_result r;

	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		run(&r, mistakes[i].words);
		if (command_exit(&r) != 2 || lines(r.err) != 1 ||
		    !strstr(r.err, mistakes[i].says) || *r.out)
			print_error("dyno %s %s %s: exit %d, \"%s\", not \"%s\"\n",
			            mistakes[i].words[0], mistakes[i].words[1],
			            mistakes[i].words[2], command_exit(&r),
			            r.err, mistakes[i].says);
		assert_int_equal(command_exit(&r), 2);
		assert_int_equal(lines(r.err), 1);
		assert_non_null(strstr(r.err, mistakes[i].says));
		assert_string_equal(r.out, "");
	}
}

static void test_gomaxprocs(void **state)
{
	const char *const words[WORDS] = {"run", "null", "--trial-program",
	                                  FAKE_TRIAL, "--json"};
	static struct command_result r;

	(void)state;
	setenv("FAKE_TRIAL", "ok", 1);
	setenv("GOMAXPROCS", "4097", 1);
	run(&r, words);
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "GOMAXPROCS=4097"));
	setenv("GOMAXPROCS", "x", 1);
	run(&r, words);
	assert_int_equal(command_exit(&r), 0);
	unsetenv("GOMAXPROCS");
}

// A name cannot move the cursor or make a second line of a message.
static void test_hostile_words(void **state)
{
	const char *const words[WORDS] = {"run", "fib\n\033[2J\rdyno: fine"};
	static struct command_result r;

	(void)state;
	run(&r, words);
	assert_int_equal(command_exit(&r), 2);
	assert_int_equal(lines(r.err), 1);
	assert_null(strchr(r.err, '\033'));
	assert_null(strchr(r.err, '\r'));
}

static void test_help_and_version(void **state)
{
	static const char *const commands[] = {"list", "run", "sweep", "report"};
	static struct command_result r;

	(void)state;
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
		const char *const words[WORDS] = {commands[i], "--help"};

		run(&r, words);
		assert_int_equal(command_exit(&r), 0);
		assert_non_null(strstr(r.out, "SYNOPSIS"));
		assert_non_null(strstr(r.out, "EXIT STATUS"));
		assert_string_equal(r.err, "");
	}
	run(&r, (const char *const[WORDS]){"--version"});
	assert_string_equal(r.out, "dyno " DYNO_VERSION "\n");
	run(&r, (const char *const[WORDS]){"--help"});
	assert_int_equal(command_exit(&r), 0);
}

// What --write-spec says, a dry run reads again.
static void test_specs(void **state)
{
	const char *const write[WORDS] = {"sweep", "-w", "fib", "-P1-3",
	                                  "--write-spec=-"};
	const char *const dry[WORDS] = {"sweep", SPECS "/good/short.yaml",
	                                "--procs=2,3", "--dry-run"};
	static struct command_result r;

	(void)state;
	run(&r, write);
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "workloads: [fib]\nprocs: [1, 2, 3]\n"));
	run(&r, (const char *const[WORDS]){"sweep", "-w", "fib",
	                                   "--param=n=3,4", "--write-spec=-"});
	assert_non_null(strstr(r.out, "\n  n: [3, 4]\n"));
	run(&r, dry);
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "2 points, 10 trials of each"));
	assert_non_null(
		strstr(r.out, "about 12 s, if rounds are short; at most 20 min"));
	run(&r, (const char *const[WORDS]){"sweep", "--dry-run", "-n4",
	                                   "--schedtrace=5ms",
	                                   "--schedtrace-reps=1", "--", "true"});
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "as long as the program takes, 5 times"));
	assert_null(strstr(r.out, "policy"));
}

static void test_list(void **state)
{
	static struct command_result r;

	(void)state;
	run(&r, (const char *const[WORDS]){"list"});
	assert_int_equal(command_exit(&r), 0);
	assert_string_equal(r.err, "");
	assert_non_null(strstr(r.out, "imbalance"));
	assert_non_null(strstr(r.out, "go1.27"));
	assert_non_null(strstr(r.out, "task-clock"));
	assert_non_null(strstr(r.out, "compact"));
}

// What a program is told of a workload is what people are.
static void test_list_for_programs(void **state)
{
	static struct command_result r;
	json_t *all;
	const json_t *w = NULL;
	size_t i;

	(void)state;
	run(&r, (const char *const[WORDS]){"list", "--json", "workloads",
	                                   "topology"});
	assert_int_equal(command_exit(&r), 0);
	all = json_loads(r.out, 0, NULL);
	assert_non_null(all);
	assert_null(json_object_get(all, "policies"));
	assert_true(json_integer_value(json_object_get(
			    json_object_get(json_object_get(all, "topology"),
	                                    "levels"),
			    "CPUs (PUs)")) > 0);
	json_array_foreach(json_object_get(all, "workloads"), i, w)
	{
		const struct workload *right = wl_catalogue(i);

		assert_non_null(right);
		assert_string_equal(json_string_value(json_object_get(w, "name")),
		                    right->name);
		assert_int_equal(json_is_null(json_object_get(w, "latency")),
		                 !right->latency);
		assert_int_equal(json_is_null(json_object_get(w, "fairness")),
		                 !right->fairness);
	}
	assert_null(wl_catalogue(i));
	json_decref(all);
}

static void test_full_output(void **state)
{
	const char *const argv[] = {"/bin/sh", "-c",
	                            DYNO " list workloads >/dev/full", NULL};
	static struct command_result r;

	(void)state;
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 1);
	assert_non_null(strstr(r.err, "standard output"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_gomaxprocs),
		cmocka_unit_test(test_hostile_words),
		cmocka_unit_test(test_help_and_version),
		cmocka_unit_test(test_specs),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_list_for_programs),
		cmocka_unit_test(test_full_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
