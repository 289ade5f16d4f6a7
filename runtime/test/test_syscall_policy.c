// test_syscall_policy.c - whose the P is during a call: who takes it and when, who
// may enter, and that nobody is lost under any of the policies.
#include <dyno/policy.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <stdio.h>
#include <string.h>

#include "callers.h"
#include "gate.h"
#include "port/atomic.h"
#include "rt.h"
#include "sched/sched.h"

static struct dy_waitgroup wg;
static struct dy_w32 inside;
static char order[64];

static int start(void **state)
{
	(void)state;
	wg = (struct dy_waitgroup){0};
	close_gate();
	w32_store_rel(&inside, 0);
	order[0] = '\0';
	return 0;
}

//---------------------------------------------------------------------------
// Who takes the P
//---------------------------------------------------------------------------

static void block_until_another_runs(void *arg)
{
	(void)arg;
	dy_go(open_gate, NULL);
	dy_blocking(wait_for_gate, NULL);
}

static void test_the_p_is_given_on_at_entry(void **state)
{
	static const char *const policy[] = {"syscall=handoff", "syscall=pool:1"};

	for (int i = 0; i < 2; i++) {
		start(state);
		rt_run(1, policy[i], block_until_another_runs, NULL);
		assert_int_equal(rt_stats().retakes, 0);
		assert_int_equal(rt_stats().handoffs, 1);
	}
}

static void block_twenty_times(void *arg)
{
	(void)arg;
	for (int i = 0; i < 20; i++)
		dy_block(10 * DY_US);
	dy_wg_done(&wg);
}

static void block_side_by_side(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, 5);
	for (int i = 0; i < 5; i++)
		dy_go(block_twenty_times, NULL);
	dy_wg_wait(&wg);
}

static void test_each_call_gives_its_p_on(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 8; procs *= 2) {
		rt_run(procs, "syscall=handoff", block_side_by_side, NULL);
		assert_int_equal(rt_stats().syscalls, 100);
		assert_int_equal(rt_stats().handoffs, 100);
		assert_int_equal(rt_stats().retakes, 0);
	}
}

static void note_other(void *arg)
{
	(void)arg;
	strcat(order, "other ");
	dy_wg_done(&wg);
}

// Long enough for sysmon, which takes a P after 10 ms, to have come by.
static void call_beside_another(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, 1);
	dy_go(note_other, NULL);
	dy_block(50 * DY_MS);
	strcat(order, "call ");
	dy_wg_wait(&wg);
}

static void test_a_kept_p_waits(void **state)
{
	(void)state;
	rt_run(1, "syscall=keep", call_beside_another, NULL);
	assert_string_equal(order, "call other ");
	assert_int_equal(rt_stats().retakes + rt_stats().handoffs, 0);
}

static void call_on_p1(void *arg)
{
	(void)arg;
	while (m_p(port_m())->id != 1)
		dy_yield();
	w32_store_rel(&inside, 1);
	dy_blocking(wait_for_gate, NULL);
	dy_wg_done(&wg);
}

// The call would never end, had its P not been taken: main opens the gate after.
static void take_p1_away(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, 1);
	dy_go(call_on_p1, NULL);
	while (w32_load_acq(&inside) == 0)
		dy_yield();
	dy_gomaxprocs(1);
	while (rt_stats().retakes == 0)
		dy_yield();
	w32_store_rel(&gate, 1);
	dy_wg_wait(&wg);
}

static void test_a_surplus_p_is_not_kept(void **state)
{
	(void)state;
	rt_run(2, "syscall=keep", take_p1_away, NULL);
}

//---------------------------------------------------------------------------
// Who may enter
//---------------------------------------------------------------------------

static void test_the_pool_bounds_the_calls(void **state)
{
	for (int procs = 1; procs <= 8; procs *= 2) {
		start(state);
		rt_run(procs, "syscall=pool:3", callers_run, NULL);
		assert_in_range(w32_load_acq(&callers_most), 1, 3);
		assert_int_equal(rt_stats().syscalls, CALLERS_EACH);
		assert_true(rt_stats().syscall_waits > 0);
	}
}

static void append(void *name)
{
	strcat(order, name);
}

static void enter_and_append(void *name)
{
	dy_blocking(append, name);
	dy_wg_done(&wg);
}

static void hold(void *arg)
{
	dy_blocking(wait_for_gate, arg);
	dy_wg_done(&wg);
}

static void wait_for_waiters(uint64_t n)
{
	while (rt_stats().syscall_waits < n)
		dy_yield();
}

// One by one they come to wait behind who is inside.
static void queue_up(void *arg)
{
	static char *const name[] = {"a", "b", "c", "d"};

	(void)arg;
	dy_wg_add(&wg, 5);
	dy_go(hold, NULL);
	while (rt_stats().syscalls < 1)
		dy_yield();
	for (uint64_t i = 0; i < 4; i++) {
		dy_go(enter_and_append, name[i]);
		wait_for_waiters(i + 1);
	}
	w32_store_rel(&gate, 1);
	dy_wg_wait(&wg);
}

static void test_who_came_first_enters_first(void **state)
{
	for (int procs = 1; procs <= 8; procs *= 2) {
		start(state);
		rt_run(procs, "syscall=pool:1", queue_up, NULL);
		assert_string_equal(order, "abcd");
	}
}

//---------------------------------------------------------------------------
// Nobody is lost
//---------------------------------------------------------------------------

enum { LIVES = RT_SCALE(300), CALLS = 5 };

static void live(void *arg)
{
	uintptr_t i = (uintptr_t)arg;

	if (i % 10 == 0)
		dy_lock_os_thread();
	for (uintptr_t call = 0; call < CALLS; call++) {
		dy_block((i + call) % 7 * 10 * DY_US);
		if (i % 3 == 0)
			dy_yield();
		if (i % 5 == 0)
			dy_sleep(20 * DY_US);
	}
	if (i % 20 == 0) // the others end with their threads
		dy_unlock_os_thread();
	dy_wg_done(&wg);
}

static void storm(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, LIVES);
	for (uintptr_t i = 0; i < LIVES; i++) {
		dy_go(live, (void *)i);
		if (i % 16 == 0)
			dy_gomaxprocs(1 + (int)(i / 16 % 8));
		if (i % 32 == 0)
			dy_sleep(50 * DY_US);
	}
	dy_wg_wait(&wg);
	rt_join();
}

static void weather(const char *policy, int procs, int m_cap)
{
	struct dy_config cfg = rt_config(procs, policy);

	cfg.m_cap = m_cap;
	rt_run_config(cfg, storm, NULL);
	assert_int_equal(rt_stats().exits, rt_stats().spawns);
	assert_int_equal(rt_stats().syscalls, LIVES * CALLS);
	if (m_cap)
		assert_true(rt_stats().m_peak <= (uint64_t)m_cap);
}

static void test_a_storm_of_calls_loses_nobody(void **state)
{
	static const char *const also[] = {
		"", ",place=lastp", ",preempt=sysmon:20us", ",preempt=none"};
	const struct dy_policy_head *head;

	(void)state;
	for (size_t i = 0; (head = dy_policy_choice(AXIS_SYSCALL, i)); i++) {
		for (int j = 0; j < 4; j++) {
			char policy[128];

			snprintf(policy, sizeof policy, "syscall=%s%s",
			         head->name, also[j]);
			weather(policy, 1 << j, 0);
			weather(policy, 1 << j, 40);
		}
	}
	weather("syscall=pool:2", 4, 0);
	weather("syscall=pool:1", 2, 40);
}

#define from_zero(f) cmocka_unit_test_setup(f, start)

int main(void)
{
	const struct CMUnitTest tests[] = {
		from_zero(test_the_p_is_given_on_at_entry),
		from_zero(test_each_call_gives_its_p_on),
		from_zero(test_a_kept_p_waits),
		from_zero(test_a_surplus_p_is_not_kept),
		from_zero(test_the_pool_bounds_the_calls),
		from_zero(test_who_came_first_enters_first),
		from_zero(test_a_storm_of_calls_loses_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
