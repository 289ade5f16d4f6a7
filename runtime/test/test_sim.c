// test_sim.c - the scheduler on the virtual machine, under many schedules.
//
// Each program runs at GOMAXPROCS 1, 2, 4 and 8 under SEEDS seeds, and each seed
// is another interleaving of the Ms at their shared words. A schedule in which
// nobody can go on ends the process and names its seed; so does a broken
// invariant. DYNO_SIM_SEED=n replays one of them.
#include "forks.h"
#include "seeds.h"

#include <dyno/chan.h>
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct share {
	struct dy_waitgroup done;
	struct dy_mutex mutex;
	struct dy_chan *chan;
	int h[2];
	long sum;
	int live;
};

//---------------------------------------------------------------------------
// Programs: each ends when every goroutine has done its part
//---------------------------------------------------------------------------

enum { PRODUCERS = 3, ITEMS = 12 };

static void produce(void *arg)
{
	struct share *s = arg;

	for (int i = 1; i <= ITEMS; i++)
		dy_chan_send(s->chan, &i);
	dy_wg_done(&s->done);
}

static void consume(void *arg)
{
	struct share *s = arg;
	int v;

	while (dy_chan_recv(s->chan, &v)) {
		dy_mutex_lock(&s->mutex);
		s->sum += v;
		dy_mutex_unlock(&s->mutex);
	}
}

static void channels_of(size_t cap)
{
	struct share s = {.chan = dy_chan_make(sizeof(int), cap)};

	dy_wg_add(&s.done, PRODUCERS);
	for (int i = 0; i < PRODUCERS; i++)
		dy_go(produce, &s);
	for (int i = 0; i < 2; i++)
		dy_go(consume, &s);
	dy_wg_wait(&s.done);
	dy_chan_close(s.chan);
	rt_join();
	rt_check(s.sum == PRODUCERS * ITEMS * (ITEMS + 1) / 2);
	dy_chan_free(s.chan);
}

static void channels(void *unused)
{
	(void)unused;
	channels_of(0);
	channels_of(2);
}

static void churn(void *arg)
{
	struct share *s = arg;

	for (int i = 0; i < 20; i++) {
		dy_mutex_lock(&s->mutex);
		rt_check(s->live++ == 0);
		if (i % 3 == 0)
			dy_yield();
		if (i % 7 == 0)
			dy_work(3000);
		s->sum++;
		s->live--;
		dy_mutex_unlock(&s->mutex);
	}
	dy_wg_done(&s->done);
}

static void mutex(void *unused)
{
	struct share s = {0};

	(void)unused;
	dy_wg_add(&s.done, 5);
	for (int i = 0; i < 5; i++)
		dy_go(churn, &s);
	dy_wg_wait(&s.done);
	rt_check(s.sum == 100);
}

static void nap(void *arg)
{
	struct share *s = arg;

	for (uint64_t i = 1; i < 6; i++) {
		uint64_t start = dy_now();

		dy_sleep(i * 30 * DY_US);
		rt_check(dy_now() - start >= i * 30 * DY_US);
	}
	dy_wg_done(&s->done);
}

static void block(void *arg)
{
	struct share *s = arg;

	for (int i = 0; i < 4; i++) {
		dy_block(50 * DY_US);
		dy_yield();
	}
	dy_wg_done(&s->done);
}

// GOMAXPROCS moves while goroutines sleep, block and work.
static void resizes(void *unused)
{
	static const int procs[] = {3, 1, 6, 2, 8, 1, 4};
	struct share s = {0};

	(void)unused;
	dy_wg_add(&s.done, 11);
	for (int i = 0; i < 3; i++) {
		dy_go(nap, &s);
		dy_go(block, &s);
		dy_go(churn, &s);
	}
	dy_go(block, &s);
	dy_go(block, &s);
	for (size_t i = 0; i < sizeof procs / sizeof procs[0]; i++) {
		dy_gomaxprocs(procs[i]);
		dy_sleep(20 * DY_US);
	}
	dy_wg_wait(&s.done);
	rt_check(s.sum == 60);
}

static void write_all(void *arg)
{
	struct share *s = arg;
	char buf[700];

	memset(buf, 'x', sizeof buf);
	for (int i = 0; i < 10; i++)
		rt_check(dy_write(s->h[1], buf, sizeof buf) == sizeof buf);
	rt_check(dy_close(s->h[1]) == 0);
	dy_wg_done(&s->done);
}

static void read_all(void *arg)
{
	struct share *s = arg;
	char buf[300];
	ssize_t n;

	while ((n = dy_read(s->h[0], buf, sizeof buf)) > 0)
		s->sum += n;
	rt_check(n == 0);
	rt_check(dy_close(s->h[0]) == 0);
	dy_wg_done(&s->done);
}

static void pipes(void *unused)
{
	struct share s = {0};

	(void)unused;
	rt_check(dy_pipe(s.h) == 0);
	dy_wg_add(&s.done, 2);
	dy_go(read_all, &s);
	dy_go(write_all, &s);
	dy_wg_wait(&s.done);
	rt_check(s.sum == 7000);
}

static void unix_sockets(void *unused)
{
	struct share s = {0};
	char name[108];
	int listener = dy_unix_listen(NULL, 1);

	(void)unused;
	rt_check(listener >= 0 && dy_unix_listen("", 1) == -EINVAL);
	rt_check(dy_unix_name(listener, name, sizeof name) == 0);
	rt_check(dy_unix_listen(name, 1) == -EADDRINUSE);
	dy_wg_add(&s.done, 2);
	s.h[1] = dy_unix_dial(name);
	s.h[0] = dy_unix_accept(listener);
	rt_check(dy_set_way(s.h[0], DY_WAY_RING) == -ENOTSUP);
	rt_check(dy_set_way(s.h[0], DY_WAY_BLOCK) == 0);
	rt_check(dy_set_way(s.h[1], DY_WAY_BLOCK) == 0);
	dy_go(read_all, &s);
	dy_go(write_all, &s);
	dy_wg_wait(&s.done);
	rt_check(s.sum == 7000 && dy_close(listener) == 0);
	rt_check(dy_unix_dial(name) == -ECONNREFUSED);
}

static void read_by_deadlines(void *arg)
{
	struct share *s = arg;
	char buf[300];
	ssize_t n;

	while ((n = dy_read(s->h[0], buf, sizeof buf)) != 0) {
		rt_check(n > 0 || n == -ETIMEDOUT);
		s->sum += n > 0 ? n : 0;
		dy_set_read_deadline(s->h[0], n > 0 ? dy_now() + 3 * DY_US : 0);
	}
	rt_check(dy_close(s->h[0]) == 0);
	dy_wg_done(&s->done);
}

static void wait_for_the_close(void *arg)
{
	struct share *s = arg;
	ssize_t n;
	char c;

	do {
		n = dy_read(s->h[0], &c, 1);
		dy_set_deadline(s->h[0], 0);
	} while (n == -ETIMEDOUT);
	rt_check(n == -ECANCELED || n == -EBADF);
	dy_wg_done(&s->done);
}

// A read that is about to wait, and what must end it.
static void ends_of_waits(void *unused)
{
	struct share s = {0};

	(void)unused;
	for (int i = 0; i < 20; i++) {
		rt_check(dy_pipe(s.h) == 0);
		dy_wg_add(&s.done, 1);
		dy_go(wait_for_the_close, &s);
		for (int k = 0; k < i % 3; k++) {
			dy_yield();
			dy_set_read_deadline(s.h[0], 1);
		}
		rt_check(dy_close(s.h[0]) == 0 && dy_close(s.h[1]) == 0);
		dy_wg_wait(&s.done);
	}
}

// Deadlines that pass, move and end with their handle, whose number is another's
// next.
static void deadlines(void *unused)
{
	struct share s = {0}, closed = {0};

	(void)unused;
	rt_check(dy_pipe(closed.h) == 0);
	dy_wg_add(&closed.done, 3);
	for (int i = 0; i < 3; i++)
		dy_go(wait_for_the_close, &closed);
	for (uint64_t i = 0; i < 4; i++) {
		dy_set_deadline(closed.h[0], dy_now() + i * DY_US);
		dy_sleep(DY_US);
	}
	rt_check(dy_close(closed.h[0]) == 0 && dy_close(closed.h[1]) == 0);
	dy_wg_wait(&closed.done);
	rt_check(dy_pipe(s.h) == 0 && s.h[0] == closed.h[0]);
	dy_wg_add(&s.done, 2);
	dy_go(read_by_deadlines, &s);
	dy_go(write_all, &s);
	dy_wg_wait(&s.done);
	rt_check(s.sum == 7000);
}

static void stay(void *arg)
{
	struct share *s = arg;

	dy_lock_os_thread();
	for (int i = 0; i < 6; i++) {
		dy_yield();
		dy_sleep(10 * DY_US);
	}
	if (s->sum++ % 2)
		dy_unlock_os_thread(); // else the thread ends with it
	dy_wg_done(&s->done);
}

static void locked(void *unused)
{
	struct share s = {0};

	(void)unused;
	dy_wg_add(&s.done, 6);
	for (int i = 0; i < 3; i++) {
		dy_go(stay, &s);
		dy_go(block, &s);
	}
	dy_wg_wait(&s.done);
}

static void hog(void *arg)
{
	struct share *s = arg;

	dy_work(20 * DY_MS);
	dy_wg_done(&s->done);
}

// More work than one P should do alone while others are free: the scheduler's
// own check watches that (DYNO_DEBUG=check).
static void hogs(void *unused)
{
	struct share s = {0};

	(void)unused;
	for (int round = 0; round < 3; round++) {
		dy_wg_add(&s.done, 12);
		for (int i = 0; i < 4; i++) {
			dy_go(hog, &s);
			dy_go(block, &s);
			dy_go(nap, &s);
		}
		dy_wg_wait(&s.done);
	}
}

//---------------------------------------------------------------------------

static void test_channels(void **state)
{
	(void)state;
	under_all_seeds(channels, NULL);
}

static void test_mutex(void **state)
{
	(void)state;
	under_all_seeds(mutex, NULL);
}

static void test_forks(void **state)
{
	(void)state;
	under_all_seeds(forks, NULL);
}

// Preemption hides what never comes to run: look without it too.
static void test_forks_unpreempted(void **state)
{
	(void)state;
	under_all_seeds(forks, "go1.27,preempt=none,steal=one");
}

static void test_work_is_conserved(void **state)
{
	(void)state;
	setenv("DYNO_DEBUG", "check=8", 1);
	under_all_seeds(hogs, "go1.27,preempt=none");
	under_all_seeds(forks, "go1.27,preempt=none");
	unsetenv("DYNO_DEBUG");
}

static void test_resizes(void **state)
{
	(void)state;
	under_all_seeds(resizes, NULL);
}

static void test_pipes(void **state)
{
	(void)state;
	under_all_seeds(pipes, NULL);
}

static void test_unix_sockets(void **state)
{
	(void)state;
	under_all_seeds(unix_sockets, NULL);
}

static void test_deadlines(void **state)
{
	(void)state;
	under_all_seeds(ends_of_waits, NULL);
	under_all_seeds(deadlines, NULL);
}

// Refused threads: the work waits for one, and nothing is lost.
static void test_refused_threads(void **state)
{
	static const char *const rate[] = {"2", "4", "1"};

	(void)state;
	for (size_t i = 0; i < sizeof rate / sizeof rate[0]; i++) {
		setenv("DYNO_SIM_FAIL_THREADS", rate[i], 1);
		under_all_seeds(forks, NULL);
		under_all_seeds(resizes, NULL);
		under_all_seeds(pipes, NULL);
		if (i < 2) // with one thread for all, who is locked keeps it
			under_all_seeds(locked, NULL);
	}
	unsetenv("DYNO_SIM_FAIL_THREADS");
}

static void test_locked_threads(void **state)
{
	(void)state;
	under_all_seeds(locked, NULL);
}

static void test_a_seed_is_a_schedule(void **state)
{
	struct dy_stats a, b, c;

	(void)state;
	set_seed(11);
	rt_run(4, NULL, resizes, NULL);
	a = rt_stats();
	rt_run(4, NULL, resizes, NULL);
	b = rt_stats();
	set_seed(12);
	rt_run(4, NULL, resizes, NULL);
	c = rt_stats();
	assert_memory_equal(&a, &b, sizeof a);
	assert_memory_not_equal(&a, &c, sizeof a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_mutex),
		cmocka_unit_test(test_forks),
		cmocka_unit_test(test_forks_unpreempted),
		cmocka_unit_test(test_work_is_conserved),
		cmocka_unit_test(test_resizes),
		cmocka_unit_test(test_pipes),
		cmocka_unit_test(test_unix_sockets),
		cmocka_unit_test(test_deadlines),
		cmocka_unit_test(test_locked_threads),
		cmocka_unit_test(test_refused_threads),
		cmocka_unit_test(test_a_seed_is_a_schedule),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
