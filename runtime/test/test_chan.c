// test_chan.c - channels: rendezvous, order, closing, the try variants, and
// that nothing is lost or doubled between many goroutines.
#include <dyno/chan.h>
#include <dyno/sync.h>
#include <string.h>

#include "port/atomic.h"
#include "rt.h"

static struct dy_chan *chan, *done;

static void make(size_t elem, size_t cap)
{
	chan = dy_chan_make(elem, cap);
	done = dy_chan_make(0, 0);
	rt_check(chan && done);
}

static void drop(void)
{
	dy_chan_free(chan);
	dy_chan_free(done);
}

static void send(uint64_t v)
{
	dy_chan_send(chan, &v);
}

static uint64_t recv(void)
{
	uint64_t v = 0;

	rt_check(dy_chan_recv(chan, &v));
	return v;
}

static void finish(void)
{
	dy_chan_send(done, NULL);
}

static void await(int n)
{
	while (n-- > 0)
		rt_check(dy_chan_recv(done, NULL));
}

//---------------------------------------------------------------------------
// Order
//---------------------------------------------------------------------------

enum { ITEMS = RT_SCALE(20000) };

static void send_items(void *arg)
{
	(void)arg;
	for (uint64_t i = 0; i < ITEMS; i++)
		send(i);
	finish();
}

static void receive_in_order(void *arg)
{
	make(sizeof(uint64_t), *(size_t *)arg);
	dy_go(send_items, NULL);
	for (uint64_t i = 0; i < ITEMS; i++)
		rt_check(recv() == i);
	await(1);
	rt_check(dy_chan_len(chan) == 0);
	drop();
}

static void test_elements_arrive_in_order(void **state)
{
	static const size_t caps[] = {0, 1, 2, 3, 100};

	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++)
			rt_run(procs, NULL, receive_in_order,
			       (void *)(uintptr_t)&caps[i]);
	}
}

static struct dy_w32 sent;

static void send_one(void *arg)
{
	(void)arg;
	send(1);
	w32_store_rel(&sent, 1);
	finish();
}

// An unbuffered send ends only when it is received.
static void send_waits_for_receiver(void *arg)
{
	(void)arg;
	make(sizeof(uint64_t), 0);
	w32_store_rel(&sent, 0);
	dy_go(send_one, NULL);
	for (int i = 0; i < 100; i++)
		dy_yield();
	rt_check(w32_load_acq(&sent) == 0);
	rt_check(dy_chan_len(chan) == 0);
	rt_check(recv() == 1);
	await(1);
	rt_check(w32_load_acq(&sent) == 1);
	drop();
}

static void test_an_unbuffered_send_is_a_rendezvous(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 2; procs++)
		rt_run(procs, NULL, send_waits_for_receiver, NULL);
}

static void fill_buffer(void *arg)
{
	(void)arg;
	make(sizeof(uint64_t), 3);
	rt_check(dy_chan_cap(chan) == 3);
	for (uint64_t i = 0; i < 3; i++) {
		send(i);
		rt_check(dy_chan_len(chan) == i + 1);
	}
	dy_go(send_one, NULL); // has to wait
	for (int i = 0; i < 100; i++)
		dy_yield();
	rt_check(w32_load_acq(&sent) == 0);
	rt_check(recv() == 0);
	await(1);
	rt_check(recv() == 1 && recv() == 2 && recv() == 1);
	drop();
}

static void test_a_buffered_send_waits_only_when_full(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 2; procs++) {
		w32_store_rel(&sent, 0);
		rt_run(procs, NULL, fill_buffer, NULL);
	}
}

//---------------------------------------------------------------------------
// Closing
//---------------------------------------------------------------------------

enum { WAITERS = 100 };

static void wait_for_close(void *arg)
{
	uint64_t v = 99;

	(void)arg;
	rt_check(!dy_chan_recv(chan, &v));
	rt_check(v == 0);
	finish();
}

static void close_wakes_everybody(void *arg)
{
	(void)arg;
	make(sizeof(uint64_t), 0);
	for (int i = 0; i < WAITERS; i++)
		dy_go(wait_for_close, NULL);
	for (int i = 0; i < 10; i++)
		dy_yield();
	dy_chan_close(chan);
	await(WAITERS);
	drop();
}

static void close_keeps_what_is_buffered(void *arg)
{
	uint64_t v = 99;
	bool ok = true;

	(void)arg;
	make(sizeof(uint64_t), 2);
	send(7);
	send(8);
	dy_chan_close(chan);
	rt_check(recv() == 7 && recv() == 8);
	rt_check(!dy_chan_recv(chan, &v) && v == 0);
	rt_check(!dy_chan_recv(chan, NULL));
	v = 99;
	rt_check(dy_chan_try_recv(chan, &v, &ok) && !ok && v == 0);
	drop();
}

static void test_close_wakes_receivers_and_keeps_the_buffer(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 4; procs *= 2) {
		rt_run(procs, NULL, close_wakes_everybody, NULL);
		rt_run(procs, NULL, close_keeps_what_is_buffered, NULL);
	}
}

static void send_on_closed(void *arg)
{
	(void)arg;
	make(8, 1);
	dy_chan_close(chan);
	send(1);
}

static void try_send_on_closed_and_full(void *arg)
{
	uint64_t v = 1;

	(void)arg;
	make(8, 1);
	send(1);
	dy_chan_close(chan);
	dy_chan_try_send(chan, &v);
}

static void close_under_a_sender(void *arg)
{
	(void)arg;
	make(8, 0);
	dy_go(send_one, NULL);
	dy_yield();
	dy_chan_close(chan);
	await(1);
}

static void close_twice(void *arg)
{
	(void)arg;
	make(8, 0);
	dy_chan_close(chan);
	dy_chan_close(chan);
}

static void close_nil(void *arg)
{
	(void)arg;
	dy_chan_close(NULL);
}

static void free_under_a_receiver(void *arg)
{
	uint64_t parks = rt_stats().parks;

	(void)arg;
	make(8, 0);
	dy_go(wait_for_close, NULL);
	while (rt_stats().parks == parks)
		dy_yield();
	dy_chan_free(chan);
}

static void wait_on_nil(void *arg)
{
	(void)arg;
	dy_chan_recv(NULL, NULL);
}

static void send_to_nil(void *arg)
{
	(void)arg;
	dy_chan_send(NULL, NULL);
}

static void test_misuse_is_fatal(void **state)
{
	struct dy_config cfg = rt_config(1, NULL);

	(void)state;
	rt_expect_fatal(cfg, send_on_closed, 2,
	                "fatal error: send on closed channel");
	rt_expect_fatal(cfg, try_send_on_closed_and_full, 2,
	                "send on closed channel");
	rt_expect_fatal(cfg, close_under_a_sender, 2, "send on closed channel");
	rt_expect_fatal(cfg, close_twice, 2,
	                "fatal error: close of closed channel");
	rt_expect_fatal(cfg, close_nil, 2, "fatal error: close of nil channel");
	rt_expect_fatal(cfg, free_under_a_receiver, 2, "dy_chan_free");
	rt_expect_fatal(cfg, wait_on_nil, 2, "[chan receive (nil chan)");
	rt_expect_fatal(cfg, send_to_nil, 2, "[chan send (nil chan)");
}

//---------------------------------------------------------------------------
// The try variants
//---------------------------------------------------------------------------

static void receive_one(void *arg)
{
	(void)arg;
	rt_check(recv() == 5);
	finish();
}

static void try_everything(void *arg)
{
	uint64_t v = 5;
	bool ok = true;

	(void)arg;
	rt_check(!dy_chan_try_send(NULL, &v) &&
	         !dy_chan_try_recv(NULL, &v, &ok) && !ok);
	make(sizeof v, 0);
	rt_check(!dy_chan_try_send(chan, &v));
	rt_check(!dy_chan_try_recv(chan, &v, &ok) && !ok);
	dy_go(receive_one, NULL);
	while (!dy_chan_try_send(chan, &v)) // until the receiver waits
		dy_yield();
	await(1);
	dy_go(send_one, NULL);
	while (!dy_chan_try_recv(chan, &v, &ok))
		dy_yield();
	rt_check(ok && v == 1);
	await(1);
	drop();
	make(sizeof v, 1);
	rt_check(!dy_chan_try_recv(chan, &v, &ok));
	rt_check(dy_chan_try_send(chan, &v));
	rt_check(!dy_chan_try_send(chan, &v));
	rt_check(dy_chan_try_recv(chan, NULL, &ok) && ok);
	drop();
}

static void test_try_never_waits(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 2; procs++)
		rt_run(procs, NULL, try_everything, NULL);
}

//---------------------------------------------------------------------------
// Many to many
//---------------------------------------------------------------------------

enum { SIDE = 8, EACH = RT_SCALE(5000) };

static struct dy_w64 sum, count;

static void produce(void *arg)
{
	uint64_t first = (uint64_t)(uintptr_t)arg * EACH;

	for (uint64_t i = 0; i < EACH; i++) {
		uint64_t v = first + i;

		if (i % 3 || !dy_chan_try_send(chan, &v))
			send(v);
	}
	finish();
}

static void consume(void *arg)
{
	uint64_t v;
	bool ok;

	(void)arg;
	for (;;) {
		if (!dy_chan_try_recv(chan, &v, &ok))
			ok = dy_chan_recv(chan, &v);
		if (!ok)
			break;
		w64_add_rlx(&sum, v);
		w64_add_rlx(&count, 1);
	}
	finish();
}

static void many_to_many(void *arg)
{
	uint64_t n = (uint64_t)SIDE * EACH;

	make(sizeof(uint64_t), *(size_t *)arg);
	w64_store_rel(&sum, 0);
	w64_store_rel(&count, 0);
	for (uintptr_t i = 0; i < SIDE; i++) {
		dy_go(consume, NULL);
		dy_go(produce, (void *)i);
	}
	await(SIDE);
	dy_chan_close(chan);
	await(SIDE);
	rt_check(w64_load_acq(&count) == n);
	rt_check(w64_load_acq(&sum) == n * (n - 1) / 2);
	drop();
}

static void test_nothing_is_lost_between_many(void **state)
{
	static const size_t caps[] = {0, 1, 64};

	(void)state;
	for (int procs = 1; procs <= 8; procs *= 2) {
		for (size_t i = 0; i < sizeof caps / sizeof caps[0]; i++)
			rt_run(procs, NULL, many_to_many,
			       (void *)(uintptr_t)&caps[i]);
	}
}

static void count_signals(void *arg)
{
	(void)arg;
	make(0, 3);
	dy_go(send_items, NULL);
	for (int i = 0; i < ITEMS; i++)
		rt_check(dy_chan_recv(chan, NULL));
	await(1);
	rt_check(dy_chan_len(chan) == 0);
	drop();
}

static void test_elements_of_no_size_are_counted(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 2; procs++)
		rt_run(procs, NULL, count_signals, NULL);
}

static void send_large(void *arg)
{
	char block[1000];

	(void)arg;
	for (int i = 0; i < 1000; i++) {
		memset(block, i, sizeof block);
		dy_chan_send(chan, block);
	}
	finish();
}

static void receive_large(void *arg)
{
	char block[1000], expected[1000];

	(void)arg;
	make(sizeof block, 2);
	dy_go(send_large, NULL);
	for (int i = 0; i < 1000; i++) {
		memset(expected, i, sizeof expected);
		rt_check(dy_chan_recv(chan, block));
		rt_check(memcmp(block, expected, sizeof block) == 0);
	}
	await(1);
	drop();
}

static void test_large_elements_are_copied_whole(void **state)
{
	(void)state;
	for (int procs = 1; procs <= 2; procs++)
		rt_run(procs, NULL, receive_large, NULL);
}

static void test_impossible_sizes_are_refused(void **state)
{
	(void)state;
	assert_null(dy_chan_make(SIZE_MAX, 2));
	assert_null(dy_chan_make(2, SIZE_MAX / 2));
	assert_null(dy_chan_make(1, SIZE_MAX));
	dy_chan_free(NULL);
	assert_int_equal(dy_chan_len(NULL) + dy_chan_cap(NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_elements_arrive_in_order),
		cmocka_unit_test(test_an_unbuffered_send_is_a_rendezvous),
		cmocka_unit_test(test_a_buffered_send_waits_only_when_full),
		cmocka_unit_test(test_close_wakes_receivers_and_keeps_the_buffer),
		cmocka_unit_test(test_misuse_is_fatal),
		cmocka_unit_test(test_try_never_waits),
		cmocka_unit_test(test_nothing_is_lost_between_many),
		cmocka_unit_test(test_elements_of_no_size_are_counted),
		cmocka_unit_test(test_large_elements_are_copied_whole),
		cmocka_unit_test(test_impossible_sizes_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
