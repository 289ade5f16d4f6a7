// test_handle.c - a handle that several goroutines use: calls take turns, a close
// ends all of them, and a number that is used again is a new handle.
#include <dyno/time.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "handles.h"
#include "port/atomic.h"

//---------------------------------------------------------------------------
// Closing under who waits
//---------------------------------------------------------------------------

static void read_until_closed(void *arg)
{
	char c;

	rt_check(dy_read(handle(arg), &c, 1) == -ECANCELED);
	dy_wg_done(&wg);
}

static void write_until_closed(void *arg)
{
	static char block[1 << 20]; // more than a pipe takes

	rt_check(dy_write(handle(arg), block, sizeof block) == -ECANCELED);
	dy_wg_done(&wg);
}

static void accept_until_closed(void *arg)
{
	rt_check(dy_tcp_accept(handle(arg)) == -ECANCELED);
	dy_wg_done(&wg);
}

// Until a goroutine more has parked: then it waits.
static void await_parked(uint64_t before)
{
	while (rt_stats().parks == before)
		dy_yield();
}

static void close_under(dy_fn waiter, int h)
{
	uint64_t before = rt_stats().parks;

	spawn(waiter, h);
	await_parked(before);
	rt_check(dy_close(h) == 0);
	dy_wg_wait(&wg);
}

static void close_under_everybody(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(100); i++) {
		rt_check(dy_pipe(there) == 0);
		close_under(read_until_closed, there[0]);
		rt_check(dy_close(there[1]) == 0);
		rt_check(dy_pipe(there) == 0);
		close_under(write_until_closed, there[1]);
		rt_check(dy_close(there[0]) == 0);
		close_under(accept_until_closed, dy_tcp_listen(0, 1));
	}
}

static void test_close_wakes_who_waits(void **state)
{
	(void)state;
	on_all_ps(close_under_everybody);
}

static void read_sent(void *arg)
{
	uint64_t v;

	rt_check(read_all(handle(arg), &v, sizeof v) == sizeof v);
	rt_check(v == (uint64_t)handle(arg));
	dy_wg_done(&wg);
}

// The same few descriptors, opened and closed with their events still on the
// way.
static void reuse_descriptors(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(5000); i++) {
		uint64_t v;

		rt_check(dy_pipe(there) == 0);
		rt_check(dy_write(there[1], "edge", 4) == 4);
		rt_check(dy_close(there[0]) == 0 && dy_close(there[1]) == 0);
		rt_check(dy_pipe(there) == 0);
		spawn(read_sent, there[0]);
		if (i % 2)
			dy_yield();
		v = (uint64_t)there[0];
		rt_check(dy_write(there[1], &v, sizeof v) == sizeof v);
		dy_wg_wait(&wg);
		rt_check(dy_close(there[0]) == 0 && dy_close(there[1]) == 0);
	}
}

static void test_a_reused_descriptor_is_a_new_one(void **state)
{
	(void)state;
	on_all_ps(reuse_descriptors);
}

//---------------------------------------------------------------------------
// Sharing a handle
//---------------------------------------------------------------------------

enum { SHARERS = 8, BLOCK = 100000 }; // more than a pipe takes

static struct dy_w32 ended;

static void write_block(void *arg)
{
	char *block = malloc(BLOCK);

	rt_check(block);
	memset(block, handle(arg), BLOCK);
	rt_check(dy_write(there[1], block, BLOCK) == BLOCK);
	free(block);
	dy_wg_done(&wg);
}

// Each block comes whole, though its writer had to wait in the middle.
static void share_the_writing(void *arg)
{
	char *block = malloc(BLOCK);
	unsigned seen = 0;

	(void)arg;
	rt_check(block && dy_pipe(there) == 0);
	for (int i = 0; i < SHARERS; i++)
		spawn(write_block, i);
	for (int i = 0; i < SHARERS; i++) {
		rt_check(read_all(there[0], block, BLOCK) == BLOCK);
		rt_check(memcmp(block, block + 1, BLOCK - 1) == 0);
		seen |= 1u << block[0];
	}
	rt_check(seen == (1u << SHARERS) - 1);
	dy_wg_wait(&wg);
	rt_check(dy_close(there[0]) == 0 && dy_close(there[1]) == 0);
	free(block);
}

static void read_one(void *arg)
{
	char c;

	rt_check(dy_read(handle(arg), &c, 1) == 1);
	w32_add_ar(&ended, (uint32_t)c);
	dy_wg_done(&wg);
}

// Who asked first is served first: the n-th byte ends the n-th call, and the
// others go on waiting.
static void share_the_reading(void *arg)
{
	(void)arg;
	w32_store_rel(&ended, 0);
	rt_check(dy_pipe(there) == 0);
	for (int i = 0; i < SHARERS; i++) {
		uint64_t before = rt_stats().parks;

		spawn(read_one, there[0]);
		await_parked(before);
	}
	for (uint32_t i = 1; i <= SHARERS; i++) {
		rt_check(dy_write(there[1], "\1", 1) == 1);
		while (w32_load_acq(&ended) != i)
			dy_yield();
	}
	dy_wg_wait(&wg);
	rt_check(dy_close(there[0]) == 0 && dy_close(there[1]) == 0);
}

static void read_until_told(void *arg)
{
	char c;

	rt_check(dy_read(handle(arg), &c, 1) == -ECANCELED);
	w32_add_ar(&ended, 1);
	dy_wg_done(&wg);
}

// A close ends the calls that wait for their turn too, and not one of them is
// under way when it returns: the number is somebody else's then.
static void close_under_sharers(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(200); i++) {
		w32_store_rel(&ended, 0);
		rt_check(dy_pipe(there) == 0);
		for (int k = 0; k < SHARERS; k++) {
			uint64_t before = rt_stats().parks;

			spawn(read_until_told, there[0]);
			await_parked(before);
		}
		rt_check(dy_close(there[0]) == 0);
		rt_check(dy_pipe(back) == 0 && back[0] == there[0]);
		rt_check(dy_write(back[1], "x", 1) == 1);
		dy_wg_wait(&wg);
		rt_check(w32_load_acq(&ended) == SHARERS);
		rt_check(dy_close(back[0]) == 0 && dy_close(back[1]) == 0);
		rt_check(dy_close(there[1]) == 0);
	}
}

static void test_calls_take_turns(void **state)
{
	(void)state;
	on_all_ps(share_the_writing);
	on_all_ps(share_the_reading);
	on_all_ps(close_under_sharers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_close_wakes_who_waits),
		cmocka_unit_test(test_a_reused_descriptor_is_a_new_one),
		cmocka_unit_test(test_calls_take_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
