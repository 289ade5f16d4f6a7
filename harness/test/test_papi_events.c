// test_papi_events.c - what threads count is summed, and a sum that lacks one is
// none. Skipped where PAPI cannot count CPU time.
#include "../papi_events.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

enum { THREADS = 3, BURNT = 4000000 };

static char why[128];

static long long cpu_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void *count_and_burn(void *arg)
{
	long long end = cpu_time() + BURNT;

	(void)arg;
	if (!papi_events_thread_start())
		return NULL;
	while (cpu_time() < end)
		;
	return papi_events_thread_stop(NULL) ? why : NULL;
}

// One process has one choice of events, so that this is one story.
static void test_sum_of_threads(void **state)
{
	long long total[PAPI_EVENTS_MAX];
	pthread_t thread[THREADS];
	int slot;

	(void)state;
	if (!papi_events_open(why, sizeof why))
		skip();
	assert_int_equal(papi_events_choose("perf::NONESUCH", why, sizeof why),
	                 -1);
	assert_true(why[0] != 0);
	slot = papi_events_choose("perf::TASK-CLOCK", why, sizeof why);
	if (slot < 0)
		skip();
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&thread[i], NULL,
		                                count_and_burn, NULL),
		                 0);
	for (int i = 0; i < THREADS; i++) {
		void *ok;

		pthread_join(thread[i], &ok);
		assert_non_null(ok);
	}
	assert_true(papi_events_total(total));
	assert_true(total[slot] > THREADS * BURNT / 10 * 9);
	// One that has not stopped is missing from the sum.
	assert_true(papi_events_thread_start());
	assert_false(papi_events_total(total));
	assert_true(papi_events_thread_stop(NULL));
	assert_true(papi_events_total(total));
	papi_events_close();
}

static void test_stop_without_start(void **state)
{
	(void)state;
	assert_false(papi_events_thread_stop(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sum_of_threads),
		cmocka_unit_test(test_stop_without_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
