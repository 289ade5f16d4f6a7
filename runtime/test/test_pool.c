// test_pool.c - the pool: what comes back, whose, and that nothing is lost or
// given to two.
#include <dyno/sync.h>
#include <stdlib.h>

#include "procs.h"
#include "sched/sched.h"

struct item {
	struct dy_w32 holders;
	int number;
};

static struct dy_w32 made, dropped;
static struct dy_waitgroup wg;

static void *make_item(void *arg)
{
	struct item *it = calloc(1, sizeof *it);

	rt_check(it && arg == &made);
	it->number = (int)w32_add_ar(&made, 1);
	return it;
}

static void drop_item(void *item, void *arg)
{
	rt_check(arg == &made);
	w32_add_ar(&dropped, 1);
	free(item);
}

static struct dy_pool items = {
	.make = make_item,
	.drop = drop_item,
	.arg = &made,
};

static void reset(void)
{
	w32_store_own(&made, 0);
	w32_store_own(&dropped, 0);
}

static int number_of(const void *item)
{
	return ((const struct item *)item)->number;
}

//---------------------------------------------------------------------------
// One goroutine
//---------------------------------------------------------------------------

static void put_and_get(void *arg)
{
	struct dy_pool plain = {0};
	int a, b, c;

	(void)arg;
	rt_check(!dy_pool_get(&plain));
	dy_pool_put(&plain, NULL);
	rt_check(!dy_pool_get(&plain));
	dy_pool_put(&plain, &a);
	dy_pool_put(&plain, &b);
	dy_pool_put(&plain, &c);
	// The slot first, then the newest: nothing here changes the P.
	rt_check(dy_pool_get(&plain) == &a);
	rt_check(dy_pool_get(&plain) == &c);
	rt_check(dy_pool_get(&plain) == &b);
	rt_check(!dy_pool_get(&plain));
	dy_pool_clear(&plain);
}

static void test_what_was_put_comes_back(void **state)
{
	(void)state;
	rt_run(1, "go1.27,preempt=none", put_and_get, NULL);
	rt_run(4, "go1.27,preempt=none", put_and_get, NULL);
}

// Item 1 stays in the slot, the others are in the stock.
static void fill(int n)
{
	void *item[100];

	for (int i = 0; i < n; i++)
		item[i] = dy_pool_get(&items);
	for (int i = 0; i < n; i++)
		dy_pool_put(&items, item[i]);
}

static void trim_often(void *arg)
{
	void *item[100];

	(void)arg;
	reset();
	fill(100);
	rt_check(w32_load_acq(&made) == 100);
	dy_pool_trim(&items);
	rt_check(w32_load_acq(&dropped) == 0);
	for (int i = 0; i < 40; i++)
		item[i] = dy_pool_get(&items);
	for (int i = 0; i < 40; i++)
		dy_pool_put(&items, item[i]);
	dy_pool_trim(&items); // the stock of 99 was down to 60
	rt_check(w32_load_acq(&dropped) == 60);
	dy_pool_trim(&items);
	rt_check(w32_load_acq(&dropped) == 99);
	dy_pool_trim(&items);
	rt_check(number_of(item[0] = dy_pool_get(&items)) == 1);
	dy_pool_put(&items, item[0]);
	fill(3);
	rt_check(w32_load_acq(&made) == 102);
	dy_pool_clear(&items);
	rt_check(w32_load_acq(&dropped) == 102);
	dy_pool_clear(&items);
}

// The ring is full and does not begin at its beginning when it grows.
static void grow_late(void *arg)
{
	void *item[40];

	(void)arg;
	reset();
	fill(17); // 16 in the stock
	dy_pool_trim(&items);
	fill(11); // ... of which 10 are taken and put back
	dy_pool_trim(&items);
	rt_check(w32_load_acq(&dropped) == 6);
	for (int i = 0; i < 40; i++)
		item[i] = dy_pool_get(&items);
	for (int i = 0; i < 40; i++)
		dy_pool_put(&items, item[i]);
	rt_check(dy_pool_get(&items) == item[0]);
	for (int i = 39; i > 0; i--)
		rt_check(dy_pool_get(&items) == item[i]);
	rt_check(w32_load_acq(&made) == 46);
	for (int i = 0; i < 40; i++)
		dy_pool_put(&items, item[i]);
	dy_pool_clear(&items);
	rt_check(w32_load_acq(&dropped) == 46);
}

static void test_a_stock_grows_from_wherever_it_begins(void **state)
{
	(void)state;
	rt_run(1, "go1.27,preempt=none", grow_late, NULL);
}

static void test_a_trim_drops_what_was_not_wanted(void **state)
{
	(void)state;
	rt_run(1, "go1.27,preempt=none", trim_often, NULL);
}

//---------------------------------------------------------------------------
// Many
//---------------------------------------------------------------------------

static struct dy_w32 stolen;

static void steal_one(void *arg)
{
	(void)arg;
	dy_pool_put(&items, dy_pool_get(&items));
	w32_store_rel(&stolen, 1);
}

// The P that has the items is busy: whoever takes one runs on another.
static void take_from_busy_p(void *arg)
{
	(void)arg;
	reset();
	fill(10);
	w32_store_rel(&stolen, 0);
	dy_go(steal_one, NULL);
	while (!w32_load_acq(&stolen))
		dy_work(1000);
	rt_check(w32_load_acq(&made) == 10);
	dy_pool_clear(&items);
	rt_check(w32_load_acq(&dropped) == 10);
}

static void test_a_p_without_takes_from_the_others(void **state)
{
	(void)state;
	for (int procs = 2; procs <= 8; procs *= 2)
		rt_run(procs, "go1.27,preempt=none", take_from_busy_p, NULL);
}

static void use_often(void *arg)
{
	struct rand r = rand_stream((uint64_t)(uintptr_t)arg, 0);
	struct item *mine[8] = {NULL};

	for (int i = 0; i < RT_SCALE(20000); i++) {
		struct item **it = &mine[rand_below(&r, 8)];

		if (*it) {
			rt_check(w32_add_ar(&(*it)->holders, (uint32_t)-1) == 0);
			dy_pool_put(&items, *it);
			*it = NULL;
		} else {
			*it = dy_pool_get(&items);
			rt_check(w32_add_ar(&(*it)->holders, 1) == 1);
		}
		if (rand_below(&r, 50) == 0)
			dy_yield();
		if (rand_below(&r, 1000) == 0)
			dy_pool_trim(&items);
	}
	for (int i = 0; i < 8; i++) {
		if (mine[i])
			w32_add_ar(&mine[i]->holders, (uint32_t)-1);
		dy_pool_put(&items, mine[i]);
	}
	dy_wg_done(&wg);
}

// Nothing is held by two, and what was made was dropped once, in a storm in
// which Ps come and go.
static void hammer(void *arg)
{
	int procs = dy_gomaxprocs(0);

	(void)arg;
	reset();
	dy_wg_add(&wg, 10);
	for (intptr_t i = 1; i <= 10; i++)
		dy_go(use_often, (void *)i);
	for (int i = 0; i < 50; i++) {
		dy_gomaxprocs(1 + i % procs);
		dy_yield();
	}
	dy_gomaxprocs(procs);
	dy_wg_wait(&wg);
	dy_pool_clear(&items);
	rt_check(w32_load_acq(&made) == w32_load_acq(&dropped));
}

static void test_nothing_is_lost_or_given_to_two(void **state)
{
	(void)state;
	at_all_procs(hammer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_put_comes_back),
		cmocka_unit_test(test_a_trim_drops_what_was_not_wanted),
		cmocka_unit_test(test_a_stock_grows_from_wherever_it_begins),
		cmocka_unit_test(test_a_p_without_takes_from_the_others),
		cmocka_unit_test(test_nothing_is_lost_or_given_to_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
