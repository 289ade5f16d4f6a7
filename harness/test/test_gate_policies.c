// test_gate_policies.c - dyno gate on two policies: what is run, and what is
// refused.
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

static char output[4200];
static const char *dir;
static struct command_result result;

static int make_directory(void **state)
{
	(void)state;
	dir = command_directory();
	snprintf(output, sizeof output, "%s/verdict.json", dir);
	return 0;
}

static int drop_directory(void **state)
{
	(void)state;
	command_remove(dir);
	return 0;
}

static void assert_in(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no '%s' in\n%s\n%s%s", what, text, result.out,
		         result.err);
}

static void test_two_policies(void **state)
{
	const char *const argv[] = {DYNO,
	                            "gate",
	                            "--workload=yield",
	                            "--head-policy=go1.27,steal=one",
	                            "--size=tiny",
	                            "--param=yields=100",
	                            "-P1",
	                            "--duration=1ms",
	                            "--budget=1s",
	                            "--alpha=0.2",
	                            "--quiet",
	                            "-o",
	                            output,
	                            NULL};
	char *verdict;

	(void)state;
	command_run(&result, argv);
	// Whatever the machine makes of it: the rows of both are the same ones.
	assert_true(command_exit(&result) == 0 || command_exit(&result) == 3);
	assert_in(result.out, "Yield/goroutines=10/yields=100");
	assert_null(strstr(result.out, "policy="));
	assert_null(strstr(result.out, "no-baseline"));
	verdict = file_read(output, 1 << 24);
	assert_non_null(verdict);
	assert_in(verdict, "run yield --policy=go1.27 --procs=1 --size=tiny "
	                   "--param=yields=100 --work-rate=");
	assert_in(verdict, "--duration=1000000ns");
	assert_in(verdict, "--policy=go1.27,steal=one");
	free(verdict);
}

static void test_failed(void **state)
{
	const char *const argv[] = {DYNO,
	                            "gate",
	                            "--workload=fib",
	                            "--head-policy=go1.14",
	                            "--trial-program=/bin/false",
	                            "--quiet",
	                            "-o",
	                            output,
	                            NULL};

	(void)state;
	command_run(&result, argv);
	assert_int_equal(command_exit(&result), 6);
	assert_in(result.out, "base: ");
}

static void test_refused(void **state)
{
	static const struct {
		const char *option[3], *says;
	} all[] = {
		{{"--workload=fib"}, "--head-policy"},
		{{"--head-policy=go1.14"}, "--workload"},
		{{"--workload=fob", "--head-policy=go1.14"}, "unknown workload"},
		{{"--workload=fib,uts", "--head-policy=go1.14"}, "one --workload"},
		{{"--workload=fib", "--head-policy=go1.41"}, "go1.14"},
		{{"--workload=fib", "--head-policy=go1.14", "--base-policy=x"},
	         "unknown policy"},
		{{"--workload=fib", "--head-policy=go1.14", "--param=m=1"}, "m"},
		{{"--workload=fib", "--head-policy=go1.14", "-P1,2"}, "one value"},
		{{"--workload=fib", "--head-policy=go1.14", "--base=true"},
	         "leave out"},
		{{"--size=tiny", "--base=true", "--head=true"}, "leave out"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		const char *const argv[] = {DYNO,
		                            "gate",
		                            "-o",
		                            output,
		                            all[i].option[0],
		                            all[i].option[1],
		                            all[i].option[2],
		                            NULL};

		command_run(&result, argv);
		assert_int_equal(command_exit(&result), 2);
		assert_in(result.err, all[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_policies),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, make_directory, drop_directory);
}
