// race_waits.c - what semaphores, wait groups and pools order, and what they do
// not.
#include <dyno/sync.h>

#include "race.h"

static struct dy_sema sema;
static struct dy_weighted weighted;
static struct dy_waitgroup wg;
static struct dy_pool pool;

//---------------------------------------------------------------------------
// Semaphores
//---------------------------------------------------------------------------

static void write_and_release(void *linger)
{
	if (linger)
		race_linger();
	race_x = 1;
	dy_sema_release(&sema);
}

static void sema_waits(void *none)
{
	(void)none;
	dy_go(write_and_release, &sema);
	dy_sema_acquire(&sema);
	race_x++;
	race_join();
}

static void sema_is_free(void *none)
{
	(void)none;
	dy_go(write_and_release, NULL);
	while (!dy_sema_try(&sema))
		dy_yield();
	race_x++;
	race_join();
}

static void write_after_release(void *none)
{
	(void)none;
	dy_sema_release(&sema);
	race_first();
}

static void after_release(void *none)
{
	(void)none;
	dy_go(write_after_release, NULL);
	dy_sema_acquire(&sema);
	race_second();
	race_join();
}

static void hold_all(void *none)
{
	(void)none;
	for (int i = 0; i < 5; i++) {
		race_need(dy_weighted_acquire(&weighted, NULL, 3) == 0);
		race_x++;
		dy_yield();
		dy_weighted_release(&weighted, 3);
	}
	while (!dy_weighted_try(&weighted, 2))
		dy_yield();
	race_x++;
	dy_weighted_release(&weighted, 2);
}

static void weighted_excludes(void *none)
{
	(void)none;
	dy_weighted_init(&weighted, 3);
	dy_go(hold_all, NULL);
	hold_all(NULL);
	race_join();
}

// Both who made room come before who takes it.
static int halves[2];

static void write_and_give_half(void *half)
{
	race_linger();
	++*(int *)half;
	dy_weighted_release(&weighted, 1);
}

static void weighted_sums_up(void *none)
{
	(void)none;
	dy_weighted_init(&weighted, 2);
	race_need(dy_weighted_try(&weighted, 2));
	dy_go(write_and_give_half, &halves[0]);
	dy_go(write_and_give_half, &halves[1]);
	race_need(dy_weighted_acquire(&weighted, NULL, 2) == 0);
	race_need(halves[0] + halves[1] == 2);
	race_join();
}

static void weighted_is_free(void *none)
{
	(void)none;
	dy_weighted_init(&weighted, 2);
	race_need(dy_weighted_try(&weighted, 1));
	dy_go(write_and_give_half, &halves[0]);
	race_join();
	race_need(dy_weighted_acquire(&weighted, NULL, 2) == 0);
	race_need(halves[0] == 1);
}

static void hold_one(void *none)
{
	(void)none;
	race_need(dy_weighted_acquire(&weighted, NULL, 1) == 0);
	race_first();
	dy_weighted_release(&weighted, 1);
}

static void weighted_is_shared(void *none)
{
	(void)none;
	dy_weighted_init(&weighted, 3);
	race_need(dy_weighted_acquire(&weighted, NULL, 1) == 0);
	dy_go(hold_one, NULL);
	race_second();
	dy_weighted_release(&weighted, 1);
	race_join();
}

//---------------------------------------------------------------------------
// Wait groups
//---------------------------------------------------------------------------

static int parts[3];

static void do_part(void *part)
{
	race_linger();
	++*(int *)part;
	dy_wg_done(&wg);
}

static void wg_waits(void *none)
{
	(void)none;
	dy_wg_add(&wg, 3);
	for (int i = 0; i < 3; i++)
		dy_go(do_part, &parts[i]);
	dy_wg_wait(&wg);
	race_need(parts[0] + parts[1] + parts[2] == 3);
	race_join();
}

static void wg_is_done(void *none)
{
	(void)none;
	dy_wg_add(&wg, 1);
	dy_go(do_part, &parts[0]);
	race_join();
	dy_wg_wait(&wg);
	race_need(parts[0] == 1);
}

static void count(void *part)
{
	++*(int *)part;
}

// The group is on a stack, and gone before its other waiter goes on.
static void wait_too(void *arg)
{
	struct dy_waitgroup *g = arg;

	race_step(1);
	dy_wg_wait(g);
	race_need(parts[0] == 1);
}

static void own_group(void *none)
{
	struct dy_waitgroup g = {0};

	(void)none;
	dy_wg_add(&g, 1);
	dy_go(wait_too, &g);
	race_await(1);
	race_linger();
	parts[0]++;
	dy_wg_done(&g);
}

static void wg_is_gone(void *none)
{
	(void)none;
	dy_go(own_group, NULL);
	race_join();
}

static void wg_goes(void *none)
{
	(void)none;
	for (int i = 0; i < 3; i++)
		dy_wg_go(&wg, count, &parts[i]);
	dy_wg_wait(&wg);
	race_need(parts[0] + parts[1] + parts[2] == 3);
	dy_wg_go(&wg, count, &parts[0]);
	dy_wg_wait(&wg);
	race_need(parts[0] == 2);
	race_join();
}

static void done_then_write(void *none)
{
	(void)none;
	dy_wg_done(&wg);
	race_first();
}

static void write_after_done(void *none)
{
	(void)none;
	dy_wg_add(&wg, 1);
	dy_go(done_then_write, NULL);
	dy_wg_wait(&wg);
	race_second();
	race_join();
}

static void touch(void *none)
{
	(void)none;
	race_first();
}

static void read_before_wait(void *none)
{
	(void)none;
	dy_wg_go(&wg, touch, NULL);
	race_second();
	dy_wg_wait(&wg);
}

// The low half of the state: how many wait.
static bool is_waited_for(void)
{
	return (uint32_t)__atomic_load_n(&wg.state.raw_, __ATOMIC_RELAXED) != 0;
}

static void add_late(void *none)
{
	(void)none;
	dy_wg_add(&wg, 1);
	race_step(1);
	while (!is_waited_for())
		dy_yield();
	dy_wg_done(&wg);
}

static void add_beside_wait(void *none)
{
	(void)none;
	dy_go(add_late, NULL);
	race_await(1);
	dy_wg_wait(&wg);
	race_join();
}

//---------------------------------------------------------------------------
// Pools
//---------------------------------------------------------------------------

enum { ITEMS = 100 };

static void put_items(void *none)
{
	(void)none;
	for (int i = 0; i < ITEMS; i++) {
		int *item = malloc(sizeof *item);

		race_need(item);
		*item = i;
		dy_pool_put(&pool, item);
	}
	race_step(1);
}

static void drop(void *item, void *arg)
{
	(void)arg;
	++*(int *)item;
	free(item);
}

static void pool_passes_on(void *none)
{
	int *item;

	(void)none;
	pool.drop = drop;
	dy_go(put_items, NULL);
	race_await(1);
	for (int i = 0; i < ITEMS / 2 && (item = dy_pool_get(&pool)); i++)
		drop(item, NULL);
	put_items(NULL);
	dy_pool_trim(&pool);
	dy_pool_trim(&pool);
	race_join();
	dy_pool_clear(&pool);
}

// The store grows and is emptied by those who did not fill it.
static void pool_drops(void *none)
{
	(void)none;
	pool.drop = drop;
	dy_go(put_items, NULL);
	dy_go(put_items, NULL);
	race_join();
	dy_pool_trim(&pool);
	dy_pool_trim(&pool);
	dy_pool_clear(&pool);
}

// The second item can be taken from any P.
static void put_and_keep(void *items)
{
	int *item = items;

	dy_pool_put(&pool, &item[0]);
	dy_pool_put(&pool, &item[1]);
	item[0]++;
	item[1]++;
	race_step(1);
}

static void pool_item_is_kept(void *none)
{
	static int items[4];
	int *got;

	(void)none;
	dy_go(put_and_keep, items);
	race_await(1);
	got = dy_pool_get(&pool);
	race_need(got);
	++*got;
	race_join();
	dy_pool_clear(&pool);
}

const struct race_program race_of_waits[] = {
	{"sema_waits", false, sema_waits, NULL},
	{"sema_is_free", false, sema_is_free, NULL},
	{"after_release", true, after_release, NULL},
	{"weighted_excludes", false, weighted_excludes, NULL},
	{"weighted_sums_up", false, weighted_sums_up, NULL},
	{"weighted_is_free", false, weighted_is_free, NULL},
	{"weighted_is_shared", true, weighted_is_shared, NULL},
	{"wg_waits", false, wg_waits, NULL},
	{"wg_is_done", false, wg_is_done, NULL},
	{"wg_is_gone", false, wg_is_gone, NULL},
	{"wg_goes", false, wg_goes, NULL},
	{"write_after_done", true, write_after_done, NULL},
	{"read_before_wait", true, read_before_wait, NULL},
	{"add_beside_wait", true, add_beside_wait, NULL},
	{"pool_passes_on", false, pool_passes_on, NULL},
	{"pool_drops", false, pool_drops, NULL},
	{"pool_item_is_kept", true, pool_item_is_kept, NULL},
	{NULL, false, NULL, NULL},
};
