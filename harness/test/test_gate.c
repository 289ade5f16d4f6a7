// test_gate.c - dyno gate on programs whose numbers are made up: verdict, exit
// code and files.
//
// The program is a script that prints Go benchmark text. Its numbers depend on
// how often it was run, never on the time it took, so that what it says is the
// same on a loaded machine.
#include "gate_try.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

enum { COMMAND = 2 * GATE_TRY_PATH };

static const char script[] =
	"#!/bin/sh\n"
	"# FACTOR COUNTER: row A is as it is, row B is FACTOR percent of it\n"
	"n=$(cat \"$2\" 2>/dev/null || echo 0)\n"
	"echo $((n + 1)) >\"$2\"\n"
	"v=$((100000 + n * 7919 % 41 * 20))\n"
	"echo BenchmarkA-1 1 $v ns/op\n"
	"echo BenchmarkB-1 1 $((v * $1 / 100)) ns/op $v p99-ns\n";

static int make_script(void **state)
{
	int err = gate_try_begin(state);

	gate_try_program("script", script);
	return err;
}

static const char *subject(int percent)
{
	static char text[2][COMMAND];
	static int turn;

	turn = !turn;
	snprintf(text[turn], sizeof text[turn], "'%s' %d '%s'",
	         gate_try_file("script"), percent, gate_try_file("count"));
	return text[turn];
}

// gate runs one and returns its exit code. more: further options.
static int gate(const char *base, const char *head, const char *fail_on,
                const char *more)
{
	const char *output = gate_try_file("verdict.json");
	const char *const argv[] = {DYNO,        "gate",  "--base",   base,
	                            "--head",    head,    "--seed=1", "--quiet",
	                            "--fail-on", fail_on, "-o",       output,
	                            "--budget",  "60s",   more,       NULL};

	gate_try_again(); // the same numbers whatever was run before
	return gate_try(argv);
}

static void assert_says(const char *what)
{
	gate_try_has(gate_said.out, what);
}

#define ALL "regressed,failed,inconclusive,too-noisy,no-baseline"

static void test_slower(void **state)
{
	char junit[COMMAND];

	(void)state;
	snprintf(junit, sizeof junit, "--junit=%s", gate_try_file("junit.xml"));
	assert_int_equal(gate(subject(100), subject(110), ALL, junit), 3);
	assert_says("regressed: ");
	assert_says("equivalent");
	assert_says("a tail");
	assert_int_equal(access(gate_try_file("junit.xml"), R_OK), 0);
	assert_int_equal(gate_try_check(NULL), 3);
	assert_says("regressed");
	assert_int_equal(gate_try_check("--fail-on=failed"), 0);
}

static void test_alike(void **state)
{
	char summary[COMMAND];

	(void)state;
	snprintf(summary, sizeof summary, "--summary=%s",
	         gate_try_file("summary.md"));
	assert_int_equal(gate(subject(100), subject(100), ALL, summary), 0);
	assert_says("pass: ");
	assert_int_equal(access(gate_try_file("summary.md"), R_OK), 0);
	assert_int_equal(gate_try_check(NULL), 0);
}

static void test_faster(void **state)
{
	(void)state;
	assert_int_equal(gate(subject(110), subject(100), ALL, NULL), 0);
	assert_says("improved");
}

static void test_failed(void **state)
{
	static const struct {
		const char *head, *says;
	} all[] = {
		{"sh -c 'kill -SEGV $$'", "head: signal SEGV"},
		{"sh -c 'echo went wrong >&2; exit 3'",
	         "head: status 3: went wrong"},
		{"true", "head: it printed no result"},
		{"echo BenchmarkB-1 1 NaN ns/op", "head: B-1 did not end well"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		assert_int_equal(gate(subject(100), all[i].head,
		                      "regressed,failed", NULL),
		                 6);
		assert_says(all[i].says);
		assert_int_equal(gate_try_check(NULL), 6);
	}
	assert_int_equal(gate("true", subject(100), "failed", NULL), 6);
	assert_says("base: it printed no result, and head did");
	assert_int_equal(gate("false", subject(100), "failed", NULL), 6);
	assert_says("base: status 1");
	assert_int_equal(gate("false", subject(100), "regressed", NULL), 0);
	assert_int_equal(gate("/nonexistent", subject(100), "failed", NULL), 2);
	assert_int_equal(gate(" ", subject(100), "failed", NULL), 2);
	gate_try_has(gate_said.err, "--base is no command");
	assert_int_equal(gate("true", "a 'b", "failed", NULL), 2);
	gate_try_has(gate_said.err, "a quote is open");
}

static void test_timeout(void **state)
{
	(void)state;
	assert_int_equal(gate("true", "sleep 1000", "failed", "--timeout=100ms"),
	                 6);
	assert_says("head: it was stopped after the timeout");
}

static void test_rows_that_come_and_go(void **state)
{
	const char *both = "printf 'BenchmarkA 1 5 ns/op\\nBenchmarkB 1 5 ns/op\\n'";
	const char *one = "echo BenchmarkA 1 5 ns/op";

	(void)state;
	assert_int_equal(gate(one, both, ALL, NULL), 5);
	assert_says("no-baseline");
	assert_int_equal(gate(both, one, ALL, NULL), 6);
	assert_says("head does not have it");
}

static void test_ignored(void **state)
{
	const char *one = "echo BenchmarkA/policy=one 1 5 ns/op";
	const char *two = "echo BenchmarkA/policy=two 1 5 ns/op";

	(void)state;
	assert_int_equal(gate(one, two, ALL, "--ignore=policy"), 0);
	assert_says("equivalent");
	assert_int_equal(gate(one, two, ALL, NULL), 6);
}

// What go test -benchmem says of code that allocates nothing, now and then, or anew.
static void test_zero(void **state)
{
	static const struct {
		const char *base, *head, *says;
		int code;
	} all[] = {
		{"0 allocs/op", "0 allocs/op", "equivalent", 0},
		{"0 allocs/op", "1 allocs/op",
	         "regressed  no ratio: from or to 0", 3},
		{"3 allocs/op", "0 allocs/op", "improved", 0},
		{"$((n / 3 % 2)) B/op", "$((n / 3 % 2)) B/op", "0 now and then",
	         0},
		{"$((n % 2)) B/op", "5 B/op", "regressed", 3},
		{"0 p99-x", "5 p99-x", "shown", 0},
		{"0 x/s", "0 x/s", "a value is not above 0", 6},
		{"0 ns/op", "5 ns/op", "a value is not above 0", 6},
		{"-1 B/op", "5 B/op", "a value is not above 0", 6},
	};

	(void)state;
	gate_try_program("zero", "#!/bin/sh\n"
	                         "cd \"${0%/*}\"\n"
	                         "n=0\n"
	                         "[ ! -e count ] || read -r n <count\n"
	                         "echo $((n + 1)) >count\n"
	                         "eval \"echo BenchmarkA-1 1 $1\"\n");
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char base[COMMAND], head[COMMAND];

		snprintf(base, sizeof base, "'%s' '%s'", gate_try_file("zero"),
		         all[i].base);
		snprintf(head, sizeof head, "'%s' '%s'", gate_try_file("zero"),
		         all[i].head);
		if (gate(base, head, ALL, NULL) != all[i].code)
			fail_msg("%s, %s: %s%s", all[i].base, all[i].head,
			         gate_said.out, gate_said.err);
		assert_says(all[i].says);
		assert_int_equal(gate_try_check(NULL), all[i].code);
	}
}

// Rows of two packages are told apart wherever they are shown.
static void test_packages(void **state)
{
	const char *base = "printf 'pkg: x/a\\nBenchmarkA 1 5 ns/op\\npkg: "
			   "x/b\\nBenchmarkA 1 5 ns/op\\n'";
	const char *head = "printf 'pkg: x/a\\nBenchmarkA 1 5 ns/op\\npkg: "
			   "x/b\\nBenchmarkA 1 6 ns/op\\n'";
	char summary[COMMAND], *text;

	(void)state;
	unlink(gate_try_file("summary.md"));
	snprintf(summary, sizeof summary, "--summary=%s",
	         gate_try_file("summary.md"));
	assert_int_equal(gate(base, head, ALL, summary), 3);
	assert_says("x/a A");
	gate_try_has(strstr(gate_said.out, "x/b A"), "regressed");
	text = gate_try_read("verdict.json");
	gate_try_has(text, "\"group\": \"pkg: x/b\\n\"");
	free(text);
	text = gate_try_read("summary.md");
	gate_try_has(text, "| x/b A |");
	gate_try_has(text, "Base: printf 'pkg&#58; x/a");
	free(text);
	// One package is said by itself.
	assert_int_equal(gate("printf 'pkg: x/a\\nBenchmarkA 1 5 ns/op\\n'",
	                      "printf 'pkg: x/a\\nBenchmarkA 1 5 ns/op\\n'",
	                      ALL, NULL),
	                 0);
	assert_null(strstr(gate_said.out, "x/a"));
}

static void test_unwritable(void **state)
{
	const char *const argv[] = {DYNO,          "gate",
	                            "--base=true", "--head=true",
	                            "-o",          "/nonexistent/verdict.json",
	                            NULL};

	(void)state;
	assert_int_equal(gate_try(argv), 1);
	gate_try_has(gate_said.err, "cannot be written");
}

// Whoever asks for a length gets one that the pilot chose.
static void test_pilot(void **state)
{
	const char *text = "echo BenchmarkA 1 {ms} ns/op";

	(void)state;
	assert_int_equal(gate(text, text, ALL, NULL), 0);
	assert_int_equal(gate(text, "echo BenchmarkA 1 5 ns/op", ALL, NULL), 2);
	gate_try_has(gate_said.err, "{ms}");
}

// length_in says which length the pilot chose with that budget.
static int length_in(const char *budget)
{
	char text[COMMAND];
	const char *const argv[] = {DYNO,
	                            "gate",
	                            "--base",
	                            text,
	                            "--head",
	                            text,
	                            "--quiet",
	                            "--budget",
	                            budget,
	                            "-o",
	                            gate_try_file("verdict.json"),
	                            NULL};
	char *verdict;
	int length = 0;

	snprintf(text, sizeof text, "'%s' {ms}", gate_try_file("lengthy"));
	gate_try_again();
	assert_int_equal(gate_try(argv), 6); // it has seen enough
	verdict = gate_try_read("verdict.json");
	const char *at = strstr(verdict, "\"length_ms\": ");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "\"length_ms\": %d", &length), 1);
	free(verdict);
	return length;
}

// Runs of 500 ms would tell most here; but not where the budget holds too few.
static void test_length_fits(void **state)
{
	(void)state;
	gate_try_program("lengthy",
	                 "#!/bin/sh\n"
	                 "cd \"${0%/*}\"\n"
	                 "n=0\n"
	                 "[ ! -e count ] || read -r n <count\n"
	                 "echo $((n + 1)) >count\n"
	                 "[ $n -lt 17 ] || exit 1\n" // the pilot is over
	                 "v=$((100 + n * 7919 % 41))\n"
	                 "[ $1 != 500 ] || { v=100; sleep 0.05; }\n"
	                 "echo BenchmarkA 1 $v ns/op\n");
	assert_int_equal(length_in("100s"), 500);
	assert_in_range(length_in("3s"), 50, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slower),
		cmocka_unit_test(test_alike),
		cmocka_unit_test(test_faster),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_rows_that_come_and_go),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_packages),
		cmocka_unit_test(test_unwritable),
		cmocka_unit_test(test_pilot),
		cmocka_unit_test(test_length_fits),
	};
	return cmocka_run_group_tests(tests, make_script, gate_try_end);
}
