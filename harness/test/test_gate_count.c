// test_gate_count.c - dyno gate on counted instructions: that they are the same
// again, what is refused, and what is told of what differs.
#include "fixture_elf.h"
#include "gate_try.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

enum { COMMAND = 2 * GATE_TRY_PATH };

static int gate(const char *first, const char *second)
{
	const char *verdict = gate_try_file("verdict.json");
	const char *const argv[] = {
		DYNO,    "gate",    "--rows=instructions",        "-o",
		verdict, "--quiet", "--fail-on=regressed,failed", first,
		second,  NULL};

	return gate_try(argv);
}

//---------------------------------------------------------------------------
// Counted by callgrind
//---------------------------------------------------------------------------

// The shell's loop is the work: 5 rounds more in 2000 are more than 0.1 %. The
// variables of whoever started the gate do not count, and are not there.
#define WORK \
	"--%s=sh -c 'test -z \"$DYNO_TEST\" || exit 7; i=0; " \
	"while [ $i -lt %d ]; do i=$((i + 1)); done'"

static void test_small_change(void **state)
{
	char first[300], second[300];

	(void)state;
	setenv("DYNO_TEST", "something", 1);
	snprintf(first, sizeof first, WORK, "base", 2000);
	snprintf(second, sizeof second, WORK, "head", 2005);
	assert_int_equal(gate(first, second), 3);
	gate_try_has(gate_said.out, "regressed: 4 runs");
	gate_try_has(gate_said.out, "threshold 0.1 %");
}

// Sanitizers do not run under valgrind.
#if defined(__has_feature)
#define HAS(x) __has_feature(x)
#else
#define HAS(x) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || HAS(address_sanitizer) || \
	HAS(thread_sanitizer)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

// One round of a trial takes as many instructions again, or nearly: head is run
// twice, against a count that was kept.
static void test_workload(void **state)
{
	const char *const argv[] = {DYNO,
	                            "gate",
	                            "--rows=instructions",
	                            "--workload=yield",
	                            "--size=tiny",
	                            "--param=yields=10",
	                            "--head-policy=go1.27",
	                            "--baseline",
	                            gate_try_file("kept.json"),
	                            "-o",
	                            gate_try_file("verdict.json"),
	                            NULL};
	char *text, *unsteady;

	(void)state;
	if (SANITIZED)
		skip();
	gate_try_write("kept.json",
	               "{\"dyno\": \"samples\", \"schema\": 1, \"rows\": [{"
	               "\"name\": \"run\", \"unit\": \"instructions\", "
	               "\"better\": \"lower\", \"group\": \"\", \"host\": "
	               "\"\", \"values\": [1e9, 1e9], \"failed\": 0}]}");
	assert_int_equal(gate_try(argv), 0);
	gate_try_has(gate_said.out, "improved");
	text = gate_try_read("verdict.json");
	gate_try_has(text, "dyno-trial yield --policy=go1.27,preempt=none");
	unsteady = strstr(text, "\"unsteady\": ");
	assert_non_null(unsteady);
	assert_true(strtod(unsteady + strlen("\"unsteady\": "), NULL) < 0.05);
	free(text);
}

//---------------------------------------------------------------------------
// Counted by a program that is called valgrind
//---------------------------------------------------------------------------

static char *path_before;

// The run of that number of it says what the plan does, and notes what it was
// given.
static void stand_in(const char *plan)
{
	char path[COMMAND];

	mkdir(gate_try_file("bin"), 0700);
	gate_try_program("bin/valgrind", "#!/bin/sh\n"
	                                 "cd \"${0%/*}\"\n"
	                                 "n=0\n"
	                                 "[ ! -e count ] || read -r n <count\n"
	                                 "n=$((n + 1))\n"
	                                 "echo $n >count\n"
	                                 "echo \"$*\" >>given\n"
	                                 ". ./plan >&2\n");
	gate_try_write("bin/plan", plan);
	unlink(gate_try_file("bin/count"));
	unlink(gate_try_file("bin/given"));
	snprintf(path, sizeof path, "%s:%s", gate_try_file("bin"), path_before);
	setenv("PATH", path, 1);
}

static int note_path(void **state)
{
	(void)state;
	path_before = strdup(getenv("PATH"));
	return path_before ? 0 : -1;
}

static int restore_path(void **state)
{
	(void)state;
	setenv("PATH", path_before, 1);
	free(path_before);
	return 0;
}

// Counts are worth keeping. What differs from run to run is told; what several
// processes took is added up.
static void test_baseline(void **state)
{
	char kept[COMMAND];

	(void)state;
	stand_in("echo ==$n== Collected : $((900 + 100 * n))\n"
	         "echo ==7== Collected : 5 6\n"
	         "echo Collected : 7\n");
	snprintf(kept, sizeof kept, "--save-baseline=%s",
	         gate_try_file("kept.json"));
	assert_int_equal(gate("--head=true", kept), 0);
	gate_try_has(gate_said.out, "1 rows of 2 runs");
	char *text = gate_try_read("kept.json");
	gate_try_has(text, "1005");
	gate_try_has(text, "1105");
	free(text);
	stand_in("echo ==$n== Collected : 500\n");
	snprintf(kept, sizeof kept, "--baseline=%s", gate_try_file("kept.json"));
	assert_int_equal(gate("--head=true", kept), 0);
	gate_try_has(gate_said.out, "improved");
	gate_try_has(gate_said.out, "the same run twice: 10 % apart");
}

// Both policies are run the same way, each twice: twice the same is no verdict
// where counts waver over the threshold.
static void test_two_policies(void **state)
{
	const char *const argv[] = {DYNO,
	                            "gate",
	                            "--rows=instructions",
	                            "--workload=yield",
	                            "--head-policy=go1.27,steal=one",
	                            "--fail-on=inconclusive",
	                            "-o",
	                            gate_try_file("verdict.json"),
	                            NULL};
	char *given;

	(void)state;
	stand_in("echo ==$n== Collected : $((10000 + n % 2 * 20))\n");
	int status = gate_try(argv);
	gate_try_has(gate_said.out, "inconclusive: 4 runs");
	assert_int_equal(status, 4);
	gate_try_has(gate_said.out, "the same run twice: 0.2 % apart");
	given = gate_try_read("bin/given");
	gate_try_has(given, " yield --policy=go1.27,preempt=none ");
	gate_try_has(given, " yield --policy=go1.27,steal=one,preempt=none ");
	free(given);
}

static void test_counts_nothing(void **state)
{
	(void)state;
	stand_in("echo ==$n== nothing\n");
	assert_int_equal(gate("--base=true", "--head=true"), 6);
	gate_try_has(gate_said.out, "callgrind counted nothing in it");
	stand_in("exit 3\n");
	assert_int_equal(gate("--base=true", "--head=true"), 6);
	gate_try_has(gate_said.out, "base: status 3");
}

//---------------------------------------------------------------------------
// Refused
//---------------------------------------------------------------------------

static void test_refused(void **state)
{
	const struct fixture_elf go = {.version = "go1.26.8", .symbol = true};
	static struct fixture_image image;
	const char *program = gate_try_file("go");
	char head[COMMAND];
	FILE *f;

	fixture_elf_make(&image, &go);
	f = fopen(program, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(image.bytes, 1, image.n, f), image.n);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(program, 0700), 0);
	(void)state;
	assert_int_equal(gate("--base=true", "--head=sleep {ms}"), 2);
	gate_try_has(gate_said.err, "{ms}");
	snprintf(head, sizeof head, "--head=%s", program);
	assert_int_equal(gate("--base=true", head), 2);
	gate_try_has(gate_said.err, "is a Go program");
}

static void test_no_valgrind(void **state)
{
	char first[COMMAND];

	(void)state;
	snprintf(first, sizeof first, "--base=%s", DYNO);
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(gate(first, "--head=/bin/sh"), 2);
	gate_try_has(gate_said.err, "there is no valgrind in PATH");
}

static void test_of_a_workload(void **state)
{
	const char *const argv[] = {DYNO,
	                            "gate",
	                            "--rows=instructions",
	                            "--workload=fib",
	                            "--head-policy=go1.27",
	                            "-P2",
	                            NULL};

	(void)state;
	assert_int_equal(gate_try(argv), 2);
	gate_try_has(gate_said.err, "GOMAXPROCS 1");
}

#define WITH_PATH(t) cmocka_unit_test_setup_teardown(t, note_path, restore_path)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_change),
		WITH_PATH(test_baseline),
		WITH_PATH(test_two_policies),
		WITH_PATH(test_counts_nothing),
		cmocka_unit_test(test_workload),
		cmocka_unit_test(test_refused),
		WITH_PATH(test_no_valgrind),
		cmocka_unit_test(test_of_a_workload),
	};

	return cmocka_run_group_tests(tests, gate_try_begin, gate_try_end);
}
