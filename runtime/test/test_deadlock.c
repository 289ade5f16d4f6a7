// test_deadlock.c - when no goroutine can ever run again the process ends and
// says who waits for what; while anything can still happen it does not.
#include <dyno/chan.h>
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "rt.h"

static struct dy_chan *chan;
static struct dy_waitgroup wg;
static struct dy_mutex mutex;
static struct dy_sema sema;

static const char message[] = "fatal error: all goroutines are asleep - deadlock!";

static int occurrences(const char *text, const char *what)
{
	int n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

//---------------------------------------------------------------------------
// Nothing can happen any more
//---------------------------------------------------------------------------

static void receive(void *arg)
{
	(void)arg;
	dy_chan_recv(chan, NULL);
}

static void receive_from_nobody(void *arg)
{
	(void)arg;
	chan = dy_chan_make(0, 0);
	receive(NULL);
}

static void send_to_full(void *arg)
{
	struct dy_chan *full = dy_chan_make(0, 1);

	(void)arg;
	dy_chan_send(full, NULL);
	dy_chan_send(full, NULL);
}

static void lock_locked(void *arg)
{
	(void)arg;
	dy_mutex_lock(&mutex);
	dy_mutex_lock(&mutex);
}

static void acquire_nothing(void *arg)
{
	(void)arg;
	dy_sema_acquire(&sema);
}

static void wait_for_group(void *arg)
{
	(void)arg;
	dy_wg_add(&wg, 1);
	dy_wg_wait(&wg);
}

static void wait_in_every_way(void *arg)
{
	chan = dy_chan_make(0, 0);
	dy_go(receive, NULL);
	dy_go(receive, NULL);
	dy_go(send_to_full, NULL);
	dy_go(lock_locked, NULL);
	dy_go(acquire_nothing, NULL);
	wait_for_group(arg);
}

static void exit_main(void *arg)
{
	(void)arg;
	chan = dy_chan_make(0, 0);
	dy_go(receive, NULL);
	dy_exit();
}

static void test_the_last_to_wait_ends_the_process(void **state)
{
	static const struct {
		dy_fn fn;
		const char *reason;
	} cases[] = {
		{receive_from_nobody, "[chan receive"},
		{send_to_full, "[chan send"},
		{lock_locked, "[sync.Mutex.Lock"},
		{acquire_nothing, "[semacquire"},
		{wait_for_group, "[sync.WaitGroup.Wait"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		for (int procs = 1; procs <= 4; procs += 3) {
			rt_expect_fatal(rt_config(procs, NULL), cases[i].fn, 2,
			                message);
			assert_int_equal(
				occurrences(rt_last_words(), cases[i].reason), 1);
			assert_int_equal(
				occurrences(rt_last_words(), "\ngoroutine "), 1);
			// Every frame is in some file: none is a bare address.
			assert_int_equal(occurrences(rt_last_words(), "\n\t0x"),
			                 0);
		}
	}
}

static void test_every_waiter_has_a_line(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		const char *said;

		rt_expect_fatal(rt_config(procs, NULL), wait_in_every_way, 2,
		                message);
		said = rt_last_words();
		assert_int_equal(occurrences(said, "\ngoroutine "), 6);
		assert_int_equal(occurrences(said, "[chan receive"), 2);
		assert_int_equal(occurrences(said, "[chan send"), 1);
		assert_int_equal(occurrences(said, "[sync.Mutex.Lock"), 1);
		assert_int_equal(occurrences(said, "[semacquire"), 1);
		assert_int_equal(occurrences(said, "[sync.WaitGroup.Wait"), 1);
	}
}

static void test_a_main_that_exits_leaves_the_others_to_it(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(2, NULL), exit_main, 2, message);
	assert_int_equal(occurrences(rt_last_words(), "\ngoroutine "), 1);
}

static void end_soon(void *arg)
{
	(void)arg;
	dy_yield();
}

static void leave_nobody(void *arg)
{
	for (int i = 0; i < 10; i++)
		dy_go(end_soon, arg);
	dy_exit();
}

static void test_a_main_that_exits_last_is_told_apart(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 8; procs *= 2) {
		rt_expect_fatal(rt_config(procs, NULL), leave_nobody, 2,
		                "fatal error: no goroutines (main called "
		                "runtime.Goexit) - deadlock!");
		assert_int_equal(occurrences(rt_last_words(), "\ngoroutine "), 0);
	}
}

//---------------------------------------------------------------------------
// Tied to their threads
//---------------------------------------------------------------------------

static void wait_locked(void *arg)
{
	dy_lock_os_thread();
	receive_from_nobody(arg);
}

static void wait_beside_locked(void *arg)
{
	dy_go(wait_locked, arg);
	dy_yield();
	dy_wg_add(&wg, 1);
	dy_wg_wait(&wg);
}

static void wait_locked_beside_locked(void *arg)
{
	dy_lock_os_thread();
	wait_beside_locked(arg);
}

static void end_locked_beside_locked(void *arg)
{
	dy_go(wait_locked, arg);
	dy_yield();
	dy_lock_os_thread();
	dy_exit();
}

// Threads that wait for their goroutine are asleep too.
static void test_locked_goroutines_are_no_hope(void **state)
{
	static const dy_fn fns[] = {
		wait_locked,
		wait_beside_locked,
		wait_locked_beside_locked,
		end_locked_beside_locked,
	};

	(void)state;
	for (size_t i = 0; i < sizeof fns / sizeof fns[0]; i++) {
		for (int procs = 1; procs <= 8; procs *= 2)
			rt_expect_fatal(rt_config(procs, NULL), fns[i], 2,
			                message);
	}
}

//---------------------------------------------------------------------------
// After work
//---------------------------------------------------------------------------

// Work first, on many Ps, so that many Ms are there to fall asleep.
static void pass_on(void *arg)
{
	dy_yield();
	dy_wg_done(arg);
}

static void work_then_wait(void *arg)
{
	struct dy_waitgroup first = {0};

	(void)arg;
	dy_wg_add(&first, 1000);
	for (int i = 0; i < 1000; i++)
		dy_go(pass_on, &first);
	dy_wg_wait(&first);
	dy_sleep(DY_MS);
	dy_block(DY_MS);
	receive_from_nobody(NULL);
}

static void test_it_is_seen_after_much_work(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 8; procs *= 2)
		rt_expect_fatal(rt_config(procs, NULL), work_then_wait, 2,
		                message);
}

//---------------------------------------------------------------------------
// Something can still happen
//---------------------------------------------------------------------------

static void sleep_and_send(void *arg)
{
	(void)arg;
	dy_sleep(20 * DY_MS);
	dy_chan_send(chan, NULL);
}

static void block_and_send(void *arg)
{
	(void)arg;
	dy_block(20 * DY_MS);
	dy_chan_send(chan, NULL);
}

static void wait_for(void *sender)
{
	dy_fn fn;

	memcpy(&fn, sender, sizeof fn);
	chan = dy_chan_make(0, 0);
	dy_go(fn, NULL);
	rt_check(dy_chan_recv(chan, NULL));
	dy_chan_free(chan);
}

static void test_a_timer_or_a_call_is_waited_for(void **state)
{
	dy_fn senders[] = {sleep_and_send, block_and_send};

	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		for (int i = 0; i < 2; i++)
			rt_run(procs, NULL, wait_for, &senders[i]);
	}
}

static void *write_from_outside(void *arg)
{
	usleep(20000);
	assert_int_equal(write(*(int *)arg, "x", 1), 1);
	return NULL;
}

static void wait_for_outside(void *arg)
{
	pthread_t outside;
	int h[2];
	char c;

	(void)arg;
	rt_check(dy_pipe(h) == 0);
	rt_check(pthread_create(&outside, NULL, write_from_outside, &h[1]) == 0);
	rt_check(dy_read(h[0], &c, 1) == 1 && c == 'x');
	pthread_join(outside, NULL);
	rt_check(dy_close(h[0]) == 0 && dy_close(h[1]) == 0);
}

static void test_a_descriptor_is_waited_for(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2)
		rt_run(procs, NULL, wait_for_outside, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_last_to_wait_ends_the_process),
		cmocka_unit_test(test_every_waiter_has_a_line),
		cmocka_unit_test(test_a_main_that_exits_leaves_the_others_to_it),
		cmocka_unit_test(test_a_main_that_exits_last_is_told_apart),
		cmocka_unit_test(test_locked_goroutines_are_no_hope),
		cmocka_unit_test(test_it_is_seen_after_much_work),
		cmocka_unit_test(test_a_timer_or_a_call_is_waited_for),
		cmocka_unit_test(test_a_descriptor_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
