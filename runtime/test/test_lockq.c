// test_lockq.c - the ring under a lock, from inside and without a runtime: which end
// the owner takes from, which the thief, and what a full one gives up.
#include "sched/lockq.h"

#include <string.h>

#include "rt.h"

struct sched sched;
__thread struct m *port_linux_m;

enum { OWNER, THIEF, PS };

static struct m m[PS];
static struct p p[PS];
static struct g g[DY_RING + 1];

// Numbers pass 2^32 during each test.
static int start(void **state)
{
	(void)state;
	memset(&sched, 0, sizeof sched);
	memset(m, 0, sizeof m);
	memset(p, 0, sizeof p);
	memset(g, 0, sizeof g);
	for (int i = 0; i < PS; i++) {
		p[i].id = i;
		w32_store_own(&p[i].head, UINT32_MAX - 1);
		w32_store_own(&p[i].tail, UINT32_MAX - 1);
	}
	w32_store_own(&sched.nprocs, PS);
	sched.queue_order = LOCKED_FIFO;
	port_linux_m = &m[OWNER];
	return 0;
}

static void fill(int n)
{
	for (int i = 0; i < n; i++)
		runq_put(&p[OWNER], &g[i], false);
}

static struct g *get(int who)
{
	bool inherit;

	return runq_get(&m[who], &p[who], &inherit);
}

static struct g *steal(uint32_t want)
{
	return runq_steal(&m[THIEF], &p[THIEF], &p[OWNER], want);
}

static void expect_none(int who)
{
	assert_null(get(who));
	assert_true(runq_empty(&p[who]));
}

// The rest, oldest first or newest first.
static void expect(int who, int first, int last)
{
	int step = last < first ? -1 : 1;

	for (int i = first; i != last + step; i += step)
		assert_ptr_equal(get(who), &g[i]);
	expect_none(who);
}

static void test_a_thief_takes_the_newer_half_rounded_up(void **state)
{
	(void)state;
	fill(7);
	assert_ptr_equal(steal(0), &g[6]);
	expect(THIEF, 3, 5);
	expect(OWNER, 0, 2);
	assert_int_equal(w64_load_own(&m[THIEF].count.stolen), 4);
	assert_int_equal(w64_load_own(&m[THIEF].count.steals_won), 1);
	assert_null(steal(0));
}

static void test_it_takes_what_is_asked_for_what_there_is_and_half_a_ring(void **state)
{
	(void)state;
	fill(5);
	assert_ptr_equal(steal(1), &g[4]);
	expect_none(THIEF);
	assert_ptr_equal(steal(UINT32_MAX), &g[3]);
	expect(THIEF, 0, 2);
	expect_none(OWNER);
	fill(DY_RING);
	assert_ptr_equal(steal(UINT32_MAX), &g[DY_RING - 1]);
	expect(THIEF, DY_RING / 2, DY_RING - 2);
	expect(OWNER, 0, DY_RING / 2 - 1);
}

static void test_a_lifo_owner_takes_the_newest_that_is_left(void **state)
{
	(void)state;
	sched.queue_order = LOCKED_LIFO;
	fill(4);
	assert_ptr_equal(steal(0), &g[3]);
	expect(THIEF, 2, 2);
	expect(OWNER, 1, 0);
}

static void test_a_full_ring_gives_up_its_older_half_and_the_new_one(void **state)
{
	(void)state;
	fill(DY_RING + 1);
	assert_int_equal(sched.global.len, DY_RING / 2 + 1);
	for (int i = 0; i < DY_RING / 2; i++)
		assert_ptr_equal(gqueue_pop(&sched.global), &g[i]);
	assert_ptr_equal(gqueue_pop(&sched.global), &g[DY_RING]);
	expect(OWNER, DY_RING / 2, DY_RING - 1);
}

static void test_a_ring_is_drained_oldest_first(void **state)
{
	(void)state;
	sched.queue_order = LOCKED_LIFO;
	fill(3);
	runq_drain_locked(&p[OWNER]);
	assert_true(runq_empty(&p[OWNER]));
	for (int i = 0; i < 3; i++)
		assert_ptr_equal(gqueue_pop(&sched.global), &g[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			test_a_thief_takes_the_newer_half_rounded_up, start),
		cmocka_unit_test_setup(
			test_it_takes_what_is_asked_for_what_there_is_and_half_a_ring,
			start),
		cmocka_unit_test_setup(
			test_a_lifo_owner_takes_the_newest_that_is_left, start),
		cmocka_unit_test_setup(
			test_a_full_ring_gives_up_its_older_half_and_the_new_one,
			start),
		cmocka_unit_test_setup(test_a_ring_is_drained_oldest_first, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
