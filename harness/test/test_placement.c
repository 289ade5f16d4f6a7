// test_placement.c - Ps on the CPUs of this machine: distances and binding.
#include "../trial/placement.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static struct numbers cpus;

static int set_up(void **state)
{
	cpu_set_t set;

	(void)state;
	if (sched_getaffinity(0, sizeof set, &set) != 0)
		return -1;
	for (int cpu = 0; cpu < CPU_SETSIZE && cpus.n < 4; cpu++)
		if (CPU_ISSET((size_t)cpu, &set))
			numbers_add(&cpus, cpu);
	return cpus.n ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	numbers_free(&cpus);
	return 0;
}

// More Ps than CPUs: they go round, and those on one CPU are at distance 0.
static void test_distances(void **state)
{
	struct placement *p = placement_make(&cpus);
	size_t n = 2 * cpus.n + 1;
	uint16_t *d;

	(void)state;
	assert_non_null(p);
	d = placement_distances(p, (int)n);
	assert_non_null(d);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			assert_int_equal(d[i * n + j], d[j * n + i]);
			assert_int_equal(d[i * n + j] == 0,
			                 i % cpus.n == j % cpus.n);
		}
	free(d);
	placement_free(p);
}

static void test_binding(void **state)
{
	struct placement *p = placement_make(&cpus);
	cpu_set_t old, now;

	(void)state;
	assert_non_null(p);
	assert_int_equal(sched_getaffinity(0, sizeof old, &old), 0);
	for (int proc = 0; proc < 8; proc++) {
		size_t cpu = (size_t)cpus.v[(size_t)proc % cpus.n];

		placement_bind(p, proc);
		assert_int_equal(sched_getaffinity(0, sizeof now, &now), 0);
		assert_int_equal(CPU_COUNT(&now), 1);
		assert_true(CPU_ISSET(cpu, &now));
	}
	assert_int_equal(placement_failures(p), 0);
	assert_int_equal(sched_setaffinity(0, sizeof old, &old), 0);
	placement_free(p);
}

static void test_no_such_cpu(void **state)
{
	struct numbers none = {0};

	(void)state;
	assert_int_equal(numbers_add(&none, 99999999), 0);
	assert_null(placement_make(&none));
	numbers_free(&none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distances),
		cmocka_unit_test(test_binding),
		cmocka_unit_test(test_no_such_cpu),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
