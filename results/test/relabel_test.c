// relabel_test.c - all ways to call an arm head, against a listing of them.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "inference.h"
#include "near.h"

#include <errno.h>
#include <math.h>
#include <results/random.h>
#include <results/relabel.h>

#define NUMBER(table) (sizeof(table) / sizeof *(table))

static double p_of(const struct relabel_block *b, size_t n, double sign,
                   double fence)
{
	struct relabel r;
	assert_int_equal(relabel_test(b, n, sign, fence, 1, &r), 0);
	assert_int_equal(r.exact, n <= RELABEL_EXACT);
	return r.p;
}

static void test_references(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUMBER(labels); i++) {
		const struct label *l = &labels[i];
		struct relabel_block b[7];
		for (size_t k = 0; k < l->n; k++)
			b[k] = (struct relabel_block){
				l->block[k][0], l->block[k][1], l->block[k][2]};
		assert_near(l->name, p_of(b, l->n, 1, 0), l->above);
		assert_near(l->name, p_of(b, l->n, 1, 0.02), l->fence);
		assert_near(l->name, p_of(b, l->n, -1, -0.05), l->below);
	}
}

static void test_smallest_p(void **state)
{
	(void)state;
	struct relabel_block b[RELABEL_EXACT];
	for (size_t n = 1; n <= RELABEL_EXACT; n++) {
		b[n - 1] = (struct relabel_block){.head = 0.1};
		assert_near("above", p_of(b, n, 1, 0), pow(3, -(double)n));
		assert_near("below", p_of(b, n, -1, 0), 1);
	}
	assert_near("none", p_of(b, 0, 1, 0), 1);
}

static double exponential(uint64_t *state)
{
	return -log(((double)random_below(state, 1 << 20) + 0.5) / (1 << 20));
}

// Exponential noise: of what is flagged at 0.1, a tenth, though the change of a
// block is far from symmetric.
static void test_level_when_skewed(void **state)
{
	(void)state;
	uint64_t seed = 3;
	int up = 0, down = 0, rounds = 3000;
	for (int i = 0; i < rounds; i++) {
		struct relabel_block b[7];
		for (int k = 0; k < 7; k++)
			b[k] = (struct relabel_block){exponential(&seed),
			                              exponential(&seed),
			                              exponential(&seed)};
		up += p_of(b, 7, 1, 0) <= 0.1;
		down += p_of(b, 7, -1, 0) <= 0.1;
	}
	assert_in_range(up, rounds * 8 / 100, rounds * 12 / 100);
	assert_in_range(down, rounds * 8 / 100, rounds * 12 / 100);
}

static void test_drawn(void **state)
{
	(void)state;
	struct relabel_block b[RELABEL_EXACT + 1];
	uint64_t seed = 5;
	for (int i = 0; i < RELABEL_EXACT; i++)
		b[i] = (struct relabel_block){
			(double)random_below(&seed, 1000) + 90,
			(double)random_below(&seed, 1000),
			(double)random_below(&seed, 1000)};
	b[RELABEL_EXACT] = (struct relabel_block){1, 1, 1}; // says nothing
	double exact = p_of(b, RELABEL_EXACT, 1, 0);
	double drawn = p_of(b, RELABEL_EXACT + 1, 1, 0);
	assert_true(exact > 0.001 && exact < 0.999);
	assert_true(fabs(drawn - exact) <
	            4 * sqrt(exact * (1 - exact) / RELABEL_DRAWS));
}

static void test_drawn_is_never_0(void **state)
{
	(void)state;
	struct relabel_block b[60];
	for (int i = 0; i < 60; i++)
		b[i] = (struct relabel_block){.head = 1};
	assert_near("floor", p_of(b, 60, 1, 0), 1.0 / RELABEL_DRAWS);
}

static void test_hostile(void **state)
{
	(void)state;
	const struct relabel_block bad[] = {{1, NAN, 1}},
				   far[] = {{INFINITY, 1, 1}};
	const struct relabel_block huge[] = {{1e308, 1e308, 1e308}};
	const struct relabel_block same[] = {{2, 2, 2}, {3, 3, 3}};
	struct relabel r;
	assert_int_equal(relabel_test(bad, 1, 1, 0, 1, &r), -EINVAL);
	assert_int_equal(relabel_test(far, 1, 1, 0, 1, &r), -EINVAL);
	assert_int_equal(relabel_test(huge, 1, 1, 0, 1, &r), -EINVAL);
	assert_near("all equal", p_of(same, 2, 1, 0), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_smallest_p),
		cmocka_unit_test(test_level_when_skewed),
		cmocka_unit_test(test_drawn),
		cmocka_unit_test(test_drawn_is_never_0),
		cmocka_unit_test(test_hostile),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
