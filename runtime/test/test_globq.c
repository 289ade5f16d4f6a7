// test_globq.c - the global queue, from inside and without a runtime: Go's
// batch, its bounds, and the ticks at which it comes first.
#include <string.h>

#include "rt.h"
#include "sched/sched.h"

struct sched sched;
__thread struct m *port_linux_m;

enum { GS = 1000, HALF_RING = DY_RING / 2 };

static struct m m;
static struct p p;
static struct g g[GS];

static int start(void **state)
{
	(void)state;
	memset(&sched, 0, sizeof sched);
	memset(&m, 0, sizeof m);
	memset(&p, 0, sizeof p);
	memset(g, 0, sizeof g);
	w32_store_own(&sched.nprocs, 1);
	port_linux_m = &m;
	return 0;
}

static void fill(uint32_t n)
{
	sched.global = (struct gqueue){0};
	w32_store_own(&sched.global_len, 0);
	for (uint32_t i = 0; i < n; i++)
		globq_put(&g[i]);
}

// The batch is the n oldest: the first to run now, the others queued in order.
static void expect_batch(uint32_t len, uint32_t max, uint32_t n)
{
	bool inherit;

	fill(len);
	assert_ptr_equal(globq_get(&p, max), n ? &g[0] : NULL);
	for (uint32_t i = 1; i < n; i++)
		assert_ptr_equal(runq_get(&m, &p, &inherit), &g[i]);
	assert_null(runq_get(&m, &p, &inherit));
	assert_int_equal(sched.global.len, len - n);
	assert_int_equal(w32_load_own(&sched.global_len), len - n);
}

static uint32_t least(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void test_a_batch_is_a_fair_share_and_at_most_half_a_ring(void **state)
{
	const uint32_t procs[] = {1, 2, 3, 8, 64};

	(void)state;
	for (size_t i = 0; i < sizeof procs / sizeof procs[0]; i++) {
		w32_store_own(&sched.nprocs, procs[i]);
		for (uint32_t len = 0; len <= GS; len += len < 20 ? 1 : 35)
			expect_batch(len, 0,
			             least(least(len, HALF_RING),
			                   len / procs[i] + 1));
	}
}

static void test_a_caller_may_ask_for_one(void **state)
{
	(void)state;
	for (uint32_t len = 0; len < 10; len++)
		expect_batch(len, 1, len > 0);
}

static void test_what_is_taken_and_put_is_counted(void **state)
{
	(void)state;
	expect_batch(100, 0, 100);
	assert_int_equal(w64_load_own(&m.count.global_puts), 100);
	assert_int_equal(w64_load_own(&m.count.global_takes), 100);
}

static void test_it_comes_first_at_every_61st_tick(void **state)
{
	(void)state;
	fill(1);
	for (uint32_t tick = 0; tick < 1000; tick++) {
		w32_store_own(&p.schedtick, tick);
		assert_int_equal(globq_due(&p), tick % 61 == 0);
	}
	expect_batch(1, 1, 1);
	w32_store_own(&p.schedtick, 0);
	assert_false(globq_due(&p)); // there is nothing
}

static uint32_t answer;

static uint32_t amount(const struct dy_view *v, int id, uint32_t len)
{
	(void)v, (void)id, (void)len;
	return answer;
}

static bool on_odd_ticks(const struct dy_view *v, int id, uint32_t tick)
{
	(void)v, (void)id;
	return tick % 2 == 1;
}

static const struct dy_global_policy policy = {.first = on_odd_ticks,
                                               .amount = amount};

static void test_a_policy_is_asked_and_its_answer_bounded(void **state)
{
	(void)state;
	wptr_store_own(&sched.policy[AXIS_GLOBAL], (void *)&policy);
	answer = 7;
	expect_batch(100, 0, 7);
	answer = 0;
	expect_batch(100, 0, 1);
	answer = 50;
	expect_batch(20, 0, 20);
	answer = UINT32_MAX;
	expect_batch(GS, 0, HALF_RING);
	fill(1);
	for (uint32_t tick = 0; tick < 130; tick++) {
		w32_store_own(&p.schedtick, tick);
		assert_int_equal(globq_due(&p), tick % 2 == 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			test_a_batch_is_a_fair_share_and_at_most_half_a_ring,
			start),
		cmocka_unit_test_setup(test_a_caller_may_ask_for_one, start),
		cmocka_unit_test_setup(test_what_is_taken_and_put_is_counted,
	                               start),
		cmocka_unit_test_setup(test_it_comes_first_at_every_61st_tick,
	                               start),
		cmocka_unit_test_setup(
			test_a_policy_is_asked_and_its_answer_bounded, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
