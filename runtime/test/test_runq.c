// test_runq.c - a P's queue, from inside and without a runtime: what is put
// comes out exactly once, whoever takes it, and in order.
//
// Built twice: with the ring as it is, and with a ring of four, where thieves
// and owner meet at every step.
#include <pthread.h>
#include <string.h>

#include "rt.h"
#include "sched/inbox.h"
#include "sched/keyq.h"

// The queue touches no more of the runtime than these two.
struct sched sched;
__thread struct m *port_linux_m;

enum { GS = 2 * DY_RING };

static struct m m[3];
static struct p p[3];
static struct g g[GS];

static int start(void **state)
{
	(void)state;
	memset(&sched, 0, sizeof sched);
	memset(m, 0, sizeof m);
	memset(p, 0, sizeof p);
	memset(g, 0, sizeof g);
	w32_store_own(&sched.nprocs, 3);
	for (int i = 0; i < 3; i++) {
		w32_store_own(&p[i].status, P_RUNNING);
		wptr_store_own(&sched.allp[i], &p[i]);
	}
	port_linux_m = &m[0];
	return 0;
}

static struct g *get(int who)
{
	bool inherit;

	return runq_get(&m[who], &p[who], &inherit);
}

// Numbers start at wrap, so that they pass 2^32 during the test.
static void start_at(struct p *pp, uint32_t wrap)
{
	w32_store_own(&pp->head, wrap);
	w32_store_own(&pp->tail, wrap);
}

static void test_the_ring_returns_what_was_put_in_order(void **state)
{
	(void)state;
	start_at(&p[0], UINT32_MAX - DY_RING / 2);
	for (int n = 0; n <= DY_RING; n++) {
		for (int i = 0; i < n; i++)
			runq_put(&p[0], &g[i], false);
		assert_int_equal(runq_len(&p[0]), n);
		for (int i = 0; i < n; i++)
			assert_ptr_equal(get(0), &g[i]);
		assert_null(get(0));
		assert_true(runq_empty(&p[0]));
	}
}

static void test_runnext_goes_first_and_is_kicked_to_the_tail(void **state)
{
	bool inherit = false;

	(void)state;
	runq_put(&p[0], &g[0], false);
	runq_put(&p[0], &g[1], true);
	runq_put(&p[0], &g[2], true);
	assert_ptr_equal(runq_get(&m[0], &p[0], &inherit), &g[2]);
	assert_true(inherit);
	assert_ptr_equal(runq_get(&m[0], &p[0], &inherit), &g[0]);
	assert_false(inherit);
	assert_ptr_equal(get(0), &g[1]);
	assert_null(get(0));
	assert_int_equal(w64_load_own(&m[0].count.runnext_hits), 1);
	assert_int_equal(w64_load_own(&m[0].count.local_takes), 2);
}

// One theft from n Gs: the thief got want of the oldest, and runs the youngest
// of them; everybody is seen once.
static void steal_from(int n, uint32_t want, int expected)
{
	struct g *first;

	for (int i = 0; i < n; i++)
		runq_put(&p[0], &g[i], false);
	first = runq_steal(&m[1], &p[1], &p[0], want);
	if (n == 0) {
		assert_null(first);
		return;
	}
	assert_ptr_equal(first, &g[expected - 1]);
	for (int i = 0; i < expected - 1; i++)
		assert_ptr_equal(get(1), &g[i]);
	assert_null(get(1));
	for (int i = expected; i < n; i++)
		assert_ptr_equal(get(0), &g[i]);
	assert_null(get(0));
}

static void test_a_thief_takes_the_older_half_rounded_up(void **state)
{
	uint64_t stolen = 0;

	(void)state;
	for (int n = 0; n <= DY_RING; n++) {
		steal_from(n, 0, (n + 1) / 2);
		stolen += (uint64_t)(n + 1) / 2;
	}
	assert_int_equal(w64_load_own(&m[1].count.stolen), stolen);
	assert_int_equal(w64_load_own(&m[1].count.steals_won), DY_RING);
}

static void test_a_thief_takes_no_more_than_there_is_or_half_a_ring(void **state)
{
	(void)state;
	for (int n = 1; n <= DY_RING; n++) {
		steal_from(n, 1, 1);
		steal_from(n, UINT32_MAX, n < DY_RING / 2 ? n : DY_RING / 2);
	}
}

static void test_a_runnext_is_stolen_only_if_it_is_still_there(void **state)
{
	(void)state;
	runq_put(&p[0], &g[0], true);
	assert_false(runq_steal_next(&p[0], &g[1]));
	assert_true(runq_steal_next(&p[0], &g[0]));
	assert_false(runq_steal_next(&p[0], &g[0]));
	assert_null(get(0));
}

static void test_an_overflow_moves_the_older_half_and_the_new_one(void **state)
{
	(void)state;
	for (int i = 0; i <= DY_RING; i++)
		runq_put(&p[0], &g[i], false);
	assert_int_equal(sched.global.len, DY_RING / 2 + 1);
	assert_int_equal(w32_load_own(&sched.global_len), DY_RING / 2 + 1);
	for (int i = 0; i < DY_RING / 2; i++)
		assert_ptr_equal(gqueue_pop(&sched.global), &g[i]);
	assert_ptr_equal(gqueue_pop(&sched.global), &g[DY_RING]);
	for (int i = DY_RING / 2; i < DY_RING; i++)
		assert_ptr_equal(get(0), &g[i]);
	assert_null(get(0));
	assert_int_equal(w64_load_own(&m[0].count.overflows), 1);
}

static void test_a_drained_queue_goes_to_the_head_of_the_global_one(void **state)
{
	(void)state;
	globq_put_locked(&g[9 % GS]);
	runq_put(&p[0], &g[0], false);
	runq_put(&p[0], &g[1], false);
	runq_put(&p[0], &g[2], true);
	runq_drain_locked(&p[0]);
	assert_true(runq_empty(&p[0]));
	assert_int_equal(w32_load_own(&sched.global_len), 4);
	assert_ptr_equal(gqueue_pop(&sched.global), &g[2]);
	assert_ptr_equal(gqueue_pop(&sched.global), &g[0]);
	assert_ptr_equal(gqueue_pop(&sched.global), &g[1]);
	assert_ptr_equal(gqueue_pop(&sched.global), &g[9 % GS]);
}

// Left by m[1] for P 0, which runs.
static void leave_for_p0(struct g *gp)
{
	gp->last_p = 0;
	assert_false(inbox_put(&m[1], gp));
}

static void test_what_others_leave_queues_up_behind(void **state)
{
	(void)state;
	runq_put(&p[0], &g[0], false);
	runq_put(&p[0], &g[1], true);
	leave_for_p0(&g[2]);
	leave_for_p0(&g[3]);
	assert_int_equal(runq_len(&p[0]), 3);
	assert_ptr_equal(get(0), &g[1]);
	assert_ptr_equal(get(0), &g[0]);
	assert_ptr_equal(get(0), &g[2]);
	assert_false(runq_empty(&p[0]));
	assert_ptr_equal(get(0), &g[3]);
	assert_true(runq_empty(&p[0]));
	assert_null(get(0));
}

static void test_an_inbox_is_work_for_thieves_and_drained_too(void **state)
{
	(void)state;
	leave_for_p0(&g[2]);
	leave_for_p0(&g[3 % GS]);
	assert_false(runq_empty(&p[0]));
	assert_int_equal(runq_len(&p[0]), 2);
	assert_ptr_equal(runq_steal(&m[1], &p[1], &p[0], 0), &g[2]);
	assert_int_equal(w64_load_own(&m[1].count.stolen), 1);
	runq_drain_locked(&p[0]);
	assert_true(runq_empty(&p[0]));
	assert_ptr_equal(gqueue_pop(&sched.global), &g[3 % GS]);
}

//---------------------------------------------------------------------------
// Other orders
//---------------------------------------------------------------------------

static void test_the_newest_is_the_owners_the_oldest_the_thiefs(void **state)
{
	(void)state;
	sched.queue_order = DY_QUEUE_LIFO;
	start_at(&p[0], UINT32_MAX - 1);
	for (int i = 0; i < DY_RING; i++)
		runq_put(&p[0], &g[i], false);
	assert_ptr_equal(runq_steal(&m[1], &p[1], &p[0], 0), &g[0]);
	assert_null(get(1)); // one at a time
	for (int i = DY_RING - 1; i >= 1; i--)
		assert_ptr_equal(get(0), &g[i]);
	assert_null(get(0));
	assert_null(runq_steal(&m[1], &p[1], &p[0], 0));
	assert_true(runq_empty(&p[0]));
	runq_put(&p[0], &g[1], false);
	assert_int_equal(runq_len(&p[0]), 1);
	assert_ptr_equal(get(0), &g[1]);
}

static uint64_t by_id(const struct dy_view *v, const struct dy_goroutine *gp)
{
	(void)v;
	return gp->id % 100;
}

static const struct dy_queue_policy keyed = {.order = DY_QUEUE_KEYED,
                                             .key = by_id};

// Gs come in the order of 7 i mod n and go in the order of their keys, of equal
// keys the first to come.
static void test_the_least_key_goes_first(void **state)
{
	enum { N = DY_RING < 97 ? DY_RING : 97 };

	(void)state;
	wptr_store_own(&sched.policy[AXIS_QUEUE], (void *)&keyed);
	sched.queue_order = DY_QUEUE_KEYED;
	assert_true(keyq_open(&p[0]) && keyq_open(&p[1]));
	for (int i = 0; i < N; i++) {
		int at = i * 7 % N;

		g[at].id = (uint64_t)at;
		runq_put(&p[0], &g[at], i % 2 == 0);
	}
	assert_int_equal(runq_len(&p[0]), N);
	assert_ptr_equal(runq_steal(&m[1], &p[1], &p[0], 2), &g[0]);
	assert_ptr_equal(get(1), &g[1]);
	for (int i = 2; i < N; i++)
		assert_ptr_equal(get(0), &g[i]);
	assert_true(runq_empty(&p[0]));
	g[0].id = 200, g[1].id = 100, g[2].id = 300;
	for (int i = 0; i < 3; i++)
		runq_put(&p[0], &g[i], false);
	for (int i = 0; i < 3; i++)
		assert_ptr_equal(get(0), &g[i]);
	keyq_close(&p[0]);
	keyq_close(&p[1]);
}

//---------------------------------------------------------------------------
// Races: an owner and two thieves, who also steal from each other
//---------------------------------------------------------------------------

enum { PUTS = RT_SCALE(1000000) };

static struct dy_w32 queued[GS]; // is this G in a queue?
static struct dy_w32 errors;     // taken twice, or never put
static struct dy_w32 owner_done;

// Whoever takes a G finds it marked, and unmarks it.
static bool took(struct g *gp)
{
	if (!gp)
		return false;
	if (w32_swap_ar(&queued[gp - g], 0) != 1)
		w32_add_ar(&errors, 1);
	return true;
}

static uint64_t take_all(int who)
{
	uint64_t n = 0;

	while (took(get(who)))
		n++;
	return n;
}

static uint64_t take_global(int who)
{
	uint64_t n = 0;

	while (w32_load_acq(&sched.global_len) != 0 && took(globq_get(&p[who], 0)))
		n += 1 + take_all(who);
	return n;
}

// As in the scheduler, a thief has nothing left when it steals. What it gets
// stands in its queue for the other to steal, until it comes here again.
static uint64_t rob(int who, int whom, struct rand *r)
{
	struct g *next = wptr_load_acq(&p[whom].runnext);
	uint64_t n = take_all(who);

	n += took(runq_steal(&m[who], &p[who], &p[whom], rand_below(r, 4)));
	if (next && rand_below(r, 4) == 0 && runq_steal_next(&p[whom], next))
		n += took(next);
	return n;
}

static void *thief(void *arg)
{
	int who = *(int *)arg;
	struct rand r = rand_stream(1, (uint64_t)who);
	static uint64_t taken[3];

	port_linux_m = &m[who];
	taken[who] = 0;
	while (w32_load_acq(&owner_done) == 0) {
		taken[who] += rob(who, 0, &r);
		taken[who] += rob(who, 3 - who, &r);
	}
	taken[who] += take_all(who);
	return &taken[who];
}

// Puts Gs that nobody has queued, and now and then takes some itself.
static uint64_t own(void)
{
	struct rand r = rand_stream(1, 0);
	uint64_t taken = 0;

	for (uint32_t i = 0, put = 0; put < PUTS; i++) {
		struct g *gp = &g[i % GS];

		if (w32_load_acq(&queued[gp - g]) == 0) {
			w32_store_rel(&queued[gp - g], 1);
			runq_put(&p[0], gp, rand_below(&r, 2) == 0);
			put++;
		}
		if (rand_below(&r, 3) == 0)
			taken += took(get(0));
		if (i % GS == 0)
			taken += take_global(0);
	}
	return taken;
}

static void race(void)
{
	pthread_t thread[3];
	int who[3] = {0, 1, 2};
	uint64_t taken;

	memset(queued, 0, sizeof queued);
	w32_store_rel(&errors, 0);
	w32_store_rel(&owner_done, 0);
	for (int i = 1; i < 3; i++)
		assert_int_equal(
			pthread_create(&thread[i], NULL, thief, &who[i]), 0);
	taken = own();
	w32_store_rel(&owner_done, 1);
	for (int i = 1; i < 3; i++) {
		void *theirs;

		pthread_join(thread[i], &theirs);
		taken += *(uint64_t *)theirs;
	}
	taken += take_all(0) + take_global(0);
	assert_int_equal(w32_load_acq(&errors), 0);
	assert_int_equal(taken, PUTS);
	for (int i = 0; i < GS; i++)
		assert_int_equal(w32_load_acq(&queued[i]), 0);
}

static void test_owner_and_thieves_take_each_g_exactly_once(void **state)
{
	(void)state;
	race();
}

static void test_so_they_do_in_other_orders(void **state)
{
	static const int order[] = {DY_QUEUE_LIFO, LOCKED_FIFO, LOCKED_LIFO};

	(void)state;
	for (int i = 0; i < 3; i++) {
		sched.queue_order = order[i];
		race();
	}
}

static void test_so_they_do_by_keys(void **state)
{
	(void)state;
	sched.queue_order = DY_QUEUE_KEYED;
	for (int i = 0; i < 3; i++)
		assert_true(keyq_open(&p[i]));
	race();
	for (int i = 0; i < 3; i++)
		keyq_close(&p[i]);
}

//---------------------------------------------------------------------------
// Emptiness: while the epoch is odd, there is always a G in the queue
//---------------------------------------------------------------------------

enum { EPOCHS = RT_SCALE(1000000) };

static struct dy_w32 epoch;
static struct dy_w32 watch_over;

static void *watch(void *arg)
{
	uint64_t *spurious = arg;

	while (w32_load_acq(&watch_over) == 0) {
		uint32_t before = w32_load_acq(&epoch);
		bool empty = runq_empty(&p[0]);

		if (before % 2 == 1 && empty && w32_load_acq(&epoch) == before)
			++*spurious;
	}
	return NULL;
}

static void test_a_queue_is_never_empty_while_runnext_is_kicked(void **state)
{
	uint64_t spurious = 0;
	pthread_t watcher;

	(void)state;
	w32_store_rel(&watch_over, 0);
	assert_int_equal(pthread_create(&watcher, NULL, watch, &spurious), 0);
	for (uint32_t i = 0; i < EPOCHS; i++) {
		runq_put(&p[0], &g[0], i & 1);
		w32_add_ar(&epoch, 1);
		runq_put(&p[0], &g[1], i & 2);
		get(0);
		w32_add_ar(&epoch, 1);
		get(0);
	}
	w32_store_rel(&watch_over, 1);
	pthread_join(watcher, NULL);
	assert_int_equal(spurious, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			test_the_ring_returns_what_was_put_in_order, start),
		cmocka_unit_test_setup(test_what_others_leave_queues_up_behind,
	                               start),
		cmocka_unit_test_setup(
			test_an_inbox_is_work_for_thieves_and_drained_too, start),
		cmocka_unit_test_setup(
			test_runnext_goes_first_and_is_kicked_to_the_tail, start),
		cmocka_unit_test_setup(
			test_a_thief_takes_the_older_half_rounded_up, start),
		cmocka_unit_test_setup(
			test_a_thief_takes_no_more_than_there_is_or_half_a_ring,
			start),
		cmocka_unit_test_setup(
			test_a_runnext_is_stolen_only_if_it_is_still_there, start),
		cmocka_unit_test_setup(
			test_an_overflow_moves_the_older_half_and_the_new_one,
			start),
		cmocka_unit_test_setup(
			test_a_drained_queue_goes_to_the_head_of_the_global_one,
			start),
		cmocka_unit_test_setup(
			test_owner_and_thieves_take_each_g_exactly_once, start),
		cmocka_unit_test_setup(test_so_they_do_in_other_orders, start),
		cmocka_unit_test_setup(test_so_they_do_by_keys, start),
		cmocka_unit_test_setup(
			test_the_newest_is_the_owners_the_oldest_the_thiefs,
			start),
		cmocka_unit_test_setup(test_the_least_key_goes_first, start),
		cmocka_unit_test_setup(
			test_a_queue_is_never_empty_while_runnext_is_kicked,
			start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
