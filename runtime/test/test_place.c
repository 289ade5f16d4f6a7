// test_place.c - the placement policies: who runs after whom on one P, who comes
// back to his P on several, and that nobody is lost under any of them.
#include <dyno/chan.h>
#include <dyno/policy.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <stdio.h>
#include <string.h>

#include "port/atomic.h"
#include "rt.h"
#include "sched/sched.h"

static struct dy_waitgroup wg;

//---------------------------------------------------------------------------
// Order, on one P
//---------------------------------------------------------------------------

static char order[64];

static void note(const char *name)
{
	strcat(order, name);
}

static void note_and_go(void *arg)
{
	note(arg);
	dy_wg_done(&wg);
}

static void spawn_three(void *arg)
{
	(void)arg;
	order[0] = '\0';
	dy_wg_add(&wg, 3);
	dy_go(note_and_go, "a");
	note("1");
	dy_go(note_and_go, "b");
	note("2");
	dy_go(note_and_go, "c");
	note("3");
	dy_wg_wait(&wg);
}

static void expect_order(const char *policy, const char *expected)
{
	rt_run(1, policy, spawn_three, NULL);
	assert_string_equal(order, expected);
}

static void test_new_ones_run_in_the_policys_order(void **state)
{
	(void)state;
	expect_order("place=runnext", "123cab");
	expect_order("place=tail", "123abc");
	expect_order("place=no-runnext", "123abc");
	expect_order("place=global", "123abc");
	expect_order("place=workfirst", "a1b2c3");
	expect_order("place=lastp", "123cab");
	expect_order("go1.0", "123abc");
}

// A spawner that is tied to its thread stays on it.
static void spawn_locked(void *arg)
{
	dy_lock_os_thread();
	spawn_three(arg);
	dy_unlock_os_thread();
}

static void test_a_locked_spawner_does_not_leave(void **state)
{
	(void)state;
	rt_run(1, "place=workfirst", spawn_locked, NULL);
	assert_string_equal(order, "123cab");
}

static void yield_between(void *arg)
{
	note(arg);
	dy_yield();
	note(arg);
	dy_wg_done(&wg);
}

static void two_yield(void *arg)
{
	(void)arg;
	order[0] = '\0';
	dy_wg_add(&wg, 2);
	dy_go(yield_between, "a");
	dy_go(yield_between, "b");
	dy_wg_wait(&wg);
}

// With a queue of its own, a yield goes behind whoever waits here.
static void test_a_yield_goes_to_the_tail(void **state)
{
	(void)state;
	rt_run(1, "place=tail", two_yield, NULL);
	assert_string_equal(order, "abab");
	assert_int_equal(rt_stats().global_puts, 0);
	// Go's, then as now.
	rt_run(1, "place=no-runnext", two_yield, NULL);
	assert_string_equal(order, "abab");
	assert_int_equal(rt_stats().global_puts, 2);
}

//---------------------------------------------------------------------------
// Home
//---------------------------------------------------------------------------

enum { PAIRS = 6, TURNS = RT_SCALE(2000) };

static struct dy_chan *there[PAIRS], *back[PAIRS];
static struct dy_w32 away; // woke on another P than it had parked on

static int p_now(void)
{
	return m_p(port_m())->id;
}

// Woken by a partner who is, most of the time, on another P.
static void receive_at_home(void *arg)
{
	int i = (int)(intptr_t)arg;

	for (int turn = 0; turn < TURNS; turn++) {
		int home = p_now();

		dy_chan_recv(there[i], NULL);
		if (p_now() != home)
			w32_add_ar(&away, 1);
		dy_chan_send(back[i], NULL);
	}
	dy_wg_done(&wg);
}

static void send_from_elsewhere(void *arg)
{
	int i = (int)(intptr_t)arg;

	for (int turn = 0; turn < TURNS; turn++) {
		dy_chan_send(there[i], NULL);
		dy_chan_recv(back[i], NULL);
		if (turn % 16 == 0)
			dy_yield(); // to wherever
	}
	dy_wg_done(&wg);
}

static void pairs(void *arg)
{
	(void)arg;
	w32_store_rel(&away, 0);
	dy_wg_add(&wg, 2 * PAIRS);
	for (intptr_t i = 0; i < PAIRS; i++) {
		there[i] = dy_chan_make(0, 0);
		back[i] = dy_chan_make(0, 0);
		dy_go(receive_at_home, (void *)i);
		dy_go(send_from_elsewhere, (void *)i);
	}
	dy_wg_wait(&wg);
	for (int i = 0; i < PAIRS; i++) {
		dy_chan_free(there[i]);
		dy_chan_free(back[i]);
	}
}

// Where nobody steals, whoever wakes is where it was: on its P.
static void test_the_woken_come_home(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 8; procs *= 2) {
		rt_run(procs, "place=lastp,steal=none,preempt=none", pairs, NULL);
		assert_int_equal(w32_load_own(&away), 0);
	}
}

//---------------------------------------------------------------------------
// Nobody is lost
//---------------------------------------------------------------------------

static struct dy_w32 ended;

static void live(void *arg)
{
	dy_yield();
	dy_sleep((uint64_t)(uintptr_t)arg % 7 * 10 * DY_US);
	if ((uintptr_t)arg % 50 == 0)
		dy_block(20 * DY_US);
	w32_add_ar(&ended, 1);
	dy_wg_done(&wg);
}

enum { LIVES = RT_SCALE(4000) };

static void crowd(void *arg)
{
	(void)arg;
	w32_store_rel(&ended, 0);
	dy_wg_add(&wg, LIVES);
	for (uintptr_t i = 0; i < LIVES; i++) {
		dy_go(live, (void *)i);
		if (i % 64 == 0)
			dy_gomaxprocs(1 + (int)(i / 64 % 5));
	}
	dy_wg_wait(&wg);
	rt_join();
}

static void test_nobody_is_lost_while_ps_come_and_go(void **state)
{
	static const char *const stealing[] = {"", ",steal=none",
	                                       ",steal=one,preempt=sysmon:20us"};
	const struct dy_policy_head *place;

	(void)state;
	for (size_t i = 0; (place = dy_policy_choice(AXIS_PLACE, i)); i++) {
		for (size_t j = 0; j < 3; j++) {
			char policy[128];

			snprintf(policy, sizeof policy, "place=%s%s",
			         place->name, stealing[j]);
			rt_run(4, policy, crowd, NULL);
			assert_int_equal(w32_load_own(&ended), LIVES);
			assert_int_equal(rt_stats().exits, rt_stats().spawns);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new_ones_run_in_the_policys_order),
		cmocka_unit_test(test_a_locked_spawner_does_not_leave),
		cmocka_unit_test(test_a_yield_goes_to_the_tail),
		cmocka_unit_test(test_the_woken_come_home),
		cmocka_unit_test(test_nobody_is_lost_while_ps_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
