// test_metric.c - numbers out of what a program prints.
#include "../metric.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { CPUS = 4 }; // that the process could use

static json_t *metrics;
static char why[256];
static int procs; // its GOMAXPROCS

// collect applies a rule to an output that lasted a quarter of a second.
static int collect(const char *rule, const char *output, size_t len)
{
	const struct trial_process p = {.output = (char *)(uintptr_t)output,
	                                .output_len = len,
	                                .seconds = 0.25};
	const struct metric_source from = {&p, procs, CPUS};

	json_decref(metrics);
	metrics = json_array();
	return metric_collect(rule, "lower", &from, metrics, why, sizeof why);
}

static void expect(size_t i, const char *name, const char *unit, double value)
{
	const json_t *m = json_array_get(metrics, i);

	assert_non_null(m);
	assert_string_equal(json_string_value(json_object_get(m, "name")), name);
	assert_string_equal(json_string_value(json_object_get(m, "unit")), unit);
	assert_true(json_number_value(json_object_get(m, "value")) <
	                    value * (1 + 1e-9) &&
	            json_number_value(json_object_get(m, "value")) >
	                    value * (1 - 1e-9));
}

static int text(const char *rule, const char *output)
{
	return collect(rule, output, strlen(output));
}

static void test_rules(void **state)
{
	static const char *const good[] = {"runs", "go-bench", "x=([0-9]+)",
	                                   "p99 ([0-9.]+)(us|ms)"};
	static const char *const bad[] = {"", "x", "run", "([0-9]", "(a)(b)(c)"};

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_int_equal(metric_check(good[i], why, sizeof why), 0);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		*why = '\0';
		assert_int_equal(metric_check(bad[i], why, sizeof why), -EINVAL);
		assert_true(*why);
	}
}

static void test_runs(void **state)
{
	(void)state;
	assert_int_equal(text("runs", ""), 0);
	expect(0, "throughput", "op/s", 4);
}

static void test_the_last_line_counts(void **state)
{
	(void)state;
	assert_int_equal(text("Requests/sec: *([0-9.]+)",
	                      "Requests/sec: 1\nx\nRequests/sec:   1234.5"),
	                 0);
	expect(0, "Requests/sec", "1", 1234.5);
}

static void test_times_become_seconds(void **state)
{
	(void)state;
	assert_int_equal(text("p99 *([0-9.]+)([a-zµ]*)", "p99 950us\n"), 0);
	expect(0, "p99", "s", 950e-6);
	assert_int_equal(text("p99 *([0-9.]+)([a-zµ]*)", "p99 1.2ms\n"), 0);
	expect(0, "p99", "s", 1.2e-3);
	assert_int_equal(text("p99 *([0-9.]+)([a-zµ]*)", "p99 7\n"), 0);
	expect(0, "p99", "1", 7);
}

static void test_no_number(void **state)
{
	(void)state;
	assert_int_equal(text("x=([0-9]+)", "y=3\n"), -ENODATA);
	assert_non_null(strstr(why, "x=([0-9]+)"));
	assert_int_equal(text("x=(.*)", "x=nan\nx=inf\nx=3y\nx=\n"), -ENODATA);
	assert_int_equal(text("x=([0-9]+)", ""), -ENODATA);
}

// Lines end at their ends, whatever stands in them.
static void test_hostile_output(void **state)
{
	static const char nul[] = "x=1\0x=2\nz\n";
	static char wide[20000];

	(void)state;
	assert_int_equal(collect("^x=([0-9]+)", nul, sizeof nul), 0);
	expect(0, "x", "1", 1);
	memset(wide, '7', sizeof wide - 1);
	memcpy(wide, "x=", 2);
	assert_int_equal(text("x=([0-9]+)", wide), -ENODATA);
	assert_int_equal(text("x=([0-9]+)(.*)", "x=4\xff\xfe\n"), 0);
	expect(0, "x", "??", 4);
}

static void test_go_bench(void **state)
{
	static const char out[] = "goos: linux\n"
				  "BenchmarkA-2  100  250 ns/op  16 B/op\n"
				  "BenchmarkB-2  100  4000 ns/op\n"
				  "PASS\n";

	(void)state;
	assert_int_equal(text("go-bench", out), 0);
	assert_int_equal(json_array_size(metrics), 4);
	expect(0, "A sec/op", "sec/op", 250e-9);
	expect(1, "A B/op", "B/op", 16);
	expect(2, "B sec/op", "sec/op", 4e-6);
	expect(3, "throughput", "op/s", 1e6);
	assert_int_equal(text("go-bench", "PASS\n"), -ENODATA);
}

static void expect_name(int gomaxprocs, const char *output, const char *name)
{
	procs = gomaxprocs;
	assert_int_equal(text("go-bench", output), 0);
	expect(0, name, "sec/op", 250e-9);
	procs = 0;
}

// The point says what GOMAXPROCS is, not the name; but what is no GOMAXPROCS stays.
static void test_go_bench_names(void **state)
{
	(void)state;
	expect_name(2, "BenchmarkA-2 9 250 ns/op\n", "A sec/op");
	expect_name(2, "BenchmarkA/n-9-2 9 250 ns/op\n", "A/n-9 sec/op");
	expect_name(1, "BenchmarkA 9 250 ns/op\n", "A sec/op");
	expect_name(1, "BenchmarkA/n-2 9 250 ns/op\n", "A/n-2 sec/op");
	expect_name(4, "BenchmarkA-2 9 250 ns/op\n", "A-2 sec/op");
	// As go test -cpu 2,4 prints it.
	expect_name(2, "BenchmarkA-2 9 250 ns/op\nBenchmarkA-4 9 8 ns/op\n",
	            "A-2 sec/op");
	expect_name(2, "BenchmarkA-2 9 250 ns/op\nBenchmarkB 9 8 ns/op\n",
	            "A-2 sec/op");
	// Not set: it is at most the number of CPUs.
	expect_name(0, "BenchmarkA-4 9 250 ns/op\n", "A sec/op");
	expect_name(0, "BenchmarkA-5 9 250 ns/op\n", "A-5 sec/op");
	expect_name(0, "BenchmarkA-04 9 250 ns/op\n", "A-04 sec/op");
}

static void test_go_bench_packages(void **state)
{
	(void)state;
	procs = 2;
	assert_int_equal(text("go-bench", "pkg: e.org/x\n"
	                                  "BenchmarkA-2 9 250 ns/op\n"
	                                  "pkg: e.org/y\n"
	                                  "BenchmarkA-2 9 1 ns/op\n"),
	                 0);
	procs = 0;
	expect(0, "e.org/x.A sec/op", "sec/op", 250e-9);
	expect(1, "e.org/y.A sec/op", "sec/op", 1e-9);
	assert_int_equal(text("go-bench", "note: 1\n"
	                                  "BenchmarkA-9 9 250 ns/op\n"
	                                  "note: 2\n"
	                                  "BenchmarkA-9 9 1 ns/op\n"),
	                 -EEXIST);
	assert_non_null(strstr(why, "two benchmarks called A-9 sec/op"));
}

// A name is there once, or the store would refuse the trial.
static void test_names_are_kept_apart(void **state)
{
	(void)state;
	json_decref(metrics);
	metrics = json_array();
	assert_int_equal(metric_add(metrics, "a", "1", "", 1), 0);
	assert_int_equal(metric_add(metrics, "a", "s", "", 2), -EEXIST);
	assert_int_equal(json_array_size(metrics), 1);
}

static int tear_down(void **state)
{
	(void)state;
	json_decref(metrics);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_the_last_line_counts),
		cmocka_unit_test(test_times_become_seconds),
		cmocka_unit_test(test_no_number),
		cmocka_unit_test(test_hostile_output),
		cmocka_unit_test(test_go_bench),
		cmocka_unit_test(test_go_bench_names),
		cmocka_unit_test(test_go_bench_packages),
		cmocka_unit_test(test_names_are_kept_apart),
	};

	return cmocka_run_group_tests(tests, NULL, tear_down);
}
