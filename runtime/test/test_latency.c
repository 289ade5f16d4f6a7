// test_latency.c - the histogram's buckets, and the times from runnable to
// running: one for each switch when all are timed, one in eight otherwise.
#include <dyno/sync.h>
#include <dyno/time.h>
#include <stdlib.h>
#include <string.h>

#include "base/histogram.h"
#include "rt.h"

#define LATENCIES "/sched/latencies:seconds"

static struct dy_waitgroup wg;

//---------------------------------------------------------------------------
// Buckets
//---------------------------------------------------------------------------

static void expect_in_its_bucket(uint64_t v)
{
	uint32_t i = histogram_bucket(v);

	assert_true(i < HIST_BUCKETS);
	assert_true(histogram_bound(i) <= v);
	assert_true(v < histogram_bound(i + 1) || i == HIST_BUCKETS - 1);
}

static void test_buckets_are_an_eighth_wide_and_leave_no_gap(void **state)
{
	(void)state;
	for (uint64_t v = 0; v < 100000; v++)
		expect_in_its_bucket(v);
	for (int shift = 0; shift < 64; shift++) {
		expect_in_its_bucket(UINT64_C(1) << shift);
		expect_in_its_bucket((UINT64_C(1) << shift) - 1);
		expect_in_its_bucket(UINT64_MAX >> shift);
	}
	for (uint32_t i = 8; i < HIST_BUCKETS; i++) {
		uint64_t low = histogram_bound(i);
		uint64_t width = histogram_bound(i + 1) - low;

		assert_true(width > 0 && width <= low / 8);
	}
}

static void test_a_quantile_lies_in_its_bucket(void **state)
{
	struct dy_histogram h;

	(void)state;
	memset(&h, 0, sizeof h);
	assert_true(dy_histogram_quantile(&h, 0.5) < 0);
	for (uint32_t i = 0; i <= HIST_BUCKETS; i++)
		h.bound[i] = (double)histogram_bound(i);
	for (uint64_t v = 1; v <= 10000; v++)
		h.count[histogram_bucket(v)]++;
	for (int percent = 1; percent <= 100; percent++) {
		double q = dy_histogram_quantile(&h, percent / 100.0);

		assert_true(q >= percent * 100 * 0.87 &&
		            q <= percent * 100 * 1.13);
	}
}

//---------------------------------------------------------------------------
// Waits
//---------------------------------------------------------------------------

static void yield_some(void *arg)
{
	(void)arg;
	for (int i = 0; i < 100; i++)
		dy_yield();
	dy_sleep(100 * DY_US);
	dy_wg_done(&wg);
}

static void churn(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, 500);
	for (int i = 0; i < 500; i++)
		dy_go(yield_some, NULL);
	dy_wg_wait(&wg);
	rt_join();
}

static struct dy_histogram latencies(void)
{
	struct dy_histogram h;

	assert_true(dy_metric_histogram(LATENCIES, &h));
	return h;
}

static uint64_t how_many(const struct dy_histogram *h)
{
	uint64_t n = 0;

	for (int i = 0; i < DY_HISTOGRAM_BUCKETS; i++)
		n += h->count[i];
	return n;
}

static void test_each_switch_is_one_wait(void **state)
{
	(void)state;
	setenv("DYNO_DEBUG", "latencies=1", 1);
	for (int procs = 1; procs <= 8; procs *= 2) {
		struct dy_histogram h;

		rt_run(procs, NULL, churn, NULL);
		h = latencies();
		assert_int_equal(how_many(&h), rt_stats().switches);
	}
	unsetenv("DYNO_DEBUG");
}

static void test_one_wait_in_eight_is_timed(void **state)
{
	struct dy_histogram h;
	uint64_t all;

	(void)state;
	rt_run(1, "preempt=none", churn, NULL);
	h = latencies();
	all = rt_stats().switches;
	assert_in_range(how_many(&h), all / 10, all / 6);
}

static void test_an_unknown_histogram_is_refused(void **state)
{
	struct dy_histogram h;

	(void)state;
	assert_false(dy_metric_histogram("/sched/latencies", &h));
	assert_false(dy_metric_histogram("", &h));
}

//---------------------------------------------------------------------------
// Seconds
//---------------------------------------------------------------------------

enum { BUSY_MS = 20 };

static void nothing(void *arg)
{
	(void)arg;
	dy_wg_done(&wg);
}

// The only P is kept from what waits for it.
static void keep_waiting(void *arg)
{
	uint64_t end;

	(void)arg;
	dy_wg_add(&wg, 1);
	dy_go(nothing, NULL);
	end = dy_now() + BUSY_MS * DY_MS;
	while (dy_now() < end)
		;
	dy_wg_wait(&wg);
}

static void test_a_wait_is_told_in_seconds(void **state)
{
	struct dy_histogram h;
	uint64_t before, took;

	(void)state;
	setenv("DYNO_DEBUG", "latencies=1", 1);
	before = dy_now();
	rt_run(1, "preempt=none", keep_waiting, NULL);
	took = dy_now() - before;
	h = latencies();
	assert_true(dy_histogram_quantile(&h, 1) >= 0.87e-3 * BUSY_MS);
	assert_true(dy_histogram_quantile(&h, 1) <= 1.13e-9 * (double)took);
	unsetenv("DYNO_DEBUG");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buckets_are_an_eighth_wide_and_leave_no_gap),
		cmocka_unit_test(test_a_quantile_lies_in_its_bucket),
		cmocka_unit_test(test_each_switch_is_one_wait),
		cmocka_unit_test(test_one_wait_in_eight_is_timed),
		cmocka_unit_test(test_an_unknown_histogram_is_refused),
		cmocka_unit_test(test_a_wait_is_told_in_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
