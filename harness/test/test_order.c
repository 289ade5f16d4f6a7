// test_order.c - every trial exactly once, in blocks, the same from a seed.
#include "../order.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

enum { POINTS = 13, REPS = 7, ALL = POINTS * REPS };

static void test_each_block_holds_every_point_once(void **state)
{
	struct order_item v[ALL];

	(void)state;
	order_make(POINTS, REPS, 42, v);
	for (int rep = 0; rep < REPS; rep++) {
		bool seen[POINTS] = {false};

		for (int i = 0; i < POINTS; i++) {
			const struct order_item *item = &v[rep * POINTS + i];

			assert_int_equal(item->rep, rep);
			assert_in_range(item->point, 0, POINTS - 1);
			assert_false(seen[item->point]);
			seen[item->point] = true;
		}
	}
}

static void test_seed_decides(void **state)
{
	struct order_item a[ALL], b[ALL];

	(void)state;
	memset(a, 0, sizeof a);
	memset(b, 0, sizeof b);
	order_make(POINTS, REPS, 42, a);
	order_make(POINTS, REPS, 42, b);
	assert_memory_equal(a, b, sizeof a);
	order_make(POINTS, REPS, 43, b);
	assert_memory_not_equal(a, b, sizeof a);
}

// An experiment that is resumed with a later dyno goes on in the order that it began in.
static void test_a_seed_means_the_same_for_ever(void **state)
{
	static const size_t points[] = {1, 2, 0, 4, 3, 3, 4, 1, 2, 0};
	struct order_item v[10];

	(void)state;
	order_make(5, 2, 42, v);
	for (int i = 0; i < 10; i++)
		assert_int_equal(v[i].point, points[i]);
	assert_int_equal(order_seed(42, 0), 257382575302762);
	assert_int_equal(order_seed(42, 1), 2543777478795309);
}

static void test_drawn_seeds(void **state)
{
	int64_t first = order_draw_seed();

	(void)state;
	assert_true(first > 0 && first < (INT64_C(1) << 53));
	assert_int_not_equal(first, order_draw_seed());
}

static void test_blocks_differ(void **state)
{
	struct order_item v[ALL];
	bool same = true;

	(void)state;
	order_make(POINTS, REPS, 1, v);
	for (int i = 0; i < POINTS; i++)
		same = same && v[i].point == v[POINTS + i].point;
	assert_false(same);
}

// Over many seeds each point comes first about equally often: with 4 points and
// 4000 shuffles a fair share is 1000, and 5 standard deviations are 137.
static void test_shuffle_is_fair(void **state)
{
	int first[4] = {0};

	(void)state;
	for (uint64_t seed = 0; seed < 4000; seed++) {
		struct order_item v[4];

		order_make(4, 1, seed, v);
		first[v[0].point]++;
	}
	for (int i = 0; i < 4; i++)
		assert_in_range(first[i], 863, 1137);
}

static void test_trial_seeds(void **state)
{
	(void)state;
	assert_int_equal(order_seed(7, 0), order_seed(7, 0));
	assert_int_not_equal(order_seed(7, 0), order_seed(7, 1));
	assert_int_not_equal(order_seed(7, 0), order_seed(8, 0));
	for (int rep = 0; rep < 1000; rep++) {
		int64_t seed = order_seed(7, rep);

		assert_true(seed > 0 && seed < (INT64_C(1) << 53));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_block_holds_every_point_once),
		cmocka_unit_test(test_seed_decides),
		cmocka_unit_test(test_a_seed_means_the_same_for_ever),
		cmocka_unit_test(test_drawn_seeds),
		cmocka_unit_test(test_blocks_differ),
		cmocka_unit_test(test_shuffle_is_fair),
		cmocka_unit_test(test_trial_seeds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
