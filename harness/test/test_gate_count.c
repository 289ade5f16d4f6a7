// test_gate_count.c - dyno gate on counted instructions: that they are the same
// again, what is refused, and what is told of what differs.
#include "command.h"
#include "fixture_elf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <results/file.h>
#include <sys/stat.h>

enum { PATH = 4200 };

static char verdict[PATH], baseline[PATH];
static const char *dir;
static struct command_result result;

static int make_directory(void **state)
{
	(void)state;
	dir = command_directory();
	snprintf(verdict, sizeof verdict, "%s/verdict.json", dir);
	snprintf(baseline, sizeof baseline, "%s/baseline.json", dir);
	return 0;
}

static int drop_directory(void **state)
{
	(void)state;
	command_remove(dir);
	return 0;
}

static void assert_in(const char *where, const char *what)
{
	if (!strstr(where, what))
		fail_msg("no '%s' in\n%s\n%s%s", what, where, result.out,
		         result.err);
}

static int gate(const char *first, const char *second)
{
	const char *const argv[] = {
		DYNO,    "gate",    "--rows=instructions",        "-o",
		verdict, "--quiet", "--fail-on=regressed,failed", first,
		second,  NULL};

	command_run(&result, argv);
	return command_exit(&result);
}

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
	assert_in(result.out, "regressed: 4 runs");
	assert_in(result.out, "threshold 0.1 %");
}

// Counts are worth keeping. What differs from run to run is told.
static void test_baseline(void **state)
{
	char first[PATH + 200], kept[PATH + 20];

	(void)state;
	snprintf(kept, sizeof kept, "--save-baseline=%s", baseline);
	snprintf(first, sizeof first,
	         "--head=sh -c 'test -e %s/again && i=0 || i=500; : >%s/again; "
	         "while [ $i -lt 1000 ]; do i=$((i + 1)); done'",
	         dir, dir);
	assert_int_equal(gate(first, kept), 0);
	assert_in(result.out, "1 rows of 2 runs");
	snprintf(kept, sizeof kept, "--baseline=%s", baseline);
	assert_int_equal(gate("--head=true", kept), 0);
	assert_in(result.out, "improved");
	assert_in(result.out, "the same run twice: ");
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

static void test_workload(void **state)
{
	const char *const argv[] = {DYNO,
	                            "gate",
	                            "--rows=instructions",
	                            "--workload=yield",
	                            "--size=tiny",
	                            "--param=yields=10",
	                            "--head-policy=go1.27",
	                            "--threshold=5%",
	                            "--fail-on=regressed,failed,inconclusive",
	                            "-o",
	                            verdict,
	                            NULL};
	char *text;

	(void)state;
	if (SANITIZED)
		skip();
	command_run(&result, argv);
	assert_int_equal(command_exit(&result), 0);
	assert_in(result.out, "equivalent");
	text = file_read(verdict, 1 << 20);
	assert_non_null(text);
	assert_in(text, "dyno-trial yield --policy=go1.27,preempt=none");
	free(text);
}

static void test_refused(void **state)
{
	const struct fixture_elf go = {.version = "go1.26.8", .symbol = true};
	static struct fixture_image image;
	char program[PATH], head[PATH + 20];
	FILE *f;

	snprintf(program, sizeof program, "%s/go", dir);
	fixture_elf_make(&image, &go);
	f = fopen(program, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(image.bytes, 1, image.n, f), image.n);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(program, 0700), 0);
	(void)state;
	assert_int_equal(gate("--base=true", "--head=sleep {ms}"), 2);
	assert_in(result.err, "{ms}");
	snprintf(head, sizeof head, "--head=%s", program);
	assert_int_equal(gate("--base=true", head), 2);
	assert_in(result.err, "is a Go program");
}

static void test_no_valgrind(void **state)
{
	char *path = strdup(getenv("PATH"));
	char first[PATH + 20];

	(void)state;
	assert_non_null(path);
	snprintf(first, sizeof first, "--base=%s", DYNO);
	setenv("PATH", "/nonexistent", 1);
	assert_int_equal(gate(first, "--head=/bin/sh"), 2);
	assert_in(result.err, "there is no valgrind in PATH");
	setenv("PATH", path, 1);
	free(path);
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
	command_run(&result, argv);
	assert_int_equal(command_exit(&result), 2);
	assert_in(result.err, "GOMAXPROCS 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_small_change),
		cmocka_unit_test(test_baseline),
		cmocka_unit_test(test_workload),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_valgrind),
		cmocka_unit_test(test_of_a_workload),
	};

	return cmocka_run_group_tests(tests, make_directory, drop_directory);
}
