// test_shards.c - the global queue as several lists, from inside and without a
// runtime: where a put goes, where a take begins, that nobody's list comes in its turn,
// and that what several put and take at once is taken exactly once.
#include "sched/shards.h"

#include <pthread.h>
#include <string.h>

#include "rt.h"

struct sched sched;
__thread struct m *port_linux_m;

enum { PS = 5, LISTS = 4, GS = 400, TURN = 8 };

static struct m m[PS];
static struct p p[PS];
static struct g g[GS];

static void be(int who)
{
	port_linux_m = &m[who];
}

static int start(void **state)
{
	(void)state;
	memset(&sched, 0, sizeof sched);
	memset(m, 0, sizeof m);
	memset(p, 0, sizeof p);
	memset(g, 0, sizeof g);
	for (int i = 0; i < PS; i++) {
		p[i].id = i;
		m[i].id = 10 + i;
		wptr_store_own(&m[i].p, &p[i]);
	}
	w32_store_own(&sched.nprocs, PS);
	sched.shards = LISTS;
	shards_open();
	be(0);
	return 0;
}

static uint64_t mask(void)
{
	return w64_load_own(&sched.shards_some);
}

static struct g *take_one(int who)
{
	be(who);
	return globq_get(&p[who], 1);
}

static void put(int who, struct g *gp)
{
	be(who);
	globq_put(gp);
}

static void test_each_puts_to_its_own_list(void **state)
{
	(void)state;
	assert_false(globq_any());
	put(2, &g[0]);
	assert_int_equal(mask(), 1 << 2);
	put(4, &g[1]); // the fifth P shares the first one's
	assert_int_equal(mask(), 1 << 2 | 1 << 0);
	wptr_store_own(&m[3].p, NULL); // an M without a P: it is number 13
	put(3, &g[2]);
	assert_int_equal(mask(), 1 << 2 | 1 << 0 | 1 << 1);
	assert_int_equal(globq_len(), 3);
	assert_int_equal(w32_load_own(&sched.global_len), 0);
	assert_true(globq_any());
}

static void test_a_take_begins_at_home_and_goes_round(void **state)
{
	(void)state;
	put(0, &g[0]);
	put(3, &g[3]);
	put(2, &g[2]);
	put(2, &g[4]);
	assert_ptr_equal(take_one(2), &g[2]);
	assert_ptr_equal(take_one(2), &g[4]);
	assert_ptr_equal(take_one(2), &g[3]);
	assert_ptr_equal(take_one(2), &g[0]);
	assert_null(take_one(2));
	assert_int_equal(mask(), 0);
}

// P 2 puts and takes its own for ever; what is in the other lists comes too.
static void test_every_eighth_take_is_from_the_next_in_turn(void **state)
{
	(void)state;
	put(0, &g[0]);
	put(1, &g[1]);
	put(3, &g[3]);
	for (int take = 1, seen = 0; seen < 3; take++) {
		struct g *gp;

		put(2, &g[2]);
		gp = take_one(2);
		assert_ptr_equal(gp, take % TURN == 0 && take != 3 * TURN
		                             ? &g[take / TURN - 1]
		                             : &g[2]);
		seen += gp != &g[2];
		assert_true(take <= LISTS * TURN);
	}
}

static void test_a_batch_is_a_share_of_its_list(void **state)
{
	(void)state;
	for (int i = 0; i < 20; i++)
		put(1, &g[i]);
	put(0, &g[20]);
	be(1);
	assert_ptr_equal(globq_get(&p[1], 0), &g[0]);
	assert_int_equal(runq_len(&p[1]), 20 / PS);
	assert_int_equal(globq_len(), 20 - 20 / PS);
	assert_int_equal(w64_load_own(&m[1].count.global_takes), 20 / PS + 1);
	assert_int_equal(w64_load_own(&m[1].count.global_puts), 20);
}

static void test_what_a_p_leaves_comes_first(void **state)
{
	struct gqueue left = {0};

	(void)state;
	put(1, &g[0]);
	gqueue_push(&left, &g[1]);
	gqueue_push(&left, &g[2]);
	globq_put_first_locked(1, &left);
	assert_int_equal(left.len, 0);
	assert_ptr_equal(take_one(1), &g[1]);
	assert_ptr_equal(take_one(1), &g[2]);
	assert_ptr_equal(take_one(1), &g[0]);
}

static void test_an_overflow_goes_to_the_own_list(void **state)
{
	(void)state;
	be(3);
	for (int i = 0; i <= DY_RING; i++)
		runq_put(&p[3], &g[i], false);
	assert_int_equal(mask(), 1 << 3);
	assert_int_equal(globq_len(), DY_RING / 2 + 1);
	assert_ptr_equal(take_one(3), &g[0]);
}

//---------------------------------------------------------------------------
// Races
//---------------------------------------------------------------------------

enum { PUTS = RT_SCALE(100000) };

static struct dy_w32 in_a_list[GS], errors;

// Each puts Gs of its own, and takes whatever comes.
static void *put_and_take(void *arg)
{
	int who = *(int *)arg;
	uint64_t taken = 0;

	be(who);
	for (int i = 0; i < PUTS; i++) {
		struct g *mine = &g[who * (GS / PS) + i % (GS / PS)], *gp;

		if (w32_load_acq(&in_a_list[mine - g]) == 0) {
			w32_store_rel(&in_a_list[mine - g], 1);
			globq_put(mine);
		}
		gp = i % 2 ? globq_get(&p[who], 1) : NULL;
		if (gp && w32_swap_ar(&in_a_list[gp - g], 0) != 1)
			w32_add_ar(&errors, 1);
		taken += gp != NULL;
	}
	return taken ? arg : NULL;
}

static void test_what_all_put_and_take_is_taken_once(void **state)
{
	pthread_t thread[PS];
	int who[PS];
	struct g *gp;

	(void)state;
	for (int i = 0; i < PS; i++) {
		who[i] = i;
		assert_int_equal(pthread_create(&thread[i], NULL, put_and_take,
		                                &who[i]),
		                 0);
	}
	for (int i = 0; i < PS; i++) {
		void *took;

		pthread_join(thread[i], &took);
		assert_non_null(took);
	}
	while ((gp = take_one(0)))
		assert_int_equal(w32_swap_ar(&in_a_list[gp - g], 0), 1);
	for (int i = 0; i < GS; i++)
		assert_int_equal(w32_load_acq(&in_a_list[i]), 0);
	assert_int_equal(w32_load_acq(&errors), 0);
	assert_int_equal(mask(), 0);
	assert_int_equal(globq_len(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_each_puts_to_its_own_list, start),
		cmocka_unit_test_setup(test_a_take_begins_at_home_and_goes_round,
	                               start),
		cmocka_unit_test_setup(
			test_every_eighth_take_is_from_the_next_in_turn, start),
		cmocka_unit_test_setup(test_a_batch_is_a_share_of_its_list, start),
		cmocka_unit_test_setup(test_what_a_p_leaves_comes_first, start),
		cmocka_unit_test_setup(test_an_overflow_goes_to_the_own_list,
	                               start),
		cmocka_unit_test_setup(test_what_all_put_and_take_is_taken_once,
	                               start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
