// test_noise.c - /proc/stat read, and the trial's own CPU taken away.
#include "../noise.h"

#include "fixture_tree.h"

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
	const struct noise_sample
		from = {.known = true, .busy = 10, .steal = 1, .own = 0.25},
		to = {.known = true, .busy = 13, .steal = 1.5, .own = 0.75};
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

static void stopped_for(const char *tree, int pod_us, int app_us)
{
	fixture_file(tree, "sys/fs/cgroup/pod/cpu.stat",
	             "nr_periods 9\nnr_throttled 4\nthrottled_usec %d\n", pod_us);
	fixture_file(tree, "sys/fs/cgroup/pod/app/cpu.stat",
	             "nr_periods 9\nnr_throttled 4\nthrottled_usec %d\n", app_us);
}

// The quotas of our own groups are a container's, at any level.
static void test_own_groups_are_stopped(void **state)
{
	hwloc_bitmap_t none = hwloc_bitmap_alloc();
	char *tree = fixture_tree_new();
	struct noise_sample from, to;
	struct noise n;

	(void)state;
	from = noise_read(tree, none);
	assert_false(from.throttled_known);
	fixture_process(tree, "self", "0", "0::/pod/app\n");
	fixture_mounts(tree, "self", NULL, "/");
	stopped_for(tree, 1000000, 250000);
	to = noise_read(tree, none);
	assert_false(noise_between(&from, &to, 0).throttled_known);
	from = to;
	stopped_for(tree, 1500000, 500000);
	to = noise_read(tree, none);
	n = noise_between(&from, &to, 0);
	assert_true(n.throttled_known);
	assert_true(n.throttled > 0.74 && n.throttled < 0.76);
	fixture_tree_remove(tree);
	hwloc_bitmap_free(none);
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
		cmocka_unit_test(test_own_groups_are_stopped),
		cmocka_unit_test(test_a_limit_is_a_share),
		cmocka_unit_test(test_unknown_stays_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
