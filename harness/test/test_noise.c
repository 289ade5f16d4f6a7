// test_noise.c - /proc/stat read, and the trial's own CPU taken away.
#include "../noise.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

static void test_only_the_set_counts(void **state)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	struct noise_sample s = {.known = false};

	(void)state;
	hwloc_bitmap_set(set, 1);
	assert_false(noise_parse("cpu  9 9 9 9 9 9 9 9 0 0\n", set, 100, &s));
	assert_false(noise_parse("cpu0 9 9 9 9 9 9 9 9 0 0\n", set, 100, &s));
	assert_false(noise_parse("intr 1 2 3 4 5 6 7 8 9\n", set, 100, &s));
	assert_false(noise_parse("cpu1 9 9 9\n", set, 100, &s));
	assert_true(s.busy == 0 && s.steal == 0);
	// user nice system idle iowait irq softirq steal
	assert_true(noise_parse("cpu1 100 20 30 999 888 4 6 50 7 0\n", set, 100,
	                        &s));
	assert_true(s.busy == 1.6);
	assert_true(s.steal == 0.5);
	hwloc_bitmap_free(set);
}

static void test_own_cpu_is_taken_away(void **state)
{
	struct noise_sample from = {true, 10, 1, 0.25},
			    to = {true, 13, 1.5, 0.75};
	struct noise n = noise_between(&from, &to, 2);

	(void)state;
	assert_true(n.known);
	assert_true(n.foreign == 0.5);
	assert_true(n.steal == 0.5);
	// Ticks are coarse: less than nothing is nothing.
	n = noise_between(&from, &to, 4);
	assert_true(n.foreign == 0);
}

static void test_unknown_stays_unknown(void **state)
{
	struct noise_sample from = {.known = false}, to = {.known = true};

	(void)state;
	assert_false(noise_between(&from, &to, 0).known);
}

// A tick on each CPU is forgiven: so much may counting add.
static void test_a_limit_is_a_share(void **state)
{
	double tick = 1 / (double)sysconf(_SC_CLK_TCK);
	struct noise n = {.known = true, .foreign = 0.2 + 1.5 * tick};

	(void)state;
	assert_false(noise_disturbs(&n, 0.05, 2, 2));
	n.foreign = 0.2 + 2.5 * tick;
	assert_true(noise_disturbs(&n, 0.05, 2, 2));
	assert_false(noise_disturbs(&n, 0, 2, 2)); // no limit
	n.known = false;
	assert_false(noise_disturbs(&n, 0.05, 2, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_the_set_counts),
		cmocka_unit_test(test_own_cpu_is_taken_away),
		cmocka_unit_test(test_a_limit_is_a_share),
		cmocka_unit_test(test_unknown_stays_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
