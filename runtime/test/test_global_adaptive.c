// test_global_adaptive.c - global=adaptive looks as often as the runs are short, at
// most every second slice and at least every 127th.
#include "../policy/global_adaptive.c"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// What the policy sees.
static uint64_t now;
static uint32_t tick;
static char scratch[DY_POLICY_SCRATCH];

uint64_t dy_view_now(const struct dy_view *v)
{
	(void)v;
	return now;
}

int64_t dy_view_param(const struct dy_view *v, int i)
{
	(void)v;
	return i == 0 ? 200000 : 0;
}

void *dy_view_scratch(const struct dy_view *v)
{
	(void)v;
	return scratch;
}

static bool due(void)
{
	return policy_global_adaptive.first(NULL, 0, tick);
}

static int start(void **state)
{
	(void)state;
	now = 1000000;
	tick = 17;
	memset(scratch, 0, sizeof scratch);
	due();
	return 0;
}

// Slices of so many ns until there is a look.
static uint32_t slices_to_look(uint64_t ns)
{
	uint32_t n = 0;

	do {
		tick++;
		now += ns;
		n++;
	} while (!due());
	return n;
}

static uint32_t in_the_long_run(uint64_t ns)
{
	for (int i = 0; i < 100; i++)
		slices_to_look(ns);
	return slices_to_look(ns);
}

static void test_it_begins_as_go_does(void **state)
{
	(void)state;
	assert_int_equal(slices_to_look(1000), 61);
}

static void test_a_look_comes_about_every_200_us(void **state)
{
	(void)state;
	assert_in_range(in_the_long_run(5000), 38, 42);
	assert_in_range(in_the_long_run(20000), 8, 12);
}

static void test_there_is_a_least_and_a_most(void **state)
{
	(void)state;
	assert_int_equal(in_the_long_run(10000000), 2);
	assert_int_equal(in_the_long_run(10), 127);
	assert_int_equal(in_the_long_run(0), 127);
}

static void test_one_long_run_does_not_turn_it(void **state)
{
	uint32_t before = in_the_long_run(5000), after;

	(void)state;
	tick += before;
	now += 2 * 5000 * before;
	assert_true(due());
	after = slices_to_look(5000);
	assert_in_range(after, before - before / 5, before);
}

static void test_a_slice_has_one_answer(void **state)
{
	(void)state;
	slices_to_look(1000);
	assert_true(due());
	tick++;
	assert_false(due());
	assert_false(due());
}

#define fresh(f) cmocka_unit_test_setup(f, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		fresh(test_it_begins_as_go_does),
		fresh(test_a_look_comes_about_every_200_us),
		fresh(test_there_is_a_least_and_a_most),
		fresh(test_one_long_run_does_not_turn_it),
		fresh(test_a_slice_has_one_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
