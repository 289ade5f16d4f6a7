// test_idle.c - what Ms out of work do: under each of the policies nobody is lost, a
// deadlock is noticed, and so is the end. What each counts is in test_sim_policy.c.
#include <dyno/chan.h>
#include <dyno/policy.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <stdio.h>

#include "rt.h"
#include "sched/sched.h"

static struct dy_waitgroup wg;

enum { LIVES = RT_SCALE(2000), ENDS = RT_SCALE(200) };

static void live(void *arg)
{
	uintptr_t i = (uintptr_t)arg;

	dy_yield();
	dy_sleep(i % 7 * 10 * DY_US);
	if (i % 20 == 0)
		dy_block(20 * DY_US);
	dy_work(i % 5 * DY_US);
	dy_wg_done(&wg);
}

static void storm(void *arg)
{
	(void)arg;
	wg = (struct dy_waitgroup){0};
	dy_wg_add(&wg, LIVES);
	for (uintptr_t i = 0; i < LIVES; i++) {
		dy_go(live, (void *)i);
		if (i % 64 == 0)
			dy_gomaxprocs(1 + (int)(i / 64 % 8));
		if (i % 128 == 0)
			dy_sleep(50 * DY_US);
	}
	dy_wg_wait(&wg);
	rt_join();
}

static void test_nobody_is_lost_while_ps_come_and_go(void **state)
{
	static const char *const also[] = {"", ",steal=one", ",place=lastp",
	                                   ",preempt=none"};
	const struct dy_policy_head *idle;

	(void)state;
	for (size_t i = 0; (idle = dy_policy_choice(AXIS_IDLE, i)); i++) {
		for (int procs = 1; procs <= 8; procs *= 2) {
			char policy[128];

			snprintf(policy, sizeof policy, "idle=%s%s", idle->name,
			         also[(i + (size_t)procs) % 4]);
			rt_run(procs, policy, storm, NULL);
			assert_int_equal(rt_stats().exits, rt_stats().spawns);
		}
	}
	rt_run(4, "tokio", storm, NULL);
	rt_run(4, "caladan", storm, NULL);
}

// The sleepers' timers are on the P that works on.
static void fire_beside_work(void *arg)
{
	wg = (struct dy_waitgroup){0};
	(void)arg;
	for (uintptr_t i = 0; i < 20; i++) {
		dy_wg_add(&wg, 1);
		dy_go(live, (void *)i);
		dy_sleep(30 * DY_US);
		dy_work(200 * DY_US);
	}
	dy_wg_wait(&wg);
}

static void test_timers_wake_a_parked_m(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 8; procs *= 2)
		rt_run(procs, "idle=park,preempt=none", fire_beside_work, NULL);
}

static void wait_for_ever(void *arg)
{
	(void)arg;
	dy_chan_recv(dy_chan_make(0, 0), NULL);
}

static void test_a_deadlock_is_noticed(void **state)
{
	const struct dy_policy_head *idle;

	(void)state;
	for (size_t i = 0; (idle = dy_policy_choice(AXIS_IDLE, i)); i++) {
		char policy[128];

		snprintf(policy, sizeof policy, "idle=%s", idle->name);
		rt_expect_fatal(rt_config(4, policy), wait_for_ever, 2,
		                "all goroutines are asleep");
	}
}

static void nap(void *arg)
{
	(void)arg;
	dy_sleep(20 * DY_US);
}

static void leave_searchers(void *arg)
{
	(void)arg;
	for (int i = 0; i < 4; i++)
		dy_go(nap, NULL);
	dy_sleep(100 * DY_US);
}

// Each would last a second if its searchers searched on.
static void test_searchers_notice_the_end(void **state)
{
	(void)state;
	for (int i = 0; i < ENDS; i++)
		rt_run(4, "idle=spin:1s", leave_searchers, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody_is_lost_while_ps_come_and_go),
		cmocka_unit_test(test_timers_wake_a_parked_m),
		cmocka_unit_test(test_a_deadlock_is_noticed),
		cmocka_unit_test(test_searchers_notice_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
