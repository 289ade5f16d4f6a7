// test_uts_tree.c - the trees of the unbalanced tree search: their published
// node counts, and their shape against the benchmark's own formula.
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "uts_tree.h"

static void assert_count(struct uts_tree t, uint64_t nodes, uint64_t leaves,
                         uint32_t depth)
{
	struct uts_count got;

	assert_int_equal(uts_walk(&t, &got), 0);
	assert_int_equal(got.nodes, nodes);
	assert_int_equal(got.leaves, leaves);
	assert_int_equal(got.depth, depth);
}

// Source of both: the sample trees that come with the benchmark.
static void test_t1_has_its_published_counts(void **state)
{
	(void)state;
	assert_count(uts_t1(10), 4130071, 3305118, 10);
}

static void test_t3_has_its_published_counts(void **state)
{
	(void)state;
	assert_count(uts_t3(2000), 4112897, 3599034, 1572);
}

// The parts of the trees that uts.c knows the answers of.
static void test_parts(void **state)
{
	(void)state;
	assert_count(uts_t1(6), 16000, 12839, 6);
	assert_count(uts_t1(9), 1031269, 825408, 9);
	assert_count(uts_t3(100), 6797, 5959, 67);
	assert_count(uts_t3(200), 2745281, 2402145, 1572);
}

static void test_smallest_trees(void **state)
{
	(void)state;
	assert_count(uts_t1(0), 1, 1, 0);
	assert_count(uts_t3(0), 1, 1, 0);
	assert_count(uts_t3(1), 2, 1, 1);
}

// children_of_draw makes a node whose draw is d, below the root.
static uint32_t children_of_draw(const struct uts_tree *t, uint32_t d)
{
	struct uts_node n = {.depth = 1};

	for (int i = 0; i < 4; i++)
		n.state[SHA1_SIZE - 1 - i] = (uint8_t)(d >> 8 * i);
	return uts_children(t, &n);
}

static uint32_t formula(uint32_t d)
{
	double u = d / 2147483648.0, p = 1.0 / (1.0 + 4.0);

	return (uint32_t)floor(log(1 - u) / log(1 - p));
}

// The number of children grows with the draw, by the formula as by the bounds;
// if they agree on both sides of each step, they agree on all 2^31 draws.
static void test_bounds_agree_with_the_formula(void **state)
{
	struct uts_tree t = uts_t1(10);
	uint32_t steps = 0;

	(void)state;
	for (; t.at_most[steps]; steps++) {
		uint32_t d = (UINT32_C(1) << 31) - t.at_most[steps];

		assert_int_equal(children_of_draw(&t, d), formula(d));
		if (d > 0)
			assert_int_equal(children_of_draw(&t, d - 1),
			                 formula(d - 1));
	}
	// The largest draw, 2^31 - 1, leaves 1: 0.8^96 * 2^31 is 1.07.
	assert_int_equal(steps, 97);
	assert_int_equal(children_of_draw(&t, 0x7fffffff), 96);
}

static void test_top_bit_is_no_part_of_the_draw(void **state)
{
	struct uts_tree t = uts_t1(10);

	(void)state;
	assert_int_equal(children_of_draw(&t, 0xffffffff), 96);
	assert_int_equal(children_of_draw(&t, 0x80000000), 0);
}

static void test_binomial_step(void **state)
{
	struct uts_tree t = uts_t3(2000);

	(void)state;
	// 0.124875 * 2^31 is 268167020.5.
	assert_int_equal(children_of_draw(&t, 268167020), 8);
	assert_int_equal(children_of_draw(&t, 268167021), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_t1_has_its_published_counts),
		cmocka_unit_test(test_t3_has_its_published_counts),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_smallest_trees),
		cmocka_unit_test(test_bounds_agree_with_the_formula),
		cmocka_unit_test(test_top_bit_is_no_part_of_the_draw),
		cmocka_unit_test(test_binomial_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
