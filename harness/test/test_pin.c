// test_pin.c - pinning plans on machines that hwloc imagines.
#include "../pin.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Two packages with a NUMA node each, two cores in it, two threads in a core.
// hwloc numbers the PUs 0 to 7 in the order of the tree.
#define BIG "pack:2 numa:1 core:2 pu:2"
// Numbered as Linux often does: the second threads come after all first ones.
#define INTERLEAVED "pack:1 core:4 pu:2(indexes=0,4,1,5,2,6,3,7)"

static hwloc_topology_t machine(const char *text)
{
	hwloc_topology_t t;

	assert_int_equal(hwloc_topology_init(&t), 0);
	assert_int_equal(hwloc_topology_set_synthetic(t, text), 0);
	assert_int_equal(hwloc_topology_load(t), 0);
	return t;
}

static void check(const char *topology, const char *spec, int procs,
                  const int *cpus, size_t n)
{
	hwloc_topology_t t = machine(topology);
	struct pin p;

	assert_int_equal(pin_plan(t, spec, procs, &p), 0);
	assert_int_equal(p.n, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(p.cpu[i], cpus[i]);
	assert_int_equal(hwloc_bitmap_weight(p.set), n);
	pin_free(&p);
	hwloc_topology_destroy(t);
}

#define CHECK(topology, spec, procs, ...) \
	check(topology, spec, procs, (const int[]){__VA_ARGS__}, \
	      sizeof(int[]){__VA_ARGS__} / sizeof(int))

static void test_none(void **state)
{
	hwloc_topology_t t = machine(BIG);
	struct pin p;

	(void)state;
	assert_int_equal(pin_plan(t, "none", 2, &p), 0);
	assert_false(p.bound);
	assert_int_equal(p.n, 8);
	pin_free(&p);
	hwloc_topology_destroy(t);
}

static void test_compact(void **state)
{
	(void)state;
	CHECK(BIG, "compact", 1, 0);
	CHECK(BIG, "compact", 3, 0, 1, 2);
	CHECK(BIG, "compact", 99, 0, 1, 2, 3, 4, 5, 6, 7);
	CHECK(INTERLEAVED, "compact", 4, 0, 4, 1, 5);
}

static void test_scatter(void **state)
{
	(void)state;
	CHECK(BIG, "scatter", 2, 0, 4);
	CHECK(BIG, "scatter", 4, 0, 2, 4, 6);
	CHECK(BIG, "scatter", 99, 0, 1, 2, 3, 4, 5, 6, 7);
	CHECK(INTERLEAVED, "scatter", 4, 0, 1, 2, 3);
}

static void test_core(void **state)
{
	(void)state;
	CHECK(BIG, "core", 2, 0, 2);
	CHECK(BIG, "core", 99, 0, 2, 4, 6);
	CHECK(INTERLEAVED, "core", 3, 0, 1, 2);
}

static void test_numa(void **state)
{
	(void)state;
	CHECK(BIG, "numa", 1, 0, 1, 2, 3);
	CHECK(BIG, "numa", 4, 0, 1, 2, 3);
	CHECK(BIG, "numa", 5, 0, 1, 2, 3, 4, 5, 6, 7);
}

static void test_list_keeps_its_order(void **state)
{
	(void)state;
	CHECK(BIG, "6,0-1", 1, 6, 0, 1);
}

static void refused(const char *spec)
{
	hwloc_topology_t t = machine(BIG);
	struct pin p;

	assert_int_equal(pin_plan(t, spec, 2, &p), -EINVAL);
	hwloc_topology_destroy(t);
}

static void test_refused(void **state)
{
	(void)state;
	refused("compat");
	refused("");
	refused("8");
	refused("0,99999999");
	refused("0-");
	refused("0,x");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_compact),
		cmocka_unit_test(test_scatter),
		cmocka_unit_test(test_core),
		cmocka_unit_test(test_numa),
		cmocka_unit_test(test_list_keeps_its_order),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
