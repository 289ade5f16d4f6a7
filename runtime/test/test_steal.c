// test_steal.c - stealing: Go's random order, the victims that each built-in
// policy names, and what the counters say when goroutines are stolen.
#include "../sched/steal.c"

#include <string.h>
#include <unistd.h>

#include "policy/registry.h"
#include "rt.h"

static void test_an_order_visits_each_p_once(void **state)
{
	(void)state;
	for (uint32_t n = 1; n <= 64; n++) {
		struct rand r = rand_stream(n, 0);

		for (int round = 0; round < 50; round++) {
			struct order o = random_order(&r, n);
			uint64_t seen = 0;
			int id = -1;

			while (order_next(&o, &id)) {
				assert_in_range(id, 0, n - 1);
				assert_false(seen >> id & 1);
				seen |= UINT64_C(1) << id;
			}
			assert_int_equal(__builtin_popcountll(seen), n);
		}
	}
}

// Not always the same one: of 8 Ps, each comes first now and then.
static void test_an_order_begins_anywhere(void **state)
{
	struct rand r = rand_stream(1, 0);
	int first[8] = {0};

	(void)state;
	for (int round = 0; round < 8000; round++) {
		struct order o = random_order(&r, 8);
		int id = -1;

		assert_true(order_next(&o, &id));
		first[id]++;
	}
	for (int id = 0; id < 8; id++)
		assert_in_range(first[id], 800, 1200);
}

//---------------------------------------------------------------------------
// Victims, from a view of Ps that do nothing
//---------------------------------------------------------------------------

static const struct dy_steal_policy *const walking[] = {
	&policy_steal_one,  &policy_steal_sticky, &policy_steal_loaded,
	&policy_steal_near, &policy_steal_aged,   &policy_steal_half_tail,
};

enum { WALKING = sizeof walking / sizeof walking[0], PS_MAX = 64 };

static struct m thief_m;

static int open_ps(void **state)
{
	(void)state;
	memset(&sched, 0, sizeof sched);
	memset(&thief_m, 0, sizeof thief_m);
	for (int i = 0; i < PS_MAX; i++)
		assert_non_null(p_open(i));
	return 0;
}

static int close_ps(void **state)
{
	(void)state;
	p_free_all();
	return 0;
}

static struct dy_view view_of(int thief)
{
	wptr_store_rel(&thief_m.p, sched_p(thief));
	return (struct dy_view){&thief_m, sched_p(thief), AXIS_STEAL};
}

// One whole search: it names every other P, at some time for its runnext too,
// none out of range, and it ends.
static void search(const struct dy_steal_policy *policy, int n, int thief)
{
	uint64_t seen = UINT64_C(1) << thief, seen_runnext = seen;
	struct dy_view v = view_of(thief);
	uint32_t tries = 0;
	int id;

	while ((id = policy->victim(&v, thief, tries)) != DY_STOP) {
		assert_in_range(id, 0, n - 1);
		seen |= UINT64_C(1) << id;
		if (policy->runnext(&v, thief, id, tries) >= 0)
			seen_runnext |= UINT64_C(1) << id;
		assert_true(++tries <= 4 * (uint32_t)n + 16);
	}
	assert_int_equal(__builtin_popcountll(seen), n);
	assert_int_equal(__builtin_popcountll(seen_runnext), n);
}

static void test_a_search_offers_every_p_and_ends(void **state)
{
	(void)state;
	for (size_t i = 0; i < WALKING; i++) {
		for (int n = 1; n <= PS_MAX; n++) {
			w32_store_own(&sched.nprocs, (uint32_t)n);
			for (int thief = 0; thief < n; thief += 1 + n / 5)
				search(walking[i], n, thief);
		}
	}
}

// An M without a P that asks for a place must not use what is a running P's.
static void test_scratch_has_one_user(void **state)
{
	struct dy_view held = view_of(3),
		       other = {&thief_m, sched_p(2), AXIS_PLACE};

	(void)state;
	held.axis = AXIS_PLACE;
	assert_ptr_equal(dy_view_scratch(&held), sched_p(3)->scratch[AXIS_PLACE]);
	assert_ptr_equal(dy_view_scratch(&other), thief_m.place_scratch);
	other.axis = AXIS_SYSCALL; // sysmon's, of each P
	assert_ptr_equal(dy_view_scratch(&other),
	                 sched_p(2)->scratch[AXIS_SYSCALL]);
}

static void test_none_offers_nobody(void **state)
{
	struct dy_view v = view_of(0);

	(void)state;
	w32_store_own(&sched.nprocs, 8);
	assert_int_equal(policy_steal_none.victim(&v, 0, 0), DY_STOP);
}

// It names everybody once, and is asked about no runnext.
static void test_half_goes_round_once(void **state)
{
	(void)state;
	assert_null(policy_steal_half.runnext);
	for (int n = 1; n <= PS_MAX; n++) {
		struct dy_view v = view_of(0);
		uint64_t seen = 0;

		w32_store_own(&sched.nprocs, (uint32_t)n);
		for (uint32_t i = 0; i < (uint32_t)n; i++)
			seen |= UINT64_C(1) << policy_steal_half.victim(&v, 0, i);
		assert_int_equal(__builtin_popcountll(seen), n);
		assert_int_equal(policy_steal_half.victim(&v, 0, (uint32_t)n),
		                 DY_STOP);
	}
}

static void test_sticky_begins_where_it_last_won(void **state)
{
	struct dy_view v = view_of(3);

	(void)state;
	w32_store_own(&sched.nprocs, 16);
	for (int victim = 0; victim < 16; victim++) {
		assert_int_equal(policy_steal_sticky.amount(&v, 3, victim, 9), 5);
		assert_int_equal(policy_steal_sticky.victim(&v, 3, 0), victim);
	}
}

static void test_loaded_prefers_the_longer_queue(void **state)
{
	struct dy_view v = view_of(0);
	static struct g g[2];
	int hits = 0;

	(void)state;
	w32_store_own(&sched.nprocs, 4);
	port_linux_m = &thief_m;
	runq_put(sched_p(2), &g[0], false);
	runq_put(sched_p(2), &g[1], false);
	runq_put(sched_p(1), &g[0], false);
	for (int i = 0; i < 4000; i++)
		hits += policy_steal_loaded.victim(&v, 0, 0) == 2;
	port_linux_m = NULL;
	assert_in_range(hits, 1550, 1950); // 7 of 16 pairs name P 2
}

static void test_near_asks_the_nearest_first(void **state)
{
	static const uint16_t distance[16] = {
		0, 9, 2, 5, //
		9, 0, 5, 2, //
		2, 5, 0, 9, //
		5, 2, 9, 0,
	};
	static const int nearest[4][3] = {
		{2, 3, 1}, {3, 2, 0}, {0, 1, 3}, {1, 0, 2}};

	(void)state;
	w32_store_own(&sched.nprocs, 4);
	sched.opt.distance = distance;
	sched.opt.n_distance = 4;
	for (int thief = 0; thief < 4; thief++) {
		struct dy_view v = view_of(thief);

		for (uint32_t i = 0; i < 3; i++)
			assert_int_equal(policy_steal_near.victim(&v, thief, i),
			                 nearest[thief][i]);
	}
}

// runnext only after everybody's ring has been looked at, and not at once.
static void test_runnext_comes_in_the_last_pass(void **state)
{
	struct dy_view v = view_of(0);

	(void)state;
	w32_store_own(&sched.nprocs, 8);
	assert_true(policy_steal_one.runnext(&v, 0, 1, 8) < 0);
	assert_int_equal(policy_steal_one.runnext(&v, 0, 1, 4 * 8 - 1), 3000);
	sched.opt.policy.param[AXIS_STEAL][0] = 77777;
	assert_int_equal(policy_steal_aged.runnext(&v, 0, 1, 4 * 8 - 1), 77777);
}

static void test_near_takes_as_many_as_it_is_told(void **state)
{
	struct dy_view v = view_of(0);

	(void)state;
	assert_int_equal(policy_steal_near.amount(&v, 0, 1, 9), 5);
	sched.opt.policy.param[AXIS_STEAL][0] = 2;
	assert_int_equal(policy_steal_near.amount(&v, 0, 1, 9), 2);
}

//---------------------------------------------------------------------------
// Real thefts
//---------------------------------------------------------------------------

enum { PIECES = DY_RING / 2, ROUNDS = RT_SCALE(200) };

static struct dy_w32 pieces_done;

static void piece(void *arg)
{
	(void)arg;
	w32_add_ar(&pieces_done, 1);
}

// Main keeps its P for itself while the pieces stand in its queue: they are
// done by thieves or by nobody.
static void leave_pieces_to_thieves(void *arg)
{
	(void)arg;
	for (int round = 0; round < ROUNDS; round++) {
		w32_store_rel(&pieces_done, 0);
		for (int i = 0; i < PIECES; i++)
			dy_go(piece, NULL);
		while (w32_load_acq(&pieces_done) != PIECES)
			usleep(10);
	}
}

static void test_every_policy_steals_all_that_there_is(void **state)
{
	static const char *const policy[] = {
		"steal=go,preempt=none",     "steal=one,preempt=none",
		"steal=sticky,preempt=none", "steal=loaded,preempt=none",
		"steal=near,preempt=none",   "steal=half-tail,preempt=none",
	};

	(void)state;
	for (size_t i = 0; i < sizeof policy / sizeof policy[0]; i++) {
		struct dy_stats s;

		rt_run(4, policy[i], leave_pieces_to_thieves, NULL);
		s = rt_stats();
		assert_true(s.stolen >= ROUNDS * PIECES);
		assert_true(s.stolen_runnext >= 1);
		assert_true(s.stolen >= s.steals_won);
		assert_true(s.steals_tried >= s.steals_won);
		if (strncmp(policy[i], "steal=one", 9) == 0)
			assert_int_equal(s.stolen, s.steals_won);
	}
}

static void spawn_and_wait(void *arg)
{
	(void)arg;
	w32_store_rel(&pieces_done, 0);
	for (int i = 0; i < ROUNDS * PIECES; i++)
		dy_go(piece, NULL);
	while (w32_load_acq(&pieces_done) != ROUNDS * PIECES)
		dy_yield();
}

static void test_none_steals_nothing(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		struct dy_stats s;

		rt_run(procs, "steal=none", spawn_and_wait, NULL);
		s = rt_stats();
		assert_int_equal(s.steals_tried, 0);
		assert_int_equal(s.steals_won, 0);
		assert_int_equal(s.stolen, 0);
	}
}

#define with_ps(f) cmocka_unit_test_setup_teardown(f, open_ps, close_ps)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_order_visits_each_p_once),
		cmocka_unit_test(test_an_order_begins_anywhere),
		with_ps(test_a_search_offers_every_p_and_ends),
		with_ps(test_scratch_has_one_user),
		with_ps(test_none_offers_nobody),
		with_ps(test_half_goes_round_once),
		with_ps(test_sticky_begins_where_it_last_won),
		with_ps(test_loaded_prefers_the_longer_queue),
		with_ps(test_near_asks_the_nearest_first),
		with_ps(test_runnext_comes_in_the_last_pass),
		with_ps(test_near_takes_as_many_as_it_is_told),
		cmocka_unit_test(test_every_policy_steals_all_that_there_is),
		cmocka_unit_test(test_none_steals_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
