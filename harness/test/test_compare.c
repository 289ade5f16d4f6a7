// test_compare.c - dyno compare and dyno report --format on a real sweep.
#include "command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char dir[2][4096];

static void sweep(const char *out)
{
	static struct command_result r;
	const char *const argv[] = {DYNO,
	                            "sweep",
	                            "--workloads=fib",
	                            "--procs=1,2",
	                            "--reps=2",
	                            "--size",
	                            "tiny",
	                            "--duration=1ms",
	                            "--quiet",
	                            "--foreign-limit=none",
	                            "-o",
	                            out,
	                            NULL};

	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
}

static int two_sweeps(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		snprintf(dir[i], sizeof dir[i], "%s", command_directory());
		command_remove(dir[i]);
		sweep(dir[i]);
	}
	return 0;
}

static int drop_sweeps(void **state)
{
	(void)state;
	command_remove(dir[0]);
	command_remove(dir[1]);
	return 0;
}

static const char *output(const char *const *argv)
{
	static struct command_result r;

	command_run(&r, argv);
	if (command_exit(&r) != 0)
		fail_msg("%s", r.err);
	return r.out;
}

static void test_stores(void **state)
{
	const char *const argv[] = {DYNO, "compare", dir[0], dir[1], NULL};
	const char *text = output(argv);

	(void)state;
	assert_non_null(strstr(text, "op/s"));
	assert_non_null(strstr(text, "Fib/n=20/policy=go1.27-1"));
	assert_non_null(strstr(text, "Fib/n=20/policy=go1.27-2"));
	assert_non_null(strstr(text, "needs 4 a side"));
	assert_null(strstr(text, "only here"));
}

// A store and the Go benchmark text made of it have the same rows.
static void test_store_and_text(void **state)
{
	const char *const format[] = {DYNO, "report", dir[0], "--format=go",
	                              NULL};
	char path[5000];

	(void)state;
	snprintf(path, sizeof path, "%s/go.txt", dir[0]);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(output(format), f);
	fclose(f);
	const char *const argv[] = {DYNO, "compare", dir[0], path, NULL};
	const char *text = output(argv);
	assert_null(strstr(text, "only here"));
	assert_non_null(strstr(text, "p=1.000 n=2"));
}

static void test_ignored(void **state)
{
	const char *const argv[] = {DYNO,   "compare",        dir[0],
	                            dir[1], "--ignore=procs", NULL};
	const char *text = output(argv);

	(void)state;
	assert_non_null(strstr(text, "Fib/n=20/policy=go1.27 "));
	assert_null(strstr(text, "go1.27-2"));
	assert_non_null(strstr(text, "n=4"));
}

static void test_formats(void **state)
{
	static const struct {
		const char *option, *has;
	} all[] = {
		{"--format=go", "BenchmarkFib/n=20/policy=go1.27-2 1 "},
		{"--format=json", "\"dyno\": \"samples\""},
		{"--format=csv",
	         "name,unit,better,group,host,value,disturbed\r\n"},
		{"--format=text", "fib n=20: sched_latency_p99 (lower is better)"},
		{"--format=markdown", "| policy | P | M cap | median |"},
		{"--format=action-bigger", "(op/s)"},
		{"--format=action-smaller", "(sched_latency_p50-sec)"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const char *const argv[] = {DYNO, "report", dir[0],
		                            all[i].option, NULL};
		const char *text = output(argv);
		if (!strstr(text, all[i].has))
			fail_msg("no %s in %s", all[i].has, text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stores),
		cmocka_unit_test(test_store_and_text),
		cmocka_unit_test(test_ignored),
		cmocka_unit_test(test_formats),
	};
	return cmocka_run_group_tests(tests, two_sweeps, drop_sweeps);
}
