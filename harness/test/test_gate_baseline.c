// test_gate_baseline.c - dyno gate against values that were kept: saved, compared,
// refused, said to be weaker; and head held against itself.
#include "../gate/blocks.h"
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

enum { COMMAND = 2 * GATE_TRY_PATH, SEED = 1, WARM_UP = 1, BLOCKS = 30 };

// As in test_gate.c: FACTOR percent, and a little that depends on how often it
// was run.
static const char text[] = "#!/bin/sh\n"
			   "n=$(cat \"$0.count\" 2>/dev/null || echo 0)\n"
			   "echo $((n + 1)) >\"$0.count\"\n"
			   "v=$((100000 + n * 7919 % 41 * 20))\n"
			   "echo BenchmarkA-1 1 $((v * $1 / 100)) ns/op\n";

static int make_files(void **state)
{
	int err = gate_try_begin(state);

	gate_try_program("script", text);
	gate_try_planned();
	return err;
}

static void assert_file_has(const char *name, const char *what)
{
	char *all = gate_try_read(name);

	gate_try_has(all, what);
	free(all);
}

// gate runs one with an option, the file that goes with it, and this head.
static int gate_of(const char *head, const char *option, const char *file,
                   const char *more)
{
	const char *const argv[] = {
		DYNO,
		"gate",
		"--head",
		head,
		option,
		file,
		"-o",
		gate_try_file("verdict.json"),
		"--quiet",
		"--summary",
		gate_try_file("summary.md"),
		"--seed=1",
		"--budget=60s",
		"--fail-on=regressed,failed,no-baseline,inconclusive",
		more,
		NULL};

	return gate_try(argv);
}

static const char *kept(void)
{
	return gate_try_file("kept.json");
}

static int gate(const char *option, const char *file, int percent,
                const char *more)
{
	char head[COMMAND];

	snprintf(head, sizeof head, "'%s' %d", gate_try_file("script"), percent);
	return gate_of(head, option, file, more);
}

static void test_save_and_compare(void **state)
{
	(void)state;
	assert_int_equal(gate("--save-baseline", kept(), 100, NULL), 0);
	gate_try_has(gate_said.out, "1 rows of 40 runs");
	assert_file_has("kept.json", "\"dyno\": \"samples\"");
	assert_int_equal(access(gate_try_file("verdict.json"), F_OK), -1);

	assert_int_equal(gate("--baseline", kept(), 110, NULL), 3);
	gate_try_has(gate_said.out, "regressed: ");
	gate_try_has(gate_said.out, "base was not measured but kept");
	assert_file_has("verdict.json", "\"baseline\": \"");
	assert_file_has("summary.md", "Base was not measured");
	assert_int_equal(gate("--baseline", kept(), 100, NULL), 0);
	gate_try_has(gate_said.out, "equivalent");
	assert_int_equal(gate("--baseline", kept(), 90, NULL), 0);
	gate_try_has(gate_said.out, "improved");
}

// What others wrote is a baseline too; rows of one side only are told.
static void test_go_text(void **state)
{
	(void)state;
	gate_try_write("kept.json", "BenchmarkB-1 1 5 ns/op\n");
	assert_int_equal(gate("--baseline", kept(), 100, NULL), 6);
	gate_try_has(gate_said.out, "head does not have it");
	gate_try_has(gate_said.out, "no-baseline");
}

// Too few values to tell anything are no regression, and more runs of head would
// not help: the budget of a minute is not spent.
static void test_few(void **state)
{
	(void)state;
	gate_try_write("kept.json", "BenchmarkA-1 1 50000 ns/op\n");
	assert_int_equal(gate("--baseline", kept(), 100, NULL), 4);
	gate_try_has(gate_said.out, "too few");
	gate_try_has(gate_said.out, "inconclusive: 17 runs");
}

static void test_hosts(void **state)
{
	static const char other[] =
		"{\"dyno\": \"samples\", \"schema\": 1, \"rows\": [{\"name\": "
		"\"A-1\", \"unit\": \"sec/op\", \"better\": \"lower\", \"group\": "
		"\"\", \"host\": \"no.such.host\", \"values\": [1, 1, 1, 1, 1, 1, "
		"1, 1, 1, 1], \"failed\": 0}]}";

	(void)state;
	gate_try_write("kept.json", other);
	assert_int_equal(gate("--baseline", kept(), 100, NULL), 2);
	gate_try_has(gate_said.err, "was measured on no.such.host");
	assert_int_equal(gate("--baseline", kept(), 100, "--mix-hosts"), 0);
	gate_try_has(gate_said.out, "improved");
}

static void test_refused(void **state)
{
	(void)state;
	assert_int_equal(gate("--baseline", "/nonexistent", 100, NULL), 2);
	gate_try_has(gate_said.err, "/nonexistent");
	gate_try_write("kept.json", "nothing\n");
	assert_int_equal(gate("--baseline", kept(), 100, NULL), 2);
	gate_try_has(gate_said.err, "no results in it");
	assert_int_equal(gate("--baseline", kept(), 100, "--base=true"), 2);
	gate_try_has(gate_said.err, "only head is run");
	assert_int_equal(gate("--baseline", kept(), 100, "--save-baseline=x"), 2);
	gate_try_has(gate_said.err, "either compared with or saved");
}

static void test_failed(void **state)
{
	const char *const argv[] = {
		DYNO, "gate", "--head=false", "--save-baseline", kept(), NULL};

	(void)state;
	unlink(kept());
	assert_int_equal(gate_try(argv), 6);
	gate_try_has(gate_said.err, "head: status 1");
	assert_int_equal(access(kept(), F_OK), -1);
}

//---------------------------------------------------------------------------
// Head and head again
//---------------------------------------------------------------------------

// plan writes what the runs of head and of head again print, a little uneven; but
// run number odd (0: none) does something else.
static void plan(int head, int again, int odd, const char *does)
{
	FILE *f = fopen(gate_try_file("plan"), "we");
	int n = WARM_UP;

	assert_non_null(f);
	fprintf(f, "case $n in\n1) echo BenchmarkA 1 %d ns/op ;;\n", head);
	for (size_t b = 0; b < BLOCKS; b++) {
		enum gate_arm order[GATE_PAIR];

		gate_pair(SEED, b, false, order);
		for (int i = 0; i < GATE_PAIR; i++) {
			int v = order[i] == GATE_HEAD ? head : again;

			n++;
			if (n == odd)
				fprintf(f, "%d) %s ;;\n", n, does);
			else
				fprintf(f, "%d) echo BenchmarkA 1 %d ns/op ;;\n",
				        n, v + n * 7919 % 41);
		}
	}
	fprintf(f, "esac\n");
	assert_int_equal(fclose(f), 0);
	gate_try_again();
}

static void keep_ten(void)
{
	FILE *f = fopen(kept(), "we");

	assert_non_null(f);
	for (int i = 0; i < 10; i++)
		fprintf(f, "BenchmarkA 1 %d ns/op\n", 100000 + i * 7);
	assert_int_equal(fclose(f), 0);
}

// run_of returns the number of an arm's run in that block.
static int run_of(size_t block, enum gate_arm arm)
{
	enum gate_arm order[GATE_PAIR];

	gate_pair(SEED, block, false, order);
	return WARM_UP + (int)block * GATE_PAIR + (order[0] == arm ? 1 : 2);
}

static int gate_planned(void)
{
	return gate_of(gate_try_file("subject"), "--baseline", kept(), NULL);
}

// Head differs from itself: nothing is said of it, although each of its runs is
// far above base.
static void test_too_noisy(void **state)
{
	(void)state;
	keep_ten();
	plan(120000, 126000, 0, NULL);
	assert_int_equal(gate_planned(), 0);
	gate_try_has(gate_said.out, "too-noisy: ");
	assert_int_equal(gate_try_check("--fail-on=too-noisy"), 4);
	assert_file_has("summary.md", "Head differed from itself");
	assert_file_has("verdict.json", "\"p_null\": 0.0");
	plan(120000, 120000, 0, NULL);
	assert_int_equal(gate_planned(), 3);
}

static void test_again_fails(void **state)
{
	(void)state;
	keep_ten();
	plan(100000, 100000, run_of(2, GATE_AGAIN), "kill -SEGV $$");
	assert_int_equal(gate_planned(), 6);
	gate_try_has(gate_said.out, "head: signal SEGV");
	plan(100000, 100000, run_of(2, GATE_AGAIN), "echo BenchmarkB 1 5 ns/op");
	assert_int_equal(gate_planned(), 6);
	gate_try_has(gate_said.out, "head does not have it, or not in every run");
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
		cmocka_unit_test(test_too_noisy),
		cmocka_unit_test(test_again_fails),
	};

	return cmocka_run_group_tests(tests, make_files, gate_try_end);
}
