// test_resize.c - GOMAXPROCS changes while goroutines spawn, sleep, block and
// talk: nothing is lost, and Ps that went do not run.
#include <dyno/chan.h>
#include <dyno/sync.h>
#include <dyno/time.h>

#include "base/rand.h"
#include "rt.h"
#include "sched/sched.h"

enum { ROUNDS = RT_SCALE(300), EACH = 40, PROCS_MAX = 64 };

static struct dy_waitgroup wg;
static struct dy_w64 done;
static struct dy_chan *chan;

static void finish(void)
{
	w64_add_rlx(&done, 1);
	dy_wg_done(&wg);
}

static void just_run(void *arg)
{
	(void)arg;
	finish();
}

static void yield_often(void *arg)
{
	(void)arg;
	for (int i = 0; i < 10; i++)
		dy_yield();
	finish();
}

static void sleep_a_little(void *arg)
{
	dy_sleep((uint64_t)(uintptr_t)arg * 100 * DY_US);
	finish();
}

static void block_a_little(void *arg)
{
	(void)arg;
	dy_block(200 * DY_US);
	finish();
}

static void work_a_little(void *arg)
{
	(void)arg;
	dy_work(100 * DY_US);
	finish();
}

static void send_one(void *arg)
{
	(void)arg;
	dy_chan_send(chan, NULL);
	finish();
}

static void receive_one(void *arg)
{
	(void)arg;
	rt_check(dy_chan_recv(chan, NULL));
	finish();
}

static void spawn_mixture(struct rand *r)
{
	static const dy_fn kinds[] = {
		just_run,      yield_often,    sleep_a_little,
		work_a_little, block_a_little,
	};

	dy_wg_add(&wg, EACH);
	for (uintptr_t i = 0; i < EACH - 2; i++) {
		uint32_t kind = rand_below(r, 100);

		dy_go(kinds[kind < 97 ? kind % 4 : 4], (void *)i);
	}
	dy_go(send_one, NULL);
	dy_go(receive_one, NULL);
}

static void resize_in_a_storm(void *arg)
{
	struct rand r = rand_stream(4, (uint64_t)(uintptr_t)arg);
	int procs = dy_gomaxprocs(0);

	chan = dy_chan_make(0, 0);
	w64_store_rel(&done, 0);
	for (int i = 0; i < ROUNDS; i++) {
		int next = 1 + (int)rand_below(&r, i % 8 ? 8 : PROCS_MAX);

		spawn_mixture(&r);
		rt_check(dy_gomaxprocs(next) == procs);
		rt_check(dy_gomaxprocs(0) == next);
		procs = next;
		if (i % 10 == 0)
			dy_sleep(DY_MS);
	}
	dy_wg_wait(&wg);
	rt_check(w64_load_acq(&done) == (uint64_t)ROUNDS * EACH);
	rt_join();
	dy_chan_free(chan);
}

static void test_nothing_is_lost_while_ps_come_and_go(void **state)
{
	static const char *const policies[] = {
		"go1.27",
		"preempt=sysmon:20us",
		"steal=none",
		"steal=sticky,global=always",
		"preempt=none,steal=near",
	};

	(void)state;
	for (uintptr_t i = 0; i < sizeof policies / sizeof policies[0]; i++) {
		rt_run(1 + (int)i % 3, policies[i], resize_in_a_storm, (void *)i);
		assert_int_equal(rt_stats().exits, rt_stats().spawns);
	}
}

//---------------------------------------------------------------------------
// Ps that went
//---------------------------------------------------------------------------

static void spin_on(void *arg)
{
	while (w32_load_acq(arg) == 0)
		dy_work(10 * DY_US);
	dy_wg_done(&wg);
}

static int live_ps(void)
{
	int n = 0;

	for (int i = 0; i < DY_PROCS_MAX && sched_p(i); i++)
		n += w32_load_acq(&sched_p(i)->status) != P_DEAD;
	return n;
}

static void shrink_under_spinners(void *arg)
{
	struct dy_w32 enough = {0};

	(void)arg;
	dy_wg_add(&wg, 16);
	for (int i = 0; i < 16; i++)
		dy_go(spin_on, &enough);
	for (int n = 8; n >= 1; n /= 2) {
		dy_gomaxprocs(n);
		while (live_ps() != n)
			dy_yield();
	}
	w32_store_rel(&enough, 1);
	dy_wg_wait(&wg);
	rt_check(live_ps() == 1);
}

static void test_running_ps_go_too(void **state)
{
	static const char *const policies[] = {"go1.27", "preempt=sysmon:1ms"};

	(void)state;
	for (int i = 0; i < 2; i++)
		rt_run(8, policies[i], shrink_under_spinners, NULL);
}

static void sleep_and_finish(void *arg)
{
	dy_sleep((uint64_t)(uintptr_t)arg);
	dy_wg_done(&wg);
}

// What was armed on Ps that are gone fires all the same.
static void shrink_under_sleepers(void *arg)
{
	(void)arg;
	for (int round = 0; round < 10; round++) {
		dy_gomaxprocs(8);
		dy_wg_add(&wg, 100);
		for (uintptr_t i = 0; i < 100; i++)
			dy_go(sleep_and_finish, (void *)(i * 50 * DY_US));
		dy_sleep(DY_MS);
		dy_gomaxprocs(1);
		dy_wg_wait(&wg);
	}
	// In each round 99 sleep for some time, and so does this one.
	rt_check(rt_stats().timers_fired == 10 * 100);
}

static void test_timers_move(void **state)
{
	(void)state;
	rt_run(8, NULL, shrink_under_sleepers, NULL);
}

static void go_beyond(void *arg)
{
	(void)arg;
	rt_check(dy_gomaxprocs(-5) == 2);
	rt_check(dy_gomaxprocs(DY_PROCS_MAX + 1000) == 2);
	rt_check(dy_gomaxprocs(3) == DY_PROCS_MAX);
	rt_check(dy_gomaxprocs(0) == 3);
}

static void test_the_number_is_bounded(void **state)
{
	(void)state;
	rt_run(2, NULL, go_beyond, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_is_lost_while_ps_come_and_go),
		cmocka_unit_test(test_running_ps_go_too),
		cmocka_unit_test(test_timers_move),
		cmocka_unit_test(test_the_number_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
