// test_outside.c - threads beside the runtime that generate load: where they run, what
// they may do, and that a point with one more CPU than Ps has such a CPU.
#include "../trial/outside.h"

#include "command.h"

#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <jansson.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct visit {
	struct wl_outside outside;
	int start_err;
	// By the thread.
	int entered_again;
	cpu_set_t cpus;
	uint64_t asked, came; // of wait_until
	atomic_int spawned;   // ran, of those that it spawned
	struct dy_waitgroup done;
};

enum { SPAWNS = 50 };

static void count(void *arg)
{
	struct visit *v = arg;

	atomic_fetch_add(&v->spawned, 1);
}

static void outside_main(void *arg)
{
	struct visit *v = arg;

	v->entered_again = dy_thread_enter();
	sched_getaffinity(0, sizeof v->cpus, &v->cpus);
	v->asked = dy_now() + 3 * DY_MS;
	v->outside.wait_until(v->asked);
	v->came = dy_now();
	for (int i = 0; i < SPAWNS; i++)
		dy_wg_go(&v->done, count, v);
	dy_wg_done(&v->done);
}

// Nobody but the thread has anything to do meanwhile, and that is no deadlock.
static void main_goroutine(void *arg)
{
	struct visit *v = arg;

	dy_wg_add(&v->done, 1);
	v->start_err = v->outside.start(&v->outside, outside_main, v);
	if (!v->start_err)
		dy_wg_wait(&v->done);
}

static void visit(struct visit *v, const struct numbers *cpus)
{
	const struct dy_config cfg = {.procs = 1};

	assert_true(outside_make(&v->outside, cpus));
	assert_int_equal(dy_run(&cfg, main_goroutine, v), 0);
	assert_int_equal(v->start_err, 0);
	assert_int_equal(v->entered_again, -EALREADY);
	assert_true(v->came >= v->asked);
	assert_int_equal(atomic_load(&v->spawned), SPAWNS);
}

// last_cpu is one of those that this process may use.
static int last_cpu(cpu_set_t *all)
{
	int last = 0;

	assert_int_equal(sched_getaffinity(0, sizeof *all, all), 0);
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET((size_t)cpu, all))
			last = cpu;
	return last;
}

static void test_it_has_its_cpus(void **state)
{
	struct numbers cpus = {0};
	struct visit v = {.start_err = 0};
	cpu_set_t all, now;
	int cpu = last_cpu(&all);

	(void)state;
	assert_int_equal(numbers_add(&cpus, cpu), 0);
	visit(&v, &cpus);
	assert_true(v.outside.own_cpus);
	assert_int_equal(CPU_COUNT(&v.cpus), 1);
	assert_true(CPU_ISSET((size_t)cpu, &v.cpus));
	// Who made it stays where it was.
	assert_int_equal(sched_getaffinity(0, sizeof now, &now), 0);
	assert_true(CPU_EQUAL(&all, &now));
	numbers_free(&cpus);
}

static void test_it_shares_the_cpus(void **state)
{
	const struct numbers none = {0};
	struct visit v = {.start_err = 0};
	cpu_set_t all;

	(void)state;
	last_cpu(&all);
	visit(&v, &none);
	assert_false(v.outside.own_cpus);
	assert_true(CPU_EQUAL(&all, &v.cpus));
}

static void test_no_such_cpu(void **state)
{
	struct numbers cpus = {0};
	struct wl_outside o;
	cpu_set_t before, after;

	(void)state;
	last_cpu(&before);
	assert_int_equal(numbers_add(&cpus, CPU_SETSIZE - 1), 0);
	assert_false(outside_make(&o, &cpus));
	last_cpu(&after);
	assert_true(CPU_EQUAL(&before, &after));
	numbers_free(&cpus);
}

static double own_cpus(const char *pin)
{
	const char *const argv[] = {DYNO,
	                            "run",
	                            "light",
	                            "--procs=1",
	                            "--size=tiny",
	                            "--duration=1ms",
	                            "--json",
	                            "--counters=none",
	                            "--param=generator=1",
	                            "--pin",
	                            pin,
	                            NULL};
	static struct command_result r;
	const json_t *metric;
	double value = -1;
	json_t *doc;
	size_t i;

	command_run(&r, argv);
	if (command_exit(&r) != 0)
		print_error("exit %d: %s\n", command_exit(&r), r.err);
	assert_int_equal(command_exit(&r), 0);
	doc = json_loads(r.out, 0, NULL);
	json_array_foreach(json_object_get(doc, "metrics"), i, metric)
	{
		if (strcmp(json_string_value(json_object_get(metric, "name")),
		           "generator_own_cpus") == 0)
			value = json_number_value(
				json_object_get(metric, "value"));
	}
	json_decref(doc);
	return value;
}

static void test_a_pin_leaves_it_cpus(void **state)
{
	cpu_set_t all;

	(void)state;
	last_cpu(&all);
	assert_true(own_cpus("compact") == (CPU_COUNT(&all) > 1));
	assert_true(own_cpus("none") == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_has_its_cpus),
		cmocka_unit_test(test_it_shares_the_cpus),
		cmocka_unit_test(test_no_such_cpu),
		cmocka_unit_test(test_a_pin_leaves_it_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
