// verdict_apart_test.c - verdicts where base was not measured beside head.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "near.h"

#include <results/random.h>
#include <results/verdict.h>

enum { BLOCKS = 10 };

// Noise that is skewed, as that of times is: exponential, less its mean.
static double noise(uint64_t *state, double sd)
{
	double u = ((double)random_below(state, 1 << 30) + 0.5) / (1 << 30);
	return (-log(u) - 1) * sd;
}

static struct relabel_block block[BLOCKS], again[BLOCKS];
static struct verdict_row row;

static struct relabel_block pair(double change, double sd, uint64_t *state)
{
	return (struct relabel_block){.head = change + noise(state, sd),
	                              .again = change + noise(state, sd)};
}

// play makes a gate of one row, lower is better, with that change of head.
static void play(double change, double sd, uint64_t *state)
{
	for (int k = 0; k < BLOCKS; k++) {
		block[k] = pair(change, sd, state);
		again[k] = pair(change, sd, state);
	}
	row = (struct verdict_row){.name = "X",
	                           .unit = "sec/op",
	                           .better = SAMPLES_LOWER,
	                           .block = block,
	                           .confirm = again,
	                           .n = BLOCKS,
	                           .n_confirm = BLOCKS};
}

static enum verdict_end reach(void)
{
	struct verdict v = {
		.row = &row, .n = 1, .threshold = 0.02, .alpha = 0.05, .seed = 1};
	assert_int_equal(verdict_decide(&v), 0);
	return v.end;
}

// put_apart gives it n values of base that were kept, of that spread.
static void put_apart(double *base, size_t n, double sd, uint64_t *state)
{
	for (size_t k = 0; k < n; k++)
		base[k] = noise(state, sd);
	row.apart = base;
	row.n_apart = n;
}

// Values that were kept do for all verdicts.
static void test_kept(void **state)
{
	(void)state;
	static const struct {
		double change, sd;
		size_t n;
		enum verdict_kind kind;
	} all[] = {
		{0.10, 0.01, 10, VERDICT_REGRESSED},
		{-0.10, 0.01, 10, VERDICT_IMPROVED},
		{0.0, 0.003, 10, VERDICT_EQUIVALENT},
		{0.01, 0.1, 10, VERDICT_INCONCLUSIVE},
		{0.10, 0.001, 6, VERDICT_REGRESSED},
		{0.10, 0.001, 5, VERDICT_INCONCLUSIVE}, // no interval
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		uint64_t seed = 8;
		double base[10];
		play(all[i].change, all[i].sd, &seed);
		put_apart(base, all[i].n, all[i].sd, &seed);
		reach();
		assert_int_equal(row.kind, all[i].kind);
		assert_true(row.p_null > 0.01);
		assert_true(isnan(row.unsteady));
		assert_int_equal(isinf(row.detectable) != 0, all[i].n < 6);
	}
}

// The reference: of 10 + 20 values all of one above all of the other, once in
// 30045015.
static void test_kept_exactly(void **state)
{
	(void)state;
	uint64_t seed = 8;
	double base[10];
	play(1, 0.01, &seed);
	put_apart(base, 10, 0.01, &seed);
	reach();
	assert_true(fabs(row.p_worse * 30045015 - 1) < 1e-9);
	assert_true(fabs(row.p_better - 1) < 1e-4);
}

// How often a kept baseline flags what is exactly as slow as is allowed.
static void test_kept_false(void **state)
{
	(void)state;
	uint64_t seed = 11;
	size_t flagged = 0;
	for (int i = 0; i < 400; i++) {
		double base[10];
		play(log(1.02), 0.02, &seed);
		put_apart(base, 10, 0.02, &seed);
		reach();
		flagged += row.p_worse < 0.05;
	}
	assert_in_range(flagged, 8, 32); // 20, two sigmas and more apart
}

// Head against head again tells the noise, however far base is; a difference that
// is small against the threshold harms nobody.
static void test_noisy(void **state)
{
	(void)state;
	static const struct {
		double change, apart;
		size_t n, confirm;
		enum verdict_end end;
	} all[] = {
		{0.10, 0.05, BLOCKS, BLOCKS, VERDICT_TOO_NOISY},
		{0.10, -0.05, BLOCKS, BLOCKS, VERDICT_TOO_NOISY},
		{0.10, 0.05, 4, 3, VERDICT_END_REGRESSED}, // too few to tell
		{0.10, 0.05, 7, 3, VERDICT_TOO_NOISY},     // all together
		{0.10, 0.005, BLOCKS, BLOCKS, VERDICT_END_REGRESSED},
		{0.10, 0, BLOCKS, BLOCKS, VERDICT_END_REGRESSED},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		uint64_t seed = 8;
		double base[10];
		play(all[i].change, 0.001, &seed);
		put_apart(base, 10, 0.001, &seed);
		row.n = all[i].n;
		row.n_confirm = all[i].confirm;
		for (int k = 0; k < BLOCKS; k++) {
			block[k].again += all[i].apart;
			again[k].again += all[i].apart;
		}
		assert_int_equal(reach(), all[i].end);
	}
}

// Counts differ or they do not, and where they waver over the fence, it is said.
static void test_counts(void **state)
{
	(void)state;
	static const struct {
		double base[2], head[2];
		enum samples_better better;
		enum verdict_kind kind;
	} all[] = {
		{{1000, 1000}, {1000, 1000}, SAMPLES_LOWER, VERDICT_EQUIVALENT},
		{{1000, 1000}, {1019, 1019}, SAMPLES_LOWER, VERDICT_EQUIVALENT},
		{{1000, 1000}, {1021, 1021}, SAMPLES_LOWER, VERDICT_REGRESSED},
		{{1000, 1000}, {1021, 1021}, SAMPLES_HIGHER, VERDICT_IMPROVED},
		{{1021, 1021}, {1000, 1000}, SAMPLES_LOWER, VERDICT_IMPROVED},
		{{1021, 1021}, {1000, 1000}, SAMPLES_HIGHER, VERDICT_REGRESSED},
		{{1000, 1001}, {1030, 1031}, SAMPLES_LOWER, VERDICT_REGRESSED},
		{{1000, 1001}, {1019, 1022}, SAMPLES_LOWER, VERDICT_INCONCLUSIVE},
		{{1000, 1100}, {1000, 1000}, SAMPLES_LOWER, VERDICT_INCONCLUSIVE},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		double base[2] = {log(all[i].base[0]), log(all[i].base[1])};
		uint64_t seed = 1;
		play(0, 0, &seed);
		row.better = all[i].better;
		row.apart = base;
		row.n_apart = 2;
		row.n = 1;
		row.counted = true;
		block[0].head = log(all[i].head[0]);
		block[0].again = log(all[i].head[1]);
		reach();
		assert_int_equal(row.kind, all[i].kind);
		assert_false(row.flagged);
		assert_true(row.unsteady >= 0);
		assert_int_equal(row.unsteady > 1e-12,
		                 all[i].base[0] != all[i].base[1] ||
		                         all[i].head[0] != all[i].head[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_kept_exactly),
		cmocka_unit_test(test_kept_false),
		cmocka_unit_test(test_noisy),
		cmocka_unit_test(test_counts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
