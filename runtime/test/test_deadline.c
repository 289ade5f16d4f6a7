// test_deadline.c - deadlines of sockets and pipes: a call never ends before its
// deadline for want of data, always ends after it, and a deadline that was moved,
// cleared or closed away ends nothing.
//
// Nothing here depends on how fast the machine is: where a step must come before
// a deadline, and the clock says that it did not, the round does not count.
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <string.h>

#include "base/rand.h"
#include "port/port.h"
#include "procs.h"
#include "rt.h"

#define SOON (200 * DY_US)
#define NEVER (dy_now() + 3600 * DY_S)

static int h[2];

// A call in a goroutine of its own.
struct call {
	struct dy_waitgroup done;
	ssize_t result;
	uint64_t ended;
	char byte;
};

static void read_byte(void *arg)
{
	struct call *c = arg;

	c->result = dy_read(h[0], &c->byte, 1);
	c->ended = dy_now();
	dy_wg_done(&c->done);
}

static void accept_one(void *arg)
{
	struct call *c = arg;

	c->result = dy_tcp_accept(h[0]);
	c->ended = dy_now();
	dy_wg_done(&c->done);
}

// Returns when the call waits, or is over.
static void start(struct call *c, dy_fn fn)
{
	uint64_t parks = rt_stats().parks;

	*c = (struct call){.result = 1000};
	dy_wg_add(&c->done, 1);
	dy_go(fn, c);
	while (rt_stats().parks == parks && dy_num_goroutine() > 1)
		dy_yield();
}

static ssize_t end(struct call *c)
{
	dy_wg_wait(&c->done);
	return c->result;
}

static void open_pipe(void)
{
	rt_check(dy_pipe(h) == 0);
}

static void close_pipe(void)
{
	rt_check(dy_close(h[0]) == 0 && dy_close(h[1]) == 0);
}

//---------------------------------------------------------------------------
// One call, one deadline
//---------------------------------------------------------------------------

// Go looks at the deadline first: what is there stays there.
static void a_past_one(void *arg)
{
	char c = 0;

	(void)arg;
	open_pipe();
	rt_check(dy_write(h[1], "x", 1) == 1);
	rt_check(dy_set_read_deadline(h[0], 1) == 0);
	rt_check(dy_read(h[0], &c, 1) == -ETIMEDOUT);
	rt_check(dy_set_read_deadline(h[0], dy_now()) == 0);
	rt_check(dy_read(h[0], &c, 1) == -ETIMEDOUT && c == 0);
	rt_check(dy_set_read_deadline(h[0], NEVER) == 0);
	rt_check(dy_read(h[0], &c, 1) == 1 && c == 'x');
	rt_check(dy_set_deadline(h[0], 1) == 0);
	rt_check(dy_set_deadline(h[0], 0) == 0);
	rt_check(dy_write(h[1], "y", 1) == 1);
	rt_check(dy_read(h[0], &c, 1) == 1 && c == 'y');
	close_pipe();
}

static void one_that_comes(void *arg)
{
	(void)arg;
	open_pipe();
	for (int i = 0; i < RT_SCALE(200); i++) {
		uint64_t when = dy_now() + (uint64_t)i * 2 * DY_US;
		struct call c;

		rt_check(dy_set_read_deadline(h[0], when) == 0);
		start(&c, read_byte);
		rt_check(end(&c) == -ETIMEDOUT && c.ended >= when);
	}
	close_pipe();
}

static void one_for_who_waits_already(void *arg)
{
	(void)arg;
	open_pipe();
	for (int i = 0; i < RT_SCALE(100); i++) {
		uint64_t when = i % 2 ? dy_now() + 20 * DY_US : 1;
		struct call c;

		rt_check(dy_set_read_deadline(h[0], i % 3 ? 0 : NEVER) == 0);
		start(&c, read_byte);
		rt_check(dy_set_read_deadline(h[0], when) == 0);
		rt_check(end(&c) == -ETIMEDOUT && c.ended >= when);
	}
	close_pipe();
}

static void one_for_accept(void *arg)
{
	struct call c;
	int conn;

	(void)arg;
	h[0] = dy_tcp_listen(0, 8);
	rt_check(h[0] >= 0);
	rt_check(dy_set_read_deadline(h[0], dy_now() + SOON) == 0);
	start(&c, accept_one);
	rt_check(end(&c) == -ETIMEDOUT);
	conn = dy_tcp_dial((uint16_t)dy_tcp_port(h[0]));
	rt_check(dy_tcp_accept(h[0]) == -ETIMEDOUT);
	rt_check(dy_set_deadline(h[0], 0) == 0);
	start(&c, accept_one);
	rt_check(end(&c) >= 0 && dy_close((int)c.result) == 0);
	rt_check(dy_close(conn) == 0 && dy_close(h[0]) == 0);
}

static void test_a_past_deadline_comes_first(void **state)
{
	(void)state;
	at_all_procs(a_past_one);
}

static void test_a_deadline_ends_a_wait(void **state)
{
	(void)state;
	at_all_procs(one_that_comes);
	at_all_procs(one_for_who_waits_already);
	at_all_procs(one_for_accept);
}

//---------------------------------------------------------------------------
// Writing, and dialling
//---------------------------------------------------------------------------

static char block[1 << 20]; // more than a pipe takes

static void one_for_writes(void *arg)
{
	ssize_t put;

	(void)arg;
	open_pipe();
	rt_check(dy_set_write_deadline(h[1], dy_now() + SOON) == 0);
	put = dy_write(h[1], block, sizeof block);
	rt_check(put == -ETIMEDOUT || (put > 0 && put < (ssize_t)sizeof block));
	rt_check(dy_write(h[1], block, 1) == -ETIMEDOUT);
	rt_check(dy_set_write_deadline(h[1], NEVER) == 0);
	for (ssize_t got = 0; got < put;)
		got += dy_read(h[0], block, sizeof block);
	rt_check(dy_write(h[1], "x", 1) == 1);
	close_pipe();
}

// The two directions of a socket have nothing to do with each other.
static void one_for_each_direction(void *arg)
{
	int listener = dy_tcp_listen(0, 1), a, b;
	char c;

	(void)arg;
	a = dy_tcp_dial_by((uint16_t)dy_tcp_port(listener), NEVER);
	b = dy_tcp_accept(listener);
	rt_check(a >= 0 && b >= 0);
	rt_check(dy_set_read_deadline(a, 1) == 0);
	rt_check(dy_write(a, "x", 1) == 1 && dy_read(b, &c, 1) == 1);
	rt_check(dy_read(a, &c, 1) == -ETIMEDOUT);
	rt_check(dy_set_read_deadline(a, 0) == 0);
	rt_check(dy_set_write_deadline(a, 1) == 0);
	rt_check(dy_write(a, "x", 1) == -ETIMEDOUT);
	rt_check(dy_write(b, "y", 1) == 1 && dy_read(a, &c, 1) == 1);
	rt_check(dy_set_deadline(a, 1) == 0);
	rt_check(dy_write(a, "x", 1) == -ETIMEDOUT);
	rt_check(dy_read(a, &c, 1) == -ETIMEDOUT);
	rt_check(dy_close(a) == 0 && dy_close(b) == 0 && dy_close(listener) == 0);
}

// A listener whose queue is full does not answer; its kernel asks again after a
// second.
static void one_for_dials(void *arg)
{
	int listener = dy_tcp_listen(0, 1), conn[16], n = 0, fd;
	uint16_t port = (uint16_t)dy_tcp_port(listener);

	(void)arg;
	rt_check(dy_tcp_dial_by(port, 1) == -ETIMEDOUT);
	rt_check(dy_tcp_dial_by(port, dy_now()) == -ETIMEDOUT);
	for (; n < 16; n++) {
		conn[n] = dy_tcp_dial_by(port, dy_now() + 20 * DY_MS);
		if (conn[n] < 0)
			break;
	}
	rt_check(n > 0 && n < 16 && conn[n] == -ETIMEDOUT);
	rt_check(port_tcp_dial(port, &fd) == -EINPROGRESS);
	rt_check(port_dialled(fd) == -EINPROGRESS && port_close(fd) == 0);
	while (n > 0)
		rt_check(dy_close(conn[--n]) == 0);
	rt_check(dy_close(listener) == 0);
	rt_check(dy_tcp_dial_by(port, NEVER) == -ECONNREFUSED);
}

// What was meant for the dialling is over with it.
static void one_for_the_dial_alone(void *arg)
{
	int listener = dy_tcp_listen(0, 1), fd;
	uint16_t port = (uint16_t)dy_tcp_port(listener);
	uint64_t when;

	(void)arg;
	do {
		when = dy_now() + 20 * DY_MS;
		fd = dy_tcp_dial_by(port, when);
	} while (fd == -ETIMEDOUT);
	rt_check(fd >= 0);
	while (dy_now() <= when)
		dy_sleep(20 * DY_MS);
	rt_check(dy_write(fd, "x", 1) == 1);
	rt_check(dy_close(fd) == 0 && dy_close(listener) == 0);
}

static void test_a_write_says_how_far_it_came(void **state)
{
	(void)state;
	at_all_procs(one_for_writes);
}

static void test_directions_are_apart(void **state)
{
	(void)state;
	at_all_procs(one_for_each_direction);
}

static void test_a_dial_gives_up(void **state)
{
	(void)state;
	at_all_procs(one_for_dials);
	at_all_procs(one_for_the_dial_alone);
}

//---------------------------------------------------------------------------
// Deadlines that change
//---------------------------------------------------------------------------

// What is sent after the first deadline arrives, since it was moved in time.
static bool moved_in_time(uint64_t to)
{
	uint64_t first = dy_now() + SOON;
	struct call c;
	bool in_time;

	open_pipe();
	rt_check(dy_set_read_deadline(h[0], first) == 0);
	start(&c, read_byte);
	rt_check(dy_set_read_deadline(h[0], to) == 0);
	in_time = dy_now() < first;
	dy_sleep(2 * SOON);
	rt_check(dy_write(h[1], "x", 1) == 1);
	rt_check(end(&c) == (in_time ? 1 : c.result));
	close_pipe();
	return in_time;
}

static void later_and_never(void *arg)
{
	int rounds = 0, in_time = 0;

	(void)arg;
	while (in_time < 20 && rounds++ < 1000)
		in_time += moved_in_time(rounds % 2 ? NEVER : 0);
	rt_check(in_time == 20);
}

static void test_a_moved_deadline_ends_nothing(void **state)
{
	(void)state;
	at_all_procs(later_and_never);
}

// The deadline of a handle that was closed, while its timer fires: the next
// handle of that number has none.
static void a_closed_one(void *arg)
{
	struct rand r = rand_stream(7, 1);

	(void)arg;
	for (int i = 0; i < RT_SCALE(2000); i++) {
		struct call c;
		int old;

		open_pipe();
		old = h[0];
		dy_set_deadline(h[0], dy_now() + rand_below(&r, 30 * DY_US));
		dy_set_deadline(h[1], dy_now() + rand_below(&r, 30 * DY_US));
		dy_work(rand_below(&r, 30 * DY_US));
		close_pipe();
		open_pipe();
		rt_check(h[0] == old);
		start(&c, read_byte);
		dy_work(rand_below(&r, 30 * DY_US));
		rt_check(dy_write(h[1], "x", 1) == 1);
		rt_check(end(&c) == 1 && c.byte == 'x');
		close_pipe();
	}
}

static void test_a_deadline_ends_with_its_handle(void **state)
{
	(void)state;
	at_all_procs(a_closed_one);
}

static void close_while_one_waits(void *arg)
{
	(void)arg;
	for (int i = 0; i < RT_SCALE(200); i++) {
		struct call c;

		open_pipe();
		dy_set_read_deadline(h[0], dy_now() + (uint64_t)i * DY_US);
		start(&c, read_byte);
		close_pipe();
		end(&c);
		rt_check(c.result == -ECANCELED || c.result == -ETIMEDOUT);
		rt_check(dy_set_deadline(h[0], 0) == -EBADF);
	}
	rt_check(dy_set_read_deadline(-1, 1) == -EBADF);
	rt_check(dy_set_write_deadline(1 << 30, 1) == -EBADF);
}

static void test_close_and_deadline_at_once(void **state)
{
	(void)state;
	at_all_procs(close_while_one_waits);
}

//---------------------------------------------------------------------------
// All of it at once: whatever the deadlines do, no byte is lost or doubled
//---------------------------------------------------------------------------

enum { BYTES = RT_SCALE(20000) };

static struct dy_w32 over;
static struct dy_waitgroup all;

static void write_counted(void *arg)
{
	int timeouts = 0;

	(void)arg;
	for (uint32_t i = 0; i < BYTES;) {
		uint8_t b = (uint8_t)i;
		ssize_t put = dy_write(h[1], &b, 1);

		rt_check(put == 1 || put == -ETIMEDOUT);
		i += put == 1;
		if (put != 1 && timeouts++ % 8 == 0)
			dy_yield();
	}
	dy_wg_done(&all);
}

static void read_counted(void *arg)
{
	(void)arg;
	for (uint32_t i = 0; i < BYTES;) {
		uint8_t b;
		ssize_t got = dy_read(h[0], &b, 1);

		rt_check(got == 1 || got == -ETIMEDOUT);
		if (got == 1)
			rt_check(b == (uint8_t)i++);
		else
			dy_set_read_deadline(h[0], 0);
	}
	w32_store_rel(&over, 1);
	dy_wg_done(&all);
}

static void set_deadlines(void *arg)
{
	struct rand r = rand_stream(8, (uint64_t)(uintptr_t)arg);

	while (w32_load_acq(&over) == 0) {
		uint64_t when = dy_now() + rand_below(&r, 20 * DY_US);

		switch (rand_below(&r, 4)) {
		case 0:
			dy_set_read_deadline(h[0], when);
			break;
		case 1:
			dy_set_write_deadline(h[1], when);
			break;
		case 2:
			dy_set_read_deadline(h[0], 1);
			break;
		default:
			dy_set_deadline(h[1], 0);
			break;
		}
		dy_sleep(rand_below(&r, 20 * DY_US));
	}
	dy_wg_done(&all);
}

static void everything(void *arg)
{
	(void)arg;
	all = (struct dy_waitgroup){0};
	w32_store_rel(&over, 0);
	open_pipe();
	dy_wg_add(&all, 4);
	dy_go(write_counted, NULL);
	dy_go(read_counted, NULL);
	dy_go(set_deadlines, (void *)1);
	dy_go(set_deadlines, (void *)2);
	dy_wg_wait(&all);
	close_pipe();
}

static void test_no_byte_is_lost(void **state)
{
	(void)state;
	at_all_procs(everything);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_past_deadline_comes_first),
		cmocka_unit_test(test_a_deadline_ends_a_wait),
		cmocka_unit_test(test_a_write_says_how_far_it_came),
		cmocka_unit_test(test_directions_are_apart),
		cmocka_unit_test(test_a_dial_gives_up),
		cmocka_unit_test(test_a_moved_deadline_ends_nothing),
		cmocka_unit_test(test_a_deadline_ends_with_its_handle),
		cmocka_unit_test(test_close_and_deadline_at_once),
		cmocka_unit_test(test_no_byte_is_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
