// test_gate_baseline.c - dyno gate against values that were kept: saved, compared,
// refused, and said to be weaker.
#include "command.h"

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
#include <unistd.h>

enum { PATH = 4200 };

static const char *dir;
static char script[PATH], verdict[PATH], kept[PATH], summary[PATH];
static struct command_result result;

// As in test_gate.c: FACTOR percent, and a little that depends on how often it
// was run.
static const char text[] = "#!/bin/sh\n"
			   "n=$(cat \"$0.count\" 2>/dev/null || echo 0)\n"
			   "echo $((n + 1)) >\"$0.count\"\n"
			   "v=$((100000 + n * 7919 % 41 * 20))\n"
			   "echo BenchmarkA-1 1 $((v * $1 / 100)) ns/op\n";

static void put(const char *path, const char *what)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_true(fputs(what, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int make_files(void **state)
{
	(void)state;
	dir = command_directory();
	snprintf(script, sizeof script, "%s/script", dir);
	snprintf(verdict, sizeof verdict, "%s/verdict.json", dir);
	snprintf(kept, sizeof kept, "%s/kept.json", dir);
	snprintf(summary, sizeof summary, "%s/summary.md", dir);
	put(script, text);
	return chmod(script, 0700);
}

static int drop_files(void **state)
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

static void assert_file_has(const char *path, const char *what)
{
	char *all = file_read(path, 1 << 24);

	assert_non_null(all);
	assert_in(all, what);
	free(all);
}

// gate runs one with these three options and the script at that factor as head.
static int gate(const char *option, const char *file, int percent,
                const char *more)
{
	char head[PATH + 100];
	const char *const argv[] = {
		DYNO,
		"gate",
		"--head",
		head,
		option,
		file,
		"-o",
		verdict,
		"--quiet",
		"--summary",
		summary,
		"--seed=1",
		"--budget=60s",
		"--fail-on=regressed,failed,no-baseline,inconclusive",
		more,
		NULL};

	snprintf(head, sizeof head, "'%s' %d", script, percent);
	command_run(&result, argv);
	return command_exit(&result);
}

static void test_save_and_compare(void **state)
{
	(void)state;
	assert_int_equal(gate("--save-baseline", kept, 100, NULL), 0);
	assert_in(result.out, "1 rows of 40 runs");
	assert_file_has(kept, "\"dyno\": \"samples\"");
	assert_int_equal(access(verdict, F_OK), -1);

	assert_int_equal(gate("--baseline", kept, 110, NULL), 3);
	assert_in(result.out, "regressed: ");
	assert_in(result.out, "base was not measured but kept");
	assert_file_has(verdict, "\"baseline\": \"");
	assert_file_has(summary, "Base was not measured");
	assert_int_equal(gate("--baseline", kept, 100, NULL), 0);
	assert_in(result.out, "equivalent");
	assert_int_equal(gate("--baseline", kept, 90, NULL), 0);
	assert_in(result.out, "improved");
}

// What others wrote is a baseline too; rows of one side only are told.
static void test_go_text(void **state)
{
	(void)state;
	put(kept, "BenchmarkB-1 1 5 ns/op\n");
	assert_int_equal(gate("--baseline", kept, 100, NULL), 6);
	assert_in(result.out, "head does not have it");
	assert_in(result.out, "no-baseline");
}

// Too few values to tell anything are no regression.
static void test_few(void **state)
{
	(void)state;
	put(kept, "BenchmarkA-1 1 50000 ns/op\n");
	assert_int_equal(gate("--baseline", kept, 100, NULL), 4);
	assert_in(result.out, "too few");
}

static void test_hosts(void **state)
{
	static const char other[] =
		"{\"dyno\": \"samples\", \"schema\": 1, \"rows\": [{\"name\": "
		"\"A-1\", \"unit\": \"sec/op\", \"better\": \"lower\", \"group\": "
		"\"\", \"host\": \"no.such.host\", \"values\": [1, 1, 1, 1, 1, 1, "
		"1, 1, 1, 1], \"failed\": 0}]}";

	(void)state;
	put(kept, other);
	assert_int_equal(gate("--baseline", kept, 100, NULL), 2);
	assert_in(result.err, "was measured on no.such.host");
	assert_int_equal(gate("--baseline", kept, 100, "--mix-hosts"), 0);
	assert_in(result.out, "improved");
}

static void test_refused(void **state)
{
	(void)state;
	assert_int_equal(gate("--baseline", "/nonexistent", 100, NULL), 2);
	assert_in(result.err, "/nonexistent");
	put(kept, "nothing\n");
	assert_int_equal(gate("--baseline", kept, 100, NULL), 2);
	assert_in(result.err, "no results in it");
	assert_int_equal(gate("--baseline", kept, 100, "--base=true"), 2);
	assert_in(result.err, "only head is run");
	assert_int_equal(gate("--baseline", kept, 100, "--save-baseline=x"), 2);
	assert_in(result.err, "either compared with or saved");
}

static void test_failed(void **state)
{
	const char *const argv[] = {
		DYNO, "gate", "--head=false", "--save-baseline", kept, NULL};

	(void)state;
	unlink(kept);
	command_run(&result, argv);
	assert_int_equal(command_exit(&result), 6);
	assert_in(result.err, "head: status 1");
	assert_int_equal(access(kept, F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_save_and_compare),
		cmocka_unit_test(test_go_text),
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_failed),
	};

	return cmocka_run_group_tests(tests, make_files, drop_files);
}
