// consumers_test.c - what is written is read by others: python3's json and csv,
// and benchstat where it is installed.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "scratch.h"

#include <results/gobench.h>
#include <results/samples_json.h>
#include <string.h>

// The names are the worst that a file may hold.
static const struct samples_row rows[] = {
	{.name = "Fib/n=30-2",
         .unit = "op/s",
         .group = "pkg: x\n",
         .host = "box",
         .better = SAMPLES_HIGHER},
	{.name = "Fib/n=30-2",
         .unit = "p50-sec",
         .group = "pkg: x\n",
         .host = "box",
         .better = SAMPLES_LOWER},
	{.name = "Say/\"a,b\"\\<&é>-1",
         .unit = "op/s",
         .group = "pkg: x\n",
         .host = "box",
         .better = SAMPLES_HIGHER},
};

static struct samples sample(void)
{
	struct samples s = {0};
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 6; k++)
			assert_int_equal(samples_add(&s, &rows[i],
			                             (i + 1) / 8.0 + k / 3.0),
			                 0);
	return s;
}

// skip_without skips a test whose consumer is not installed, and says so.
static void skip_without(const char *consumer)
{
	char command[256];
	snprintf(command, sizeof command, "command -v %s >/dev/null", consumer);
	if (system(command) == 0)
		return;
	print_message("skipped: %s is not installed\n", consumer);
	skip();
}

static void assert_runs(const char *command, const char *path)
{
	char whole[8192];
	snprintf(whole, sizeof whole, "%s %s", command, path);
	assert_int_equal(system(whole), 0);
}

static void test_json(void **state)
{
	(void)state;
	skip_without("python3");
	struct samples s = sample();
	const char *path = scratch_path("json");
	FILE *out = fopen(path, "w");
	assert_int_equal(samples_json_write(&s, out), 0);
	fclose(out);
	assert_runs("python3 -c 'import json, sys\n"
	            "d = json.load(open(sys.argv[1]))\n"
	            "assert d[\"schema\"] == 1 and len(d[\"rows\"]) == 3, d\n"
	            "r = d[\"rows\"][2]\n"
	            "assert r[\"name\"] == \"Say/\\\"a,b\\\"\\\\<&é>-1\", r\n"
	            "assert r[\"values\"][1] == 3 / 8 + 1 / 3, r\n"
	            "assert r[\"better\"] == \"higher\", r'",
	            path);
	samples_free(&s);
}

static void test_csv(void **state)
{
	(void)state;
	skip_without("python3");
	struct samples s = sample();
	const char *path = scratch_path("csv");
	FILE *out = fopen(path, "w");
	assert_int_equal(samples_csv_write(&s, out), 0);
	fclose(out);
	assert_runs("python3 -c 'import csv, sys\n"
	            "r = list(csv.DictReader(open(sys.argv[1], newline=\"\")))\n"
	            "assert len(r) == 18, len(r)\n"
	            "assert r[12][\"name\"] == \"Say/\\\"a,b\\\"\\\\<&é>-1\", r[12]\n"
	            "assert float(r[13][\"value\"]) == 3 / 8 + 1 / 3, r[13]\n"
	            "assert r[0][\"group\"] == \"pkg: x\\n\", r[0]'",
	            path);
	samples_free(&s);
}

// The schema that github-action-benchmark checks its input against.
static void test_action(void **state)
{
	(void)state;
	skip_without("python3");
	struct samples s = sample();
	const char *path = scratch_path("action");
	FILE *out = fopen(path, "w");
	assert_int_equal(samples_action_write(&s, SAMPLES_HIGHER, out), 0);
	fclose(out);
	assert_runs("python3 -c 'import json, sys\n"
	            "d = json.load(open(sys.argv[1]))\n"
	            "assert len(d) == 2, d\n"
	            "for b in d:\n"
	            "    assert isinstance(b[\"name\"], str), b\n"
	            "    assert isinstance(b[\"unit\"], str), b\n"
	            "    assert type(b[\"value\"]) in (int, float), b\n"
	            "    assert isinstance(b[\"range\"], str), b\n"
	            "    assert isinstance(b[\"extra\"], str), b\n"
	            "assert abs(d[0][\"value\"] - 1 / 8 - 2.5 / 3) < 1e-12, d'",
	            path);
	samples_free(&s);
}

static void test_benchstat(void **state)
{
	(void)state;
	skip_without("benchstat");
	struct samples s = sample();
	const char *path = scratch_path("gobench");
	FILE *out = fopen(path, "w");
	assert_int_equal(gobench_write(&s, out), 0);
	fclose(out);
	char command[8192];
	snprintf(command, sizeof command,
	         "benchstat -format csv %s 2>&1 | tee %s.out | "
	         "grep -q '^Fib/n=30-2,0.9583'",
	         path, path);
	assert_int_equal(system(command), 0);
	samples_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_action),
		cmocka_unit_test(test_benchstat),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
