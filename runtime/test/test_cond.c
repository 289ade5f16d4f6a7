// test_cond.c - the condition, and doing things once.
#include <dyno/chan.h>
#include <dyno/sync.h>

#include "procs.h"
#include "sched/sched.h"

static struct dy_mutex m;
static struct dy_cond c;
static struct dy_waitgroup wg;

//---------------------------------------------------------------------------
// Signal
//---------------------------------------------------------------------------

static struct dy_chan *running, *awake;
static int n_awake;

static void wait_once(void *arg)
{
	(void)arg;
	dy_mutex_lock(&m);
	dy_chan_send(running, NULL);
	dy_cond_wait(&c, &m);
	n_awake++;
	dy_chan_send(awake, NULL);
	dy_mutex_unlock(&m);
}

// Starts n waiters and returns when all of them wait.
static void start_waiters(int n)
{
	bool ok;

	n_awake = 0;
	running = dy_chan_make(0, (size_t)n);
	awake = dy_chan_make(0, (size_t)n);
	for (int i = 0; i < n; i++)
		dy_go(wait_once, NULL);
	for (int i = 0; i < n; i++)
		dy_chan_recv(running, NULL);
	dy_mutex_lock(&m);
	dy_mutex_unlock(&m);
	rt_check(!dy_chan_try_recv(awake, NULL, &ok));
}

static void signal_one_by_one(void *arg)
{
	enum { WAITERS = 5 };
	bool ok;

	(void)arg;
	start_waiters(WAITERS);
	for (int n = WAITERS; n > 0; n--) {
		dy_mutex_lock(&m);
		dy_cond_signal(&c);
		dy_mutex_unlock(&m);
		dy_chan_recv(awake, NULL);
		for (int i = 0; i < 20; i++)
			dy_yield();
		rt_check(!dy_chan_try_recv(awake, NULL, &ok));
	}
	dy_cond_signal(&c);
	dy_mutex_lock(&m);
	rt_check(n_awake == WAITERS);
	dy_mutex_unlock(&m);
	dy_chan_free(running);
	dy_chan_free(awake);
}

static void test_a_signal_wakes_one(void **state)
{
	(void)state;
	at_all_procs(signal_one_by_one);
}

static int next_to_wake;

static void wait_in_line(void *arg)
{
	int place = (int)(intptr_t)arg;

	dy_mutex_lock(&m);
	dy_chan_send(running, NULL);
	dy_cond_wait(&c, &m);
	rt_check(next_to_wake++ == place);
	dy_mutex_unlock(&m);
	dy_chan_send(awake, NULL);
}

static void wake_in_order(void *arg)
{
	enum { WAITERS = 100 };

	(void)arg;
	next_to_wake = 0;
	running = dy_chan_make(0, 0);
	awake = dy_chan_make(0, 0);
	for (intptr_t i = 0; i < WAITERS; i++) {
		dy_go(wait_in_line, (void *)i);
		dy_chan_recv(running, NULL);
		dy_mutex_lock(&m); // it has drawn its ticket
		dy_mutex_unlock(&m);
	}
	for (int i = 0; i < WAITERS; i++) {
		dy_cond_signal(&c);
		dy_chan_recv(awake, NULL);
	}
	dy_chan_free(running);
	dy_chan_free(awake);
}

static void test_waiters_are_woken_in_the_order_of_their_coming(void **state)
{
	(void)state;
	at_all_procs(wake_in_order);
}

//---------------------------------------------------------------------------
// Broadcast
//---------------------------------------------------------------------------

static void wake_all(void *arg)
{
	enum { WAITERS = 200 };

	(void)arg;
	start_waiters(WAITERS);
	dy_cond_broadcast(&c);
	for (int i = 0; i < WAITERS; i++)
		dy_chan_recv(awake, NULL);
	dy_mutex_lock(&m);
	rt_check(n_awake == WAITERS);
	dy_mutex_unlock(&m);
	dy_cond_broadcast(&c);
	dy_chan_free(running);
	dy_chan_free(awake);
}

static void test_a_broadcast_wakes_all(void **state)
{
	(void)state;
	at_all_procs(wake_all);
}

static bool done;

static void broadcast(void *arg)
{
	(void)arg;
	dy_cond_broadcast(&c);
	dy_wg_done(&wg);
}

static void wait_until_done(void *arg)
{
	(void)arg;
	dy_mutex_lock(&m);
	while (!done)
		dy_cond_wait(&c, &m);
	dy_mutex_unlock(&m);
	dy_wg_done(&wg);
}

// A waiter that comes while a broadcast goes on cannot take the notice of one
// that waited before.
static void race_with_broadcast(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(1000); i++) {
		done = false;
		start_waiters(1);
		dy_wg_add(&wg, 2);
		dy_go(broadcast, NULL);
		dy_go(wait_until_done, NULL);
		dy_chan_recv(awake, NULL);
		dy_mutex_lock(&m);
		done = true;
		dy_mutex_unlock(&m);
		dy_cond_broadcast(&c);
		dy_wg_wait(&wg);
		dy_chan_free(running);
		dy_chan_free(awake);
	}
}

static void test_a_newcomer_cannot_steal_a_notice(void **state)
{
	(void)state;
	at_all_procs(race_with_broadcast);
}

// Tickets wrap around without anybody being forgotten.
static void wrap_around(void *arg)
{
	w32_store_own(&c.tickets, UINT32_MAX - 2);
	w32_store_own(&c.next, UINT32_MAX - 2);
	signal_one_by_one(arg);
	w32_store_own(&c.tickets, UINT32_MAX - 2);
	w32_store_own(&c.next, UINT32_MAX - 2);
	wake_all(arg);
}

static void test_tickets_wrap_around(void **state)
{
	(void)state;
	at_all_procs(wrap_around);
}

static void wait_for_ever(void *arg)
{
	(void)arg;
	dy_mutex_lock(&m);
	dy_cond_wait(&c, &m);
}

static void test_the_wait_has_go_s_name(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(1, NULL), wait_for_ever, 2, "[sync.Cond.Wait");
}

//---------------------------------------------------------------------------
// Once
//---------------------------------------------------------------------------

static struct dy_once once;
static int times, finished;

static void do_slowly(void *arg)
{
	(void)arg;
	times++;
	for (int i = 0; i < 50; i++)
		dy_yield();
	finished = 1;
}

static void do_once(void *arg)
{
	(void)arg;
	dy_once_do(&once, do_slowly, NULL);
	rt_check(finished == 1);
}

static void many_do_once(void *arg)
{
	(void)arg;
	once = (struct dy_once){0};
	times = finished = 0;
	for (int i = 0; i < 10; i++)
		dy_wg_go(&wg, do_once, NULL);
	dy_wg_wait(&wg);
	dy_once_do(&once, do_slowly, NULL);
	rt_check(times == 1);
}

static void test_once_is_once_and_all_wait_for_it(void **state)
{
	(void)state;
	at_all_procs(many_do_once);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_signal_wakes_one),
		cmocka_unit_test(
			test_waiters_are_woken_in_the_order_of_their_coming),
		cmocka_unit_test(test_a_broadcast_wakes_all),
		cmocka_unit_test(test_a_newcomer_cannot_steal_a_notice),
		cmocka_unit_test(test_tickets_wrap_around),
		cmocka_unit_test(test_the_wait_has_go_s_name),
		cmocka_unit_test(test_once_is_once_and_all_wait_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
