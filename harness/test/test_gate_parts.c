// test_gate_parts.c - commands taken apart, blocks, and evidence.
#include "../command_words.h"
#include "../gate/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>

static void test_words(void **state)
{
	static const struct {
		const char *text, *words; // parted by |; NULL: refused
	} all[] = {
		{"./new", "./new"},
		{"  a\tb  c ", "a|b|c"},
		{"a 'b c' \"d e\"", "a|b c|d e"},
		{"a'b'\"c\"d", "abcd"},
		{"a '' \"\"", "a||"},
		{"a\\ b '\\n' \"\\\"\"", "a b|\\n|\""},
		{"a $HOME * | b > c", "a|$HOME|*|||b|>|c"},
		{"", NULL},
		{"  ", NULL},
		{"a 'b", NULL},
		{"a \"b'", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct words w = {0};
		char joined[100] = "";
		int err = command_words(&w, all[i].text);

		for (size_t k = 0; k < w.n; k++) {
			strcat(joined, k ? "|" : "");
			strcat(joined, w.v[k]);
		}
		if (all[i].words) {
			assert_int_equal(err, 0);
			assert_string_equal(joined, all[i].words);
		} else {
			assert_int_equal(err, -EINVAL);
		}
		words_free(&w);
	}
}

static void test_length(void **state)
{
	struct words w = {0}, argv = {0};

	(void)state;
	assert_int_equal(command_words(&w, "./x -t={ms}ms {ms}{ms}"), 0);
	assert_true(command_words_ask(&w, COMMAND_MS));
	assert_int_equal(command_words_with(&argv, &w, COMMAND_MS, 50), 0);
	assert_int_equal(argv.n, 3);
	assert_string_equal(argv.v[1], "-t=50ms");
	assert_string_equal(argv.v[2], "5050");
	assert_null(argv.v[3]);
	assert_false(command_words_ask(&argv, COMMAND_MS));
	words_free(&w);
	words_free(&argv);
}

// Each arm stands once in each half, and as far from one end as from the other.
static void test_blocks(void **state)
{
	size_t first[GATE_ARMS] = {0};

	(void)state;
	for (size_t i = 0; i < 600; i++) {
		enum gate_arm order[GATE_RUNS], back[GATE_RUNS];
		unsigned seen = 0;

		gate_block(7, i, false, order);
		gate_block(7, i, true, back);
		for (int k = 0; k < GATE_ARMS; k++) {
			seen |= 1u << order[k];
			assert_int_equal(order[k], order[GATE_RUNS - 1 - k]);
			assert_int_equal(order[k], back[GATE_ARMS - 1 - k]);
			assert_int_equal(back[k], back[GATE_RUNS - 1 - k]);
		}
		assert_int_equal(seen, 7);
		first[order[0]]++;
	}
	for (int arm = 0; arm < GATE_ARMS; arm++)
		assert_in_range(first[arm], 150, 250);
}

static void take(struct evidence *e, enum gate_arm arm, int turn, double value)
{
	struct samples run = {.n = 0};
	const struct samples_row like = {.name = "X",
	                                 .unit = "sec",
	                                 .group = "",
	                                 .host = "",
	                                 .better = SAMPLES_LOWER};

	assert_int_equal(samples_add(&run, &like, value), 0);
	assert_int_equal(evidence_take(e, arm, turn, &run), 0);
	samples_free(&run);
}

// block runs one in which the machine slows down by that factor from run to run.
static void block(struct evidence *e, size_t number, double head, double drift)
{
	enum gate_arm order[GATE_RUNS];
	int turn[GATE_ARMS] = {0};

	gate_block(3, number, false, order);
	for (int i = 0; i < GATE_RUNS; i++)
		take(e, order[i], turn[order[i]]++,
		     (order[i] == GATE_HEAD ? head : 1) * pow(drift, i));
	assert_int_equal(evidence_block(e, false), 0);
}

static void test_drift_cancels(void **state)
{
	struct evidence e = {.n = 0};
	struct verdict v = {.threshold = 0.02, .alpha = 0.05};

	(void)state;
	for (size_t i = 0; i < 20; i++)
		block(&e, i, 1.1, 1.05);
	assert_int_equal(e.row[0].n, 20);
	for (size_t i = 0; i < 20; i++) {
		const struct relabel_block *b = &e.row[0].block[i];

		assert_true(fabs(relabel_change(b) - log(1.1)) < 1e-12);
		assert_true(fabs(b->again - b->base) < 1e-12);
	}
	assert_int_equal(evidence_verdict(&e, false, &v), 0);
	assert_int_equal(v.n, 1);
	assert_true(v.row[0].head / v.row[0].base > 1.09);
	assert_true(evidence_precise(&e, false, 1e-6));
	evidence_free(&e);
}

// Base again counts towards base, and what it differs from it is the null.
static void test_base_again(void **state)
{
	static const double value[GATE_ARMS] = {1, 4, 2};
	struct evidence e = {.n = 0};

	(void)state;
	for (int arm = 0; arm < GATE_ARMS; arm++)
		for (int turn = 0; turn < 2; turn++)
			take(&e, (enum gate_arm)arm, turn, value[arm]);
	assert_int_equal(evidence_block(&e, false), 0);
	assert_true(fabs(relabel_change(&e.row[0].block[0])) < 1e-12);
	assert_true(fabs(e.row[0].block[0].again - log(4)) < 1e-12);
	evidence_free(&e);
}

static void test_incomplete(void **state)
{
	struct evidence e = {.n = 0};
	struct verdict v = {.threshold = 0.02, .alpha = 0.05};

	(void)state;
	take(&e, GATE_BASE, 0, 1);
	take(&e, GATE_BASE, 1, 1);
	take(&e, GATE_AGAIN, 0, 1);
	take(&e, GATE_AGAIN, 1, 1);
	take(&e, GATE_HEAD, 0, 1); // and no second time
	assert_int_equal(evidence_block(&e, false), 0);
	assert_int_equal(e.row[0].n, 0);
	assert_int_equal(evidence_verdict(&e, false, &v), 0);
	assert_non_null(strstr(v.row[0].failure, "head does not have it"));
	evidence_free(&e);
	take(&e, GATE_HEAD, 0, 1);
	take(&e, GATE_HEAD, 1, 1);
	assert_int_equal(evidence_block(&e, false), 0);
	assert_int_equal(evidence_verdict(&e, false, &v), 0);
	assert_null(v.row[0].failure);
	assert_true(v.row[0].no_baseline);
	evidence_free(&e);
	take(&e, GATE_HEAD, 0, 0);
	assert_int_equal(evidence_verdict(&e, false, &v), 0);
	assert_non_null(strstr(v.row[0].failure, "not above 0"));
	evidence_free(&e);
}

// take_of takes one value of a row that may be 0, or may not.
static void take_of(struct evidence *e, const char *unit,
                    enum samples_better better, double value)
{
	struct samples run = {.n = 0};
	const struct samples_row like = {.name = "X",
	                                 .unit = unit,
	                                 .group = "",
	                                 .host = "",
	                                 .better = better};

	assert_int_equal(samples_add(&run, &like, value), 0);
	for (int arm = 0; arm < GATE_ARMS; arm++)
		for (int turn = 0; turn < 2; turn++)
			assert_int_equal(evidence_take(e, (enum gate_arm)arm,
			                               turn, &run),
			                 0);
	assert_int_equal(evidence_block(e, false), 0);
	samples_free(&run);
}

static void test_zero(void **state)
{
	static const struct {
		const char *unit;
		enum samples_better better;
		double value;
		bool failed;
	} all[] = {
		{"B/op", SAMPLES_LOWER, 0, false},
		{"secrets/op", SAMPLES_LOWER, 0, false},
		{"B/op", SAMPLES_LOWER, -1, true},
		{"sec/op", SAMPLES_LOWER, 0, true},
		{"p50-sec", SAMPLES_LOWER, 0, true},
		{"B/s", SAMPLES_HIGHER, 0, true},
		{"x", SAMPLES_UNKNOWN, 0, false},
		{"x", SAMPLES_UNKNOWN, -1, false},
		{"p99-sec", SAMPLES_LOWER, 0, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct evidence e = {.n = 0};
		struct verdict v = {.threshold = 0.02, .alpha = 0.05};

		take_of(&e, all[i].unit, all[i].better, all[i].value);
		assert_int_equal(evidence_verdict(&e, false, &v), 0);
		assert_int_equal(v.row[0].failure != NULL, all[i].failed);
		if (!all[i].failed && all[i].better == SAMPLES_LOWER &&
		    evidence_gated(&e, false))
			assert_true(verdict_has_zero(&v.row[0]) &&
			            v.row[0].base == 0 && v.row[0].head == 0);
		evidence_free(&e);
	}
}

static void test_precision(void **state)
{
	struct evidence e = {.n = 0};

	(void)state;
	block(&e, 0, 1, 1);
	assert_false(evidence_precise(&e, false, 1));
	block(&e, 1, 1.02, 1);
	block(&e, 2, 1, 1);
	block(&e, 3, 1.02, 1);
	// The standard error of 0, 0.0198, 0, 0.0198 is 0.0057.
	assert_false(evidence_precise(&e, false, 0.005));
	assert_true(evidence_precise(&e, false, 0.006));
	evidence_free(&e);
}

// take_pair is a block where base was kept.
static void take_pair(struct evidence *e, double head, double again)
{
	take(e, GATE_HEAD, 0, head);
	take(e, GATE_AGAIN, 0, again);
	assert_int_equal(evidence_block(e, false), 0);
}

static void keep(struct evidence *e, double low, double high)
{
	struct samples base = {.n = 0};
	const struct samples_row like = {.name = "X",
	                                 .unit = "sec",
	                                 .group = "",
	                                 .host = "",
	                                 .better = SAMPLES_LOWER};

	for (int i = 0; i < 10; i++)
		assert_int_equal(samples_add(&base, &like, i % 2 ? low : high),
		                 0);
	assert_int_equal(evidence_base(e, &base), 0);
	samples_free(&base);
}

// What is kept of base is not known better for more runs of head.
static void test_precision_apart(void **state)
{
	struct evidence e = {.n = 0};

	(void)state;
	keep(&e, 1, 1);
	take_pair(&e, 1, 1.02);
	take_pair(&e, 1.02, 1);
	// The standard error of 0, 0.0198, 0.0198, 0 is 0.0057.
	assert_false(evidence_precise(&e, false, 0.005));
	assert_true(evidence_precise(&e, false, 0.006));
	evidence_free(&e);
	// That of five times 0 and five times 0.0198 is 0.0033, which makes it 0.0066.
	keep(&e, 1, 1.02);
	take_pair(&e, 1, 1.02);
	take_pair(&e, 1.02, 1);
	assert_false(evidence_precise(&e, false, 0.006));
	assert_true(evidence_precise(&e, false, 0.007));
	evidence_free(&e);
	// That of five times 0 and five times 0.0953 is 0.0159: twice that of head.
	keep(&e, 1, 1.1);
	take_pair(&e, 1, 1.02);
	assert_false(evidence_precise(&e, false, 0.006));
	take_pair(&e, 1.02, 1);
	assert_true(evidence_precise(&e, false, 0.006));
	evidence_free(&e);
}

static void test_pairs(void **state)
{
	size_t first = 0;

	(void)state;
	for (size_t i = 0; i < 600; i++) {
		enum gate_arm order[GATE_PAIR], back[GATE_PAIR];

		gate_pair(7, i, false, order);
		gate_pair(7, i, true, back);
		assert_true(order[0] == GATE_HEAD || order[0] == GATE_AGAIN);
		assert_true(order[1] == GATE_HEAD || order[1] == GATE_AGAIN);
		assert_int_not_equal(order[0], order[1]);
		assert_int_equal(order[0], back[1]);
		assert_int_equal(order[1], back[0]);
		first += order[0] == GATE_HEAD;
	}
	assert_in_range(first, 250, 350);
}

static void test_tails(void **state)
{
	static const char *const tails[] = {
		"p99-sec", "p90-ns", "sched_latency_p999-sec", "max-ns", "P95"};
	static const char *const others[] = {"p50-sec", "sec/op",  "op/s", "p9",
	                                     "p9x-ns",  "maximum", "mp99", ""};

	(void)state;
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++)
		assert_true(evidence_is_tail(tails[i]));
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(evidence_is_tail(others[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_drift_cancels),
		cmocka_unit_test(test_base_again),
		cmocka_unit_test(test_incomplete),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_precision),
		cmocka_unit_test(test_precision_apart),
		cmocka_unit_test(test_pairs),
		cmocka_unit_test(test_tails),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
