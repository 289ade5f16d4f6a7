// test_poller.c - who sleeps in the poller is called when something is due before
// that, and its count of waiters comes back to nothing.
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <unistd.h>

#include "procs.h"
#include "sched/netpoll.h"

enum { READERS = 10 };

static struct dy_waitgroup wg;
static int ends[READERS][2];

static void read_one(void *arg)
{
	int *h = arg;
	char c;
	ssize_t got = dy_read(h[0], &c, 1);

	rt_check(got == 1 || got == 0 || got == -ECANCELED);
	dy_wg_done(&wg);
}

static void start_readers(void)
{
	uint64_t parks = rt_stats().parks;

	dy_wg_add(&wg, READERS);
	for (int i = 0; i < READERS; i++) {
		rt_check(dy_pipe(ends[i]) == 0);
		dy_go(read_one, ends[i]);
	}
	while (rt_stats().parks < parks + READERS)
		dy_yield();
	rt_check(netpoll_waited());
}

// By data, by the end, by a close.
static void end_readers(void)
{
	for (int i = 0; i < READERS; i++) {
		if (i % 3 == 0)
			rt_check(dy_write(ends[i][1], "x", 1) == 1);
		else
			rt_check(dy_close(ends[i][i % 3 - 1]) == 0);
	}
	dy_wg_wait(&wg);
	for (int i = 0; i < READERS; i++) {
		for (int k = 0; k < 2; k++) {
			int err = dy_close(ends[i][k]);

			rt_check(err == (i % 3 - 1 == k ? -EBADF : 0));
		}
	}
}

static void count_down(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(100); i++) {
		rt_check(!netpoll_waited());
		start_readers();
		end_readers();
		rt_check(!netpoll_waited());
	}
}

static void test_waiters_are_counted_down(void **state)
{
	(void)state;
	at_all_procs(count_down);
}

static struct dy_w32 fired;

static void note_it(void *arg)
{
	(void)arg;
	w32_store_rel(&fired, 1);
}

// Another thread sleeps in the poller, without a deadline or with a far one. Main
// arms a timer and keeps its P: who sleeps there has to be called.
static void arm_and_keep_the_p(void *arg)
{
	struct dy_timer t;

	(void)arg;
	start_readers();
	for (int i = 0; i < RT_SCALE(100); i++) {
		w32_store_rel(&fired, 0);
		dy_sleep(100 * DY_US);
		dy_timer_start_func(&t, 100 * DY_US, note_it, NULL);
		while (w32_load_acq(&fired) == 0)
			usleep(50);
		dy_timer_close(&t);
	}
	end_readers();
}

static void arm_beside_a_far_timer(void *arg)
{
	struct dy_timer far;

	rt_check(dy_timer_start(&far, 3600 * DY_S) == 0);
	arm_and_keep_the_p(arg);
	rt_check(dy_timer_stop(&far)); // it has not come to that
	dy_timer_close(&far);
}

static void test_a_sooner_timer_ends_a_poll(void **state)
{
	(void)state;
	for (int procs = 2; procs <= 8; procs *= 2) {
		rt_run(procs, "preempt=none", arm_and_keep_the_p, NULL);
		rt_run(procs, "preempt=none", arm_beside_a_far_timer, NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waiters_are_counted_down),
		cmocka_unit_test(test_a_sooner_timer_ends_a_poll),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
