// verdict_test.c - verdicts of gates that are made up, from fixed seeds.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "near.h"

#include <errno.h>
#include <results/random.h>
#include <results/verdict.h>
#include <string.h>

enum { ROWS = 40, BLOCKS = 10 };

// Noise that is skewed, as that of times is: exponential, less its mean.
static double noise(uint64_t *state, double sd)
{
	double u = ((double)random_below(state, 1 << 30) + 0.5) / (1 << 30);
	return (-log(u) - 1) * sd;
}

// A whole gate: the rows and what their blocks saw.
struct gate {
	struct verdict v;
	struct verdict_row row[ROWS];
	struct relabel_block block[ROWS][BLOCKS], confirm[ROWS][BLOCKS];
};

// blocks makes one whose change has about that standard deviation: each arm has
// a noise of its own, which three of them add up to.
static struct relabel_block blocks(double change, double sd, uint64_t *state)
{
	double own = sd / sqrt(1.5);
	return (struct relabel_block){change + noise(state, own),
	                              noise(state, own), noise(state, own)};
}

// play makes a gate of n rows, lower is better, all of them changed by that
// logarithm; the noise is drawn from state.
static void play(struct gate *g, size_t n, double change, double sd,
                 uint64_t *state)
{
	g->v = (struct verdict){
		.row = g->row, .n = n, .threshold = 0.02, .alpha = 0.05, .seed = 1};
	for (size_t i = 0; i < n; i++) {
		for (int k = 0; k < BLOCKS; k++) {
			g->block[i][k] = blocks(change, sd, state);
			g->confirm[i][k] = blocks(change, sd, state);
		}
		g->row[i] = (struct verdict_row){.name = "X",
		                                 .unit = "sec/op",
		                                 .better = SAMPLES_LOWER,
		                                 .block = g->block[i],
		                                 .confirm = g->confirm[i],
		                                 .n = BLOCKS,
		                                 .n_confirm = BLOCKS};
	}
}

static void reach(struct gate *g)
{
	assert_int_equal(verdict_decide(&g->v), 0);
}

static struct gate g; // large

static void test_kinds(void **state)
{
	(void)state;
	static const struct {
		double change, sd;
		enum samples_better better;
		enum verdict_kind kind;
		enum verdict_end end;
	} all[] = {
		{0.10, 0.01, SAMPLES_LOWER, VERDICT_REGRESSED,
	         VERDICT_END_REGRESSED},
		{-0.10, 0.01, SAMPLES_LOWER, VERDICT_IMPROVED, VERDICT_PASS},
		{0.10, 0.01, SAMPLES_HIGHER, VERDICT_IMPROVED, VERDICT_PASS},
		{-0.10, 0.01, SAMPLES_HIGHER, VERDICT_REGRESSED,
	         VERDICT_END_REGRESSED},
		{0.0, 0.005, SAMPLES_LOWER, VERDICT_EQUIVALENT, VERDICT_PASS},
		{0.01, 0.1, SAMPLES_LOWER, VERDICT_INCONCLUSIVE,
	         VERDICT_END_INCONCLUSIVE},
		{0.10, 0.01, SAMPLES_UNKNOWN, VERDICT_SHOWN, VERDICT_PASS},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		uint64_t seed = 3;
		play(&g, 1, all[i].change, all[i].sd, &seed);
		g.row[0].better = all[i].better;
		reach(&g);
		assert_int_equal(g.row[0].kind, all[i].kind);
		assert_int_equal(g.v.end, all[i].end);
		assert_true(fabs(log1p(g.row[0].estimate) - all[i].change) <
		            all[i].sd);
		assert_true(g.row[0].low < g.row[0].estimate);
	}
}

// 1.5 % slower is below the threshold: no regression, however sure it is.
static void test_below_threshold(void **state)
{
	(void)state;
	uint64_t seed = 4;
	play(&g, 1, 0.015, 0.001, &seed);
	reach(&g);
	assert_int_equal(g.row[0].kind, VERDICT_EQUIVALENT);
	play(&g, 1, 0.025, 0.001, &seed);
	reach(&g);
	assert_int_equal(g.row[0].kind, VERDICT_REGRESSED);
}

static void test_confirmation(void **state)
{
	(void)state;
	uint64_t seed = 5;
	play(&g, 2, 0.1, 0.01, &seed);
	g.row[0].n_confirm = g.row[1].n_confirm = 0;
	reach(&g);
	assert_int_equal(g.row[0].kind, VERDICT_INCONCLUSIVE);
	assert_true(g.row[0].flagged);
	assert_int_equal(g.v.end, VERDICT_END_INCONCLUSIVE);
	g.row[0].n_confirm = BLOCKS;
	g.row[1].n_confirm = BLOCKS;
	memset(g.confirm[1], 0, sizeof g.confirm[1]); // did not come again
	reach(&g);
	assert_int_equal(g.row[0].kind, VERDICT_REGRESSED);
	assert_int_equal(g.row[1].kind, VERDICT_INCONCLUSIVE);
	assert_true(g.row[1].flagged);
	for (int k = 0; k < BLOCKS; k++) // came again, but the other way
		g.confirm[1][k] = (struct relabel_block){.head = -0.1};
	reach(&g);
	assert_int_equal(g.row[1].kind, VERDICT_INCONCLUSIVE);
}

static void test_not_gated(void **state)
{
	(void)state;
	uint64_t seed = 6;
	play(&g, 4, 0.1, 0.01, &seed);
	g.row[0].tail = true;
	g.row[1].failure = "status 1";
	g.row[2].no_baseline = true;
	g.row[2].n = g.row[1].n = 0;
	reach(&g);
	assert_int_equal(g.row[0].kind, VERDICT_SHOWN);
	assert_true(g.row[0].estimate > 0.05); // but shown
	assert_true(isnan(g.row[0].p_worse));
	assert_int_equal(g.row[1].kind, VERDICT_FAILED);
	assert_int_equal(g.row[2].kind, VERDICT_NO_BASELINE);
	assert_int_equal(g.row[3].kind, VERDICT_REGRESSED);
	assert_int_equal(g.v.end, VERDICT_END_FAILED);
	g.row[1].failure = NULL;
	g.row[1].tail = true;
	reach(&g);
	assert_int_equal(g.v.end, VERDICT_END_REGRESSED);
	g.row[3].tail = true;
	reach(&g);
	assert_int_equal(g.v.end, VERDICT_END_NO_BASELINE);
}

static void test_noisy(void **state)
{
	(void)state;
	uint64_t seed = 7;
	play(&g, 2, 0.1, 0.01, &seed);
	for (int k = 0; k < BLOCKS; k++)
		g.block[1][k].again -= 0.05;
	reach(&g);
	assert_int_equal(g.v.end, VERDICT_TOO_NOISY);
	// Far below the threshold it harms nobody, however sure it is.
	for (int k = 0; k < BLOCKS; k++)
		g.block[1][k].again = g.block[1][k].base + 0.001;
	reach(&g);
	assert_true(g.row[1].p_null < 0.01);
	assert_int_equal(g.v.end, VERDICT_END_REGRESSED);
	g.row[0].failure = "status 1";
	for (int k = 0; k < BLOCKS; k++)
		g.block[1][k].again = g.block[1][k].base + 0.03;
	reach(&g);
	assert_int_equal(g.v.end, VERDICT_END_FAILED);
}

static void test_interrupted(void **state)
{
	(void)state;
	uint64_t seed = 8;
	play(&g, 1, 0.1, 0.01, &seed);
	g.v.interrupted = true;
	reach(&g);
	assert_int_equal(g.row[0].kind, VERDICT_REGRESSED);
	assert_int_equal(g.v.end, VERDICT_UNFINISHED);
}

// Too few blocks can never flag: 3^-n times the rows.
static void test_blocks(void **state)
{
	(void)state;
	assert_int_equal(verdict_blocks(1, 0.05), 3);
	assert_int_equal(verdict_blocks(40, 0.05), 7);
	assert_int_equal(verdict_null_blocks(1), 8);
	assert_int_equal(verdict_null_blocks(40), 13);
	uint64_t seed = 9;
	for (size_t n = 0; n <= 6; n++) {
		play(&g, 1, 0.2, 0.001, &seed);
		g.row[0].n = n;
		reach(&g);
		assert_int_equal(g.row[0].kind, n < 3 ? VERDICT_INCONCLUSIVE
		                                      : VERDICT_REGRESSED);
		assert_int_equal(isinf(g.row[0].detectable) != 0, n < 3);
	}
}

// Base differs from itself beyond all doubt, but in too few blocks, and then in
// enough.
static void test_null_blocks(void **state)
{
	(void)state;
	uint64_t seed = 15;
	for (size_t n = 6; n <= BLOCKS; n++) {
		play(&g, 1, 0, 0.001, &seed);
		g.row[0].n = n;
		g.row[0].n_confirm = 0;
		for (int k = 0; k < BLOCKS; k++)
			g.block[0][k].again += 0.05;
		reach(&g);
		assert_int_equal(g.v.end == VERDICT_TOO_NOISY,
		                 n >= verdict_null_blocks(1));
	}
}

// A few blocks cannot see it, but with those that confirm they can.
static void test_null_of_confirmation(void **state)
{
	(void)state;
	uint64_t seed = 16;
	for (size_t n = 3; n <= 8; n++) {
		play(&g, 1, 0.3, 0.001, &seed);
		g.row[0].n = 5;
		g.row[0].n_confirm = n;
		for (int k = 0; k < BLOCKS; k++) {
			g.block[0][k].again += 0.05;
			g.confirm[0][k].again += 0.05;
		}
		reach(&g);
		assert_true(g.row[0].p_null < 0.01 / 0.64);
		assert_int_equal(g.v.end, VERDICT_TOO_NOISY);
	}
	play(&g, 1, 0.3, 0.001, &seed);
	g.row[0].n = 5;
	g.row[0].n_confirm = 2;
	for (int k = 0; k < BLOCKS; k++)
		g.block[0][k].again += 0.05;
	reach(&g);
	assert_int_not_equal(g.v.end, VERDICT_TOO_NOISY);
}

// set_all gives all blocks these logarithms of base and of head.
static void set_all(double base, double head)
{
	uint64_t seed = 17;
	play(&g, 1, 0, 0, &seed);
	for (int k = 0; k < BLOCKS; k++)
		g.block[0][k] = g.confirm[0][k] = (struct relabel_block){
			.head = head, .base = base, .again = base};
}

// 0 has no ratio, and is decided all the same.
static void test_zero(void **state)
{
	(void)state;
	set_all(VERDICT_ZERO, VERDICT_ZERO);
	reach(&g);
	assert_int_equal(g.row[0].kind, VERDICT_EQUIVALENT);
	assert_true(isnan(g.row[0].estimate) && isnan(g.row[0].detectable));
	set_all(VERDICT_ZERO, log(3));
	reach(&g);
	assert_int_equal(g.row[0].kind, VERDICT_REGRESSED);
	assert_true(isnan(g.row[0].estimate));
	set_all(log(1e-300), VERDICT_ZERO);
	reach(&g);
	assert_int_equal(g.row[0].kind, VERDICT_IMPROVED);
	set_all(log(3), log(3));
	for (int k = 0; k < BLOCKS; k += 2) {
		g.block[0][k].head = (VERDICT_ZERO + log(3)) / 2;
		g.block[0][k + 1].base = (VERDICT_ZERO + log(3)) / 2;
	}
	reach(&g);
	assert_int_equal(g.row[0].kind, VERDICT_SHOWN);
	assert_int_equal(g.v.end, VERDICT_PASS);
	assert_true(verdict_has_zero(&g.row[0]));
}

// What gates say could have been seen is seen about 4 times in 5.
static void test_detectable(void **state)
{
	(void)state;
	uint64_t seed = 10;
	int seen = 0, rounds = 300;
	for (int i = 0; i < rounds; i++) {
		play(&g, 1, 0, 0.01, &seed);
		reach(&g);
		double least = log1p(g.row[0].detectable);
		assert_true(least > 0.02 && least < 0.06);
		play(&g, 1, least, 0.01, &seed);
		reach(&g);
		seen += g.row[0].flagged;
	}
	assert_in_range(seen, rounds * 70 / 100, rounds * 92 / 100);
}

static void test_hostile(void **state)
{
	(void)state;
	uint64_t seed = 11;
	play(&g, 2, 0, 0.01, &seed);
	g.block[1][3].head = NAN;
	assert_int_equal(verdict_decide(&g.v), -EINVAL);
	play(&g, 2, 0, 0.01, &seed);
	g.block[0][3].again = INFINITY;
	assert_int_equal(verdict_decide(&g.v), -EINVAL);
	g.v.n = 0;
	reach(&g);
	assert_int_equal(g.v.end, VERDICT_PASS);
}

//---------------------------------------------------------------------------
// The whole table
//---------------------------------------------------------------------------

// alarms plays gates of 40 rows, each changed by that, and counts those in which
// a row was flagged as worse, confirmed, and too noisy.
struct alarms {
	int flagged, confirmed, noisy;
};

static struct alarms alarms(int gates, double change, uint64_t seed)
{
	struct alarms a = {0};
	for (int i = 0; i < gates; i++) {
		int flagged = 0, confirmed = 0;
		play(&g, ROWS, change, 0.01, &seed);
		reach(&g);
		for (int k = 0; k < ROWS; k++) {
			flagged += g.row[k].p_worse < g.v.alpha;
			confirmed += g.row[k].kind == VERDICT_REGRESSED;
		}
		a.flagged += flagged > 0;
		a.confirmed += confirmed > 0;
		a.noisy += g.v.end == VERDICT_TOO_NOISY;
	}
	return a;
}

// Where all 40 rows are exactly as slow as is allowed, the chance of even one
// alarm is alpha; 5 % of 400 is 20, and 33 is three standard deviations above.
// Where nothing changed there are none at all.
static void test_family_wise_error(void **state)
{
	(void)state;
	struct alarms edge = alarms(400, log1p(0.02), 12);
	print_message("at the threshold, of 400 gates of 40 rows: %d flagged, "
	              "%d confirmed, %d too noisy\n",
	              edge.flagged, edge.confirmed, edge.noisy);
	assert_in_range(edge.flagged, 7, 33);
	assert_in_range(edge.confirmed, 0, 4);
	assert_in_range(edge.noisy, 0, 12);
	struct alarms none = alarms(100, 0, 13);
	assert_int_equal(none.flagged, 0);
	assert_int_equal(none.confirmed, 0);
}

// Two rows of 40 slowed by 10 % are the two that are named.
static void test_two_of_forty(void **state)
{
	(void)state;
	uint64_t seed = 14;
	for (int round = 0; round < 20; round++) {
		play(&g, ROWS, 0, 0.02, &seed);
		for (int k = 0; k < BLOCKS; k++) {
			g.block[7][k].head += log(1.1);
			g.confirm[7][k].head += log(1.1);
			g.block[31][k].head += log(1.1);
			g.confirm[31][k].head += log(1.1);
		}
		reach(&g);
		assert_int_equal(g.v.end, VERDICT_END_REGRESSED);
		for (int i = 0; i < ROWS; i++)
			assert_int_equal(g.row[i].kind == VERDICT_REGRESSED,
			                 i == 7 || i == 31);
	}
}

//---------------------------------------------------------------------------
// Ends and codes
//---------------------------------------------------------------------------

static void test_exit_codes(void **state)
{
	(void)state;
	unsigned all, usual;
	assert_int_equal(verdict_fail_on("regressed,failed,inconclusive,"
	                                 "too-noisy,no-baseline",
	                                 &all),
	                 0);
	assert_int_equal(verdict_fail_on("regressed,failed", &usual), 0);
	static const struct {
		enum verdict_end end;
		int all, usual;
	} codes[] = {
		{VERDICT_PASS, 0, 0},
		{VERDICT_END_REGRESSED, 3, 3},
		{VERDICT_END_FAILED, 6, 6},
		{VERDICT_END_NO_BASELINE, 5, 0},
		{VERDICT_END_INCONCLUSIVE, 4, 0},
		{VERDICT_TOO_NOISY, 4, 0},
		{VERDICT_UNFINISHED, 1, 1},
	};
	for (size_t i = 0; i < VERDICT_ENDS; i++) {
		enum verdict_end back;
		assert_int_equal(verdict_exit(codes[i].end, all), codes[i].all);
		assert_int_equal(verdict_exit(codes[i].end, usual),
		                 codes[i].usual);
		assert_int_equal(
			verdict_end_parse(verdict_end_name(codes[i].end), &back),
			0);
		assert_int_equal(back, codes[i].end);
	}
}

static void test_bad_fail_on(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"regress",
		"regressed,",
		",regressed",
		"pass",
		"unfinished",
		"regressed failed",
		"regressedregressedregressedregressedregressed"};
	unsigned set = 7;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(verdict_fail_on(bad[i], &set), -EINVAL);
	assert_int_equal(set, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_below_threshold),
		cmocka_unit_test(test_confirmation),
		cmocka_unit_test(test_not_gated),
		cmocka_unit_test(test_noisy),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_null_blocks),
		cmocka_unit_test(test_null_of_confirmation),
		cmocka_unit_test(test_zero),
		cmocka_unit_test(test_detectable),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_family_wise_error),
		cmocka_unit_test(test_two_of_forty),
		cmocka_unit_test(test_exit_codes),
		cmocka_unit_test(test_bad_fail_on),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
