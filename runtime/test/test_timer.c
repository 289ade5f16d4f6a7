// test_timer.c - timers: the heap from inside, against a sorted list, and
// sleeping goroutines.
#include <dyno/sync.h>
#include <dyno/time.h>
#include <stdlib.h>
#include <string.h>

#include "rt.h"
#include "sched/sched.h"

enum { TIMERS = 500 };

static struct m m;
static struct p p, q;
static struct timer timer[TIMERS];
static int added[TIMERS]; // in which order, -1: not armed
static int fired[TIMERS], n_fired;

static void note_it(struct timer *t)
{
	fired[n_fired++] = (int)(t - timer);
}

static int start(void **state)
{
	(void)state;
	memset(&sched, 0, sizeof sched);
	memset(&m, 0, sizeof m);
	memset(&p, 0, sizeof p);
	memset(&q, 0, sizeof q);
	memset(timer, 0, sizeof timer);
	w64_store_own(&sched.last_poll, 1);
	wptr_store_rel(&m.p, &p);
	port_linux_m = &m;
	n_fired = 0;
	return 0;
}

static int stop(void **state)
{
	(void)state;
	timers_free(&p);
	timers_free(&q);
	port_linux_m = NULL;
	return 0;
}

static void arm(int i, uint64_t when)
{
	timer[i].when = when;
	timer[i].fire = note_it;
	timer_reserve(&p);
	timer_add(&timer[i]);
}

static int by_time(const void *a, const void *b)
{
	int i = *(const int *)a, j = *(const int *)b;

	if (timer[i].when != timer[j].when)
		return timer[i].when < timer[j].when ? -1 : 1;
	return added[i] - added[j];
}

static void expect_next(const struct p *pp)
{
	uint64_t next = 0;

	for (int i = 0; i < TIMERS; i++) {
		if (added[i] >= 0 && (next == 0 || timer[i].when < next))
			next = timer[i].when;
	}
	assert_int_equal(w64_load_acq(&pp->timers.next_when), next);
}

// Arms all, disarms a third, arms some of those again; times are few, so that
// many coincide, and long past, so that all are due.
static void arm_and_disarm(struct rand *r)
{
	int order = 0;

	for (int i = 0; i < TIMERS; i++) {
		arm(i, 1 + rand_below(r, 100));
		added[i] = order++;
	}
	for (int k = 0; k < TIMERS / 3; k++) {
		int i = (int)rand_below(r, TIMERS);

		assert_int_equal(timer_del(&timer[i]), added[i] >= 0);
		added[i] = -1;
		expect_next(&p);
		if (rand_below(r, 4) == 0) {
			arm(i, 1 + rand_below(r, 100));
			added[i] = order++;
		}
	}
}

static void expect_fired_in_order(void)
{
	int expected[TIMERS], n = 0;

	for (int i = 0; i < TIMERS; i++) {
		if (added[i] >= 0)
			expected[n++] = i;
	}
	qsort(expected, (size_t)n, sizeof expected[0], by_time);
	assert_int_equal(n_fired, n);
	assert_memory_equal(fired, expected, (size_t)n * sizeof expected[0]);
}

static void test_timers_fire_by_time_and_then_by_age(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 50; seed++) {
		struct rand r = rand_stream(seed, 0);

		n_fired = 0;
		arm_and_disarm(&r);
		assert_int_equal(timers_run(&m, &p), 0);
		expect_fired_in_order();
		assert_false(timer_del(&timer[0]));
	}
}

static void test_a_timer_that_is_not_due_stays(void **state)
{
	uint64_t far = dy_now() + 1000 * DY_S;

	(void)state;
	arm(0, far + 1);
	arm(1, 1);
	arm(2, far);
	assert_true(timers_due(&p));
	assert_int_equal(timers_run(&m, &p), far);
	assert_int_equal(n_fired, 1);
	assert_int_equal(fired[0], 1);
	assert_false(timers_due(&p));
	assert_true(timer_del(&timer[2]));
	assert_int_equal(timers_run(&m, &p), far + 1);
}

static void test_moved_timers_keep_their_order(void **state)
{
	struct rand r = rand_stream(7, 0);

	(void)state;
	arm_and_disarm(&r);
	timers_move(&p, &q);
	assert_int_equal(w64_load_acq(&p.timers.next_when), 0);
	expect_next(&q);
	assert_int_equal(timers_run(&m, &p), 0);
	assert_int_equal(n_fired, 0);
	assert_int_equal(timers_run(&m, &q), 0);
	expect_fired_in_order();
}

//---------------------------------------------------------------------------
// Sleeping
//---------------------------------------------------------------------------

enum { SLEEPERS = 1000 };

static struct dy_waitgroup wg;
static struct dy_w32 early;

static void sleeper(void *arg)
{
	uint64_t ns = (uint64_t)(uintptr_t)arg, before = dy_now();

	dy_sleep(ns);
	if (dy_now() < before + ns)
		w32_add_ar(&early, 1);
	dy_wg_done(&wg);
}

static void many_sleep(void *arg)
{
	struct rand r = rand_stream(3, 0);

	(void)arg;
	dy_wg_add(&wg, SLEEPERS);
	for (int i = 0; i < SLEEPERS; i++)
		dy_go(sleeper, (void *)(uintptr_t)rand_below(&r, 20 * DY_MS));
	dy_wg_wait(&wg);
}

static void test_nobody_sleeps_too_short(void **state)
{
	(void)state;
	w32_store_own(&early, 0);
	for (int procs = 1; procs <= 4; procs *= 2) {
		rt_run(procs, NULL, many_sleep, NULL);
		assert_int_equal(w32_load_own(&early), 0);
		assert_int_equal(rt_stats().timers_fired, SLEEPERS);
	}
}

static void sleep_for_nothing(void *arg)
{
	*(uint64_t *)arg = rt_stats().parks;
	dy_sleep(0);
	*(uint64_t *)arg = rt_stats().parks - *(uint64_t *)arg;
}

static void test_a_sleep_of_nothing_does_not_park(void **state)
{
	uint64_t parks;

	(void)state;
	rt_run(1, NULL, sleep_for_nothing, &parks);
	assert_int_equal(parks, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_timers_fire_by_time_and_then_by_age, start, stop),
		cmocka_unit_test_setup_teardown(
			test_a_timer_that_is_not_due_stays, start, stop),
		cmocka_unit_test_setup_teardown(
			test_moved_timers_keep_their_order, start, stop),
		cmocka_unit_test(test_nobody_sleeps_too_short),
		cmocka_unit_test(test_a_sleep_of_nothing_does_not_park),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
