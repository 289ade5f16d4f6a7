// test_gate_policies.c - dyno gate on two policies: what is run, and what is
// refused.
#include "gate_try.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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
	                            gate_try_file("verdict.json"),
	                            NULL};
	char *verdict;
	int status;

	(void)state;
	status = gate_try(argv);
	// Whatever the machine makes of it: the rows of both are the same ones.
	assert_true(status == 0 || status == 3);
	gate_try_has(gate_said.out, "Yield/goroutines=10/yields=100");
	assert_null(strstr(gate_said.out, "policy="));
	assert_null(strstr(gate_said.out, "no-baseline"));
	verdict = gate_try_read("verdict.json");
	gate_try_has(verdict, "run yield --policy=go1.27 --procs=1 --size=tiny "
	                      "--param=yields=100 --work-rate=");
	gate_try_has(verdict, "--duration=1000000ns");
	gate_try_has(verdict, "--policy=go1.27,steal=one");
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
	                            gate_try_file("verdict.json"),
	                            NULL};

	(void)state;
	assert_int_equal(gate_try(argv), 6);
	gate_try_has(gate_said.out, "base: ");
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
		                            gate_try_file("verdict.json"),
		                            all[i].option[0],
		                            all[i].option[1],
		                            all[i].option[2],
		                            NULL};

		assert_int_equal(gate_try(argv), 2);
		gate_try_has(gate_said.err, all[i].says);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_policies),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, gate_try_begin, gate_try_end);
}
