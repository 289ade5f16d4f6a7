// test_perf.c - what the kernel counts of a program, beside what it tells of it
// anyway, as root and as nobody.
#include "command.h"

#include "../perf.h"

#include <jansson.h>
#include <math.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

enum { SLEEPS = 200, MOVES = 40, PAGES = 500 };

//---------------------------------------------------------------------------
// The known program
//---------------------------------------------------------------------------

static void *sleeper(void *none)
{
	const struct timespec t = {.tv_nsec = 100000};

	for (int i = 0; i < SLEEPS; i++)
		nanosleep(&t, NULL);
	return none;
}

static void move(int times)
{
	cpu_set_t all, one;
	size_t cpu = 0;

	sched_getaffinity(0, sizeof all, &all);
	while (times) {
		cpu = (cpu + 1) % CPU_SETSIZE;
		if (!CPU_ISSET(cpu, &all))
			continue;
		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		sched_setaffinity(0, sizeof one, &one);
		times--;
	}
}

// burn uses CPU time until the process has used this much.
static void burn(double seconds)
{
	struct timespec t;

	do
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	while ((double)t.tv_sec + (double)t.tv_nsec * 1e-9 < seconds);
}

// be_known sleeps on a thread of its own, moves, and burns.
static int be_known(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, sleeper, NULL) != 0)
		return 1;
	pthread_join(thread, NULL);
	move(MOVES);
	burn(0.3);
	return 0;
}

//---------------------------------------------------------------------------
// The tests
//---------------------------------------------------------------------------

static struct command_result r;

// counter finds one in the document: its value, or NAN when it is absent, and
// then the reason must be there.
static double counter(const json_t *doc, const char *name, const char *source)
{
	const json_t *c;
	size_t i;

	json_array_foreach(json_object_get(doc, "counters"), i, c)
	{
		if (strcmp(json_string_value(json_object_get(c, "name")),
		           name) != 0)
			continue;
		assert_string_equal(
			json_string_value(json_object_get(c, "source")), source);
		return json_number_value(json_object_get(c, "value"));
	}
	assert_non_null(json_string_value(
		json_object_get(json_object_get(doc, "counters_absent"), name)));
	return NAN;
}

static bool within(double a, double b, double part)
{
	return fabs(a - b) <= part * fabs(b);
}

// What perf and rusage both see is the same; what perf does not, has a reason.
// All that is promised is there.
static void check_known(const char *const *argv,
                        const struct perf_promise *promise)
{
	json_t *doc;
	double clock, switches, moves, rusage;

	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	doc = json_loads(r.out, 0, NULL);
	assert_non_null(doc);
	rusage = counter(doc, "voluntary-switches", "rusage") +
	         counter(doc, "involuntary-switches", "rusage");
	assert_true(rusage >= SLEEPS);
	switches = counter(doc, "context-switches", "perf");
	assert_true(isnan(switches) || within(switches, rusage, 0.05));
	clock = counter(doc, "task-clock", "perf");
	assert_true(
		isnan(clock) ||
		within(clock * 1e-9, counter(doc, "cpu-time", "rusage"), 0.05));
	moves = counter(doc, "cpu-migrations", "perf");
	assert_true(isnan(moves) || moves >= MOVES / 2);
	counter(doc, "instructions", "perf");
	if (promise) {
		assert_true(isnan(switches) == !promise->present[0]);
		assert_true(isnan(moves) == !promise->present[1]);
		assert_true(isnan(clock) == !promise->present[3]);
	}
	json_decref(doc);
}

static char self[4096];

static void test_known_program(void **state)
{
	const char *const argv[] = {DYNO, "run",   "--json", "--",
	                            self, "known", NULL};

	(void)state;
	check_known(argv, perf_promised());
}

static void test_unprivileged(void **state)
{
	const char *const argv[] = {"/usr/bin/setpriv",
	                            "--reuid=nobody",
	                            "--regid=nogroup",
	                            "--clear-groups",
	                            "--",
	                            DYNO,
	                            "run",
	                            "--json",
	                            "--",
	                            self,
	                            "known",
	                            NULL};

	(void)state;
	if (geteuid() != 0 || access(argv[0], X_OK) != 0 || !getpwnam("nobody"))
		skip();
	check_known(argv, NULL);
}

// Root may count the kernel, so that its own events must be there.
static void test_root_is_promised_software_events(void **state)
{
	const struct perf_promise *p = perf_promised();

	(void)state;
	assert_non_null(p);
	assert_ptr_equal(p, perf_promised());
	for (int i = 0; i < 4; i++)
		assert_true(p->present[i] == !p->why[i][0]);
}

// A clock that stands still makes everything unbelievable.
static void test_taken_off(void **state)
{
	struct perf_promise p = {.present = {true, true, true, true}};
	struct perf_counts none = {.counted = {true, true, true, true}};
	json_t *counters = json_array(), *absent = json_object();

	(void)state;
	perf_json(&p, &none, 1, counters, absent);
	assert_int_equal(json_array_size(counters), 0);
	assert_non_null(strstr(
		json_string_value(json_object_get(absent, "context-switches")),
		"set-user-id"));
	none.value[3] = 1e9;
	perf_json(&p, &none, 1, counters, absent);
	assert_int_equal(json_array_size(counters), 4);
	json_decref(counters);
	json_decref(absent);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_program),
		cmocka_unit_test(test_unprivileged),
		cmocka_unit_test(test_root_is_promised_software_events),
		cmocka_unit_test(test_taken_off),
	};

	if (argc > 1 && strcmp(argv[1], "known") == 0)
		return be_known();
	if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
