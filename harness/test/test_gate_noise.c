// test_gate_noise.c - gates played from noise that is made up: what they find,
// and what they do not.
#include "gate_power/noise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <results/random.h>

enum { BLOCKS = 14, GATES = 20, ROWS = 2, PLAYED = 100 };

// A recorded gate of two rows that are gated, and one that is not.
struct record {
	struct verdict_read f;
	struct verdict_row row[ROWS + 1];
	struct relabel_block block[ROWS + 1][BLOCKS];
};

static double noisy(uint64_t *state, double size)
{
	return size * ((double)random_below(state, 2001) / 1000 - 1);
}

static void make_record(struct record *r, double size, uint64_t *state)
{
	static const enum samples_better better[ROWS + 1] = {
		SAMPLES_UNKNOWN, SAMPLES_LOWER, SAMPLES_HIGHER};
	static const char *const name[ROWS + 1] = {"Steps", "A", "B"};

	*r = (struct record){
		.f.about = {.seconds = 20, .block_seconds = 1},
		.f.v = {.row = r->row, .n = ROWS + 1},
	};
	for (int i = 0; i <= ROWS; i++) {
		r->row[i] = (struct verdict_row){.name = name[i],
		                                 .unit = "x",
		                                 .better = better[i],
		                                 .block = r->block[i],
		                                 .n = BLOCKS - 4,
		                                 .confirm = r->block[i] +
		                                            BLOCKS - 4,
		                                 .n_confirm = 4};
		for (int k = 0; k < BLOCKS; k++)
			r->block[i][k] = (struct relabel_block){
				.base = noisy(state, size),
				.again = noisy(state, size),
				.head = noisy(state, size)};
	}
}

static struct record records[GATES];

static void record(struct noise *n, double size)
{
	uint64_t state = 1;

	*n = (struct noise){.n = 0};
	for (int i = 0; i < GATES; i++) {
		make_record(&records[i], size, &state);
		assert_int_equal(noise_add(n, &records[i].f), 0);
	}
	assert_int_equal(n->rows, ROWS);
	assert_int_equal(n->blocks, GATES * BLOCKS);
}

struct tally {
	int found, wrong, noisy;
	double longest;
};

static struct tally play(const struct noise *n, double change, double budget)
{
	const struct noise_play p = {.change = log1p(change),
	                             .budget = budget,
	                             .threshold = 0.02,
	                             .alpha = 0.05};
	struct tally t = {0};
	uint64_t state = 2;

	for (int i = 0; i < PLAYED; i++) {
		struct noise_end e;

		assert_int_equal(noise_play(n, &p, &state, &e), 0);
		t.found += e.found;
		t.wrong += e.wrong;
		t.noisy += e.end == VERDICT_TOO_NOISY;
		t.longest = fmax(t.longest, e.seconds);
	}
	return t;
}

static void test_power(void **state)
{
	struct noise n;
	struct tally none, edge, little, much;

	(void)state;
	record(&n, 0.03);
	none = play(&n, 0, 30);
	edge = play(&n, 0.02, 30);
	little = play(&n, 0.04, 30);
	much = play(&n, 0.10, 30);
	assert_int_equal(none.found, 0);
	assert_in_range(none.wrong, 0, 3);
	assert_in_range(edge.found, 0, PLAYED / 20);
	assert_true(little.found > edge.found && little.found < much.found);
	assert_in_range(much.found, PLAYED * 9 / 10, PLAYED);
	assert_in_range(much.wrong, 0, 3);
	assert_in_range(none.noisy, 0, PLAYED / 20);
	assert_true(much.longest <= 30);
	noise_free(&n);
}

// The same seed plays the same gates.
static void test_repeats(void **state)
{
	struct noise n;
	struct tally a, b;

	(void)state;
	record(&n, 0.05);
	a = play(&n, 0.05, 30);
	b = play(&n, 0.05, 30);
	assert_int_equal(a.found, b.found);
	assert_int_equal(a.wrong, b.wrong);
	assert_int_equal(a.noisy, b.noisy);
	assert_true(a.found > 0 && a.longest == b.longest);
	noise_free(&n);
}

// What the head of a recorded gate was called does not matter: no bias of it is
// found again.
static void test_null_is_null(void **state)
{
	struct noise n = {.n = 0};
	uint64_t seed = 1;

	(void)state;
	make_record(&records[0], 0.01, &seed);
	for (int k = 0; k < BLOCKS; k++)
		records[0].block[1][k].head += 0.2;
	assert_int_equal(noise_add(&n, &records[0].f), 0);
	struct tally t = play(&n, 0, 30);
	assert_in_range(t.wrong, 0, 3);
	noise_free(&n);
}

static void test_refused(void **state)
{
	struct noise n;
	struct record odd;
	uint64_t seed = 3;
	struct noise_end e;
	const struct noise_play p = {
		.budget = 30, .threshold = 0.02, .alpha = 0.05};

	(void)state;
	record(&n, 0.01);
	make_record(&odd, 0.01, &seed);
	odd.row[1].name = "C";
	assert_int_equal(noise_add(&n, &odd.f), -EINVAL);
	make_record(&odd, 0.01, &seed);
	odd.row[1].n--;
	assert_int_equal(noise_add(&n, &odd.f), -EINVAL);
	make_record(&odd, 0.01, &seed);
	for (int i = 0; i <= ROWS; i++)
		odd.row[i].n = odd.row[i].n_confirm = 0;
	assert_int_equal(noise_add(&n, &odd.f), -EINVAL);
	make_record(&odd, 0.01, &seed);
	odd.f.about.block_seconds = NAN;
	assert_int_equal(noise_add(&n, &odd.f), -EINVAL);
	assert_int_equal(n.n, GATES);
	noise_free(&n);
	assert_int_equal(noise_play(&n, &p, &seed, &e), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_power),
		cmocka_unit_test(test_repeats),
		cmocka_unit_test(test_null_is_null),
		cmocka_unit_test(test_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
