// test_gate_rows.c - a gate over the 40 rows of a suite of Go benchmarks: the two
// that are slower are named, and no other.
//
// Each run prints every row with noise of its own, skewed as that of times is,
// drawn from the number of the run: what the gate sees is the same each time, on
// any machine.
#include "gate_try.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <jansson.h>

enum { ROWS = 40 };

// Rows 7 and 31 take $1 % of what base's do, the others $2 %. The sum of two squares of what
// is evenly drawn is the noise: up to 6 %, 2 % on average.
static const char suite[] =
	"#!/bin/sh\n"
	"cd \"${0%/*}\"\n"
	"n=0\n"
	"[ ! -e count ] || read -r n <count\n"
	"echo $((n + 1)) >count\n"
	"x=$((n * 7919 + 12345)) i=0\n"
	"while [ $i -lt 40 ]; do\n"
	"x=$(((x * 1103515245 + 12345) & 2147483647)) a=$((x >> 16 & 255))\n"
	"x=$(((x * 1103515245 + 12345) & 2147483647)) b=$((x >> 16 & 255))\n"
	"v=$((1000000 + (a * a + b * b) * 30 / 65))\n"
	"case $i in 7 | 31) p=$1 ;; *) p=$2 ;; esac\n"
	"echo \"BenchmarkRow$i-2 100 $((v / 100 * p)) ns/op\"\n"
	"i=$((i + 1))\n"
	"done\n";

static int make(void **state)
{
	int err = gate_try_begin(state);

	gate_try_program("suite", suite);
	return err;
}

// gate runs one with head at those percentages, and returns its verdict.
static json_t *gate(int two, int others, int *status)
{
	char base[2 * GATE_TRY_PATH], head[2 * GATE_TRY_PATH];
	const char *const argv[] = {DYNO,      "gate",
	                            "--base",  base,
	                            "--head",  head,
	                            "--seed",  "1",
	                            "--quiet", "--budget=60s",
	                            "-o",      gate_try_file("verdict.json"),
	                            NULL};
	json_t *verdict;

	snprintf(base, sizeof base, "'%s' 100 100", gate_try_file("suite"));
	snprintf(head, sizeof head, "'%s' %d %d", gate_try_file("suite"), two,
	         others);
	gate_try_again();
	*status = gate_try(argv);
	verdict = json_load_file(gate_try_file("verdict.json"), 0, NULL);
	assert_non_null(verdict);
	return verdict;
}

static void test_two_of_forty(void **state)
{
	int status, named = 0;
	json_t *verdict = gate(110, 100, &status), *row;
	size_t i;

	(void)state;
	if (status != 3)
		fail_msg("%d: %s%s", status, gate_said.out, gate_said.err);
	json_array_foreach(json_object_get(verdict, "rows"), i, row)
	{
		const char *name = json_string_value(json_object_get(row, "name"));
		const char *kind = json_string_value(
			json_object_get(row, "verdict"));
		bool slower = strcmp(name, "Row7-2") == 0 ||
		              strcmp(name, "Row31-2") == 0;

		named += slower;
		if ((strcmp(kind, "regressed") == 0) != slower)
			fail_msg("%s is %s\n%s", name, kind, gate_said.out);
	}
	assert_int_equal(named, 2);
	json_decref(verdict);
}

// All are exactly as slow as is allowed: of 40 tests at 5 % two would flag a row,
// of the table as a whole none does.
static void test_all_at_the_threshold(void **state)
{
	int status;
	json_t *verdict = gate(102, 102, &status), *row;
	double least = 1;
	size_t i;

	(void)state;
	json_array_foreach(json_object_get(verdict, "rows"), i, row)
	{
		double p = json_number_value(json_object_get(row, "p_worse"));

		least = p < least ? p : least;
		assert_false(json_is_true(json_object_get(row, "flagged")));
	}
	assert_int_equal(i, ROWS);
	assert_true(least > 0.05);
	assert_int_equal(status, 0);
	json_decref(verdict);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_of_forty),
		cmocka_unit_test(test_all_at_the_threshold),
	};
	return cmocka_run_group_tests(tests, make, gate_try_end);
}
