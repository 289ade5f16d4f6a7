// test_io.c - pipes, sockets and files: what is written arrives, whoever waits
// is woken by data or by the end, and errors are returned.
#define _GNU_SOURCE
#include <dyno/chan.h>
#include <dyno/io.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <string.h>

#include "base/rand.h"
#include "handles.h"
#include "port/atomic.h"

//---------------------------------------------------------------------------
// Pipes
//---------------------------------------------------------------------------

enum { MESSAGES = RT_SCALE(5000) };

static void echo_pipe(void *arg)
{
	uint64_t v;

	(void)arg;
	while (read_all(there[0], &v, sizeof v) == sizeof v)
		rt_check(dy_write(back[1], &v, sizeof v) == sizeof v);
	rt_check(dy_close(there[0]) == 0 && dy_close(back[1]) == 0);
	dy_wg_done(&wg);
}

static void talk_by_pipe(void *arg)
{
	uint64_t v;

	(void)arg;
	rt_check(dy_pipe(there) == 0 && dy_pipe(back) == 0);
	spawn(echo_pipe, 0);
	for (uint64_t i = 0; i < MESSAGES; i++) {
		rt_check(dy_write(there[1], &i, sizeof i) == sizeof i);
		rt_check(read_all(back[0], &v, sizeof v) == sizeof v && v == i);
	}
	rt_check(dy_close(there[1]) == 0);
	rt_check(dy_read(back[0], &v, sizeof v) == 0); // the echo's end closed it
	rt_check(dy_close(back[0]) == 0);
	dy_wg_wait(&wg);
}

static void test_a_pipe_echoes_until_its_end(void **state)
{
	(void)state;
	on_all_ps(talk_by_pipe);
}

static void write_to_nobody(void *arg)
{
	(void)arg;
	rt_check(dy_pipe(there) == 0);
	rt_check(dy_close(there[0]) == 0);
	rt_check(dy_write(there[1], "x", 1) == -EPIPE);
	rt_check(dy_close(there[1]) == 0);
}

static void use_no_handle(void *arg)
{
	char c;

	(void)arg;
	rt_check(dy_read(-1, &c, 1) == -EBADF);
	rt_check(dy_write(-1, &c, 1) == -EBADF);
	rt_check(dy_close(-1) == -EBADF);
	rt_check(dy_close(1 << 30) == -EBADF);
	rt_check(dy_pipe(there) == 0 && dy_close(there[0]) == 0);
	rt_check(dy_close(there[0]) == -EBADF);
	rt_check(dy_close(there[1]) == 0);
}

static void test_errors_are_returned(void **state)
{
	(void)state;
	on_all_ps(write_to_nobody);
	on_all_ps(use_no_handle);
}

//---------------------------------------------------------------------------
// TCP
//---------------------------------------------------------------------------

enum { CONNECTIONS = 200, ACCEPTORS = 4, TALKS = 20 };

static int listener;
static struct dy_w32 echoed;

static void echo_tcp(void *arg)
{
	echo_to_the_end(handle(arg));
	w32_add_ar(&echoed, 1);
	dy_wg_done(&wg);
}

static void accept_all(void *arg)
{
	(void)arg;
	for (int i = 0; i < CONNECTIONS / ACCEPTORS; i++) {
		int h = dy_tcp_accept(listener);

		rt_check(h >= 0);
		spawn(echo_tcp, h);
	}
	dy_wg_done(&wg);
}

static void talk(void *arg)
{
	int h = dy_tcp_dial((uint16_t)dy_tcp_port(listener));
	struct rand r = rand_stream(2, (uint64_t)(uintptr_t)arg);
	char sent[256], got[256];

	rt_check(h >= 0);
	for (int i = 0; i < TALKS; i++) {
		size_t n = 1 + rand_below(&r, sizeof sent);

		memset(sent, (int)rand_next(&r), n);
		rt_check(dy_write(h, sent, n) == (ssize_t)n);
		rt_check(read_all(h, got, n) == n && memcmp(sent, got, n) == 0);
	}
	rt_check(dy_close(h) == 0);
	dy_wg_done(&wg);
}

static void talk_in_crowds(void *arg)
{
	(void)arg;
	w32_store_rel(&echoed, 0);
	listener = dy_tcp_listen(0, CONNECTIONS);
	rt_check(listener >= 0 && dy_tcp_port(listener) > 0);
	for (int i = 0; i < ACCEPTORS; i++)
		spawn(accept_all, 0);
	for (int i = 0; i < CONNECTIONS; i++)
		spawn(talk, i);
	dy_wg_wait(&wg);
	rt_check(w32_load_acq(&echoed) == CONNECTIONS);
	rt_check(dy_close(listener) == 0);
}

static void test_many_connections_at_once(void **state)
{
	(void)state;
	on_all_ps(talk_in_crowds);
#ifndef RT_THREADS // which wait in no poller
	assert_true(rt_stats().poll_readies > 0);
#endif
}

static void dial_nobody(void *arg)
{
	int port;

	(void)arg;
	listener = dy_tcp_listen(0, 1);
	port = dy_tcp_port(listener);
	rt_check(dy_close(listener) == 0);
	rt_check(dy_tcp_dial((uint16_t)port) == -ECONNREFUSED);
}

static void test_a_refused_connection_is_an_error(void **state)
{
	(void)state;
	on_all_ps(dial_nobody);
}

enum { LARGE = 8 << 20 }; // beyond what loopback buffers

static void send_large(void *arg)
{
	write_large(handle(arg), LARGE);
	dy_wg_done(&wg);
}

static void receive_large(void *arg)
{
	int out, in;

	(void)arg;
	listener = dy_tcp_listen(0, 1);
	out = dy_tcp_dial((uint16_t)dy_tcp_port(listener));
	in = dy_tcp_accept(listener);
	spawn(send_large, out);
	dy_sleep(DY_MS); // the buffers fill meanwhile
	read_large(in, LARGE);
	dy_wg_wait(&wg);
	rt_check(dy_close(in) == 0 && dy_close(listener) == 0);
}

static void test_a_write_larger_than_the_buffers_arrives_whole(void **state)
{
	(void)state;
	on_all_ps(receive_large);
}

//---------------------------------------------------------------------------
// Files
//---------------------------------------------------------------------------

static void use_file(void *arg)
{
	char block[4096], got[4096];
	int h = dy_file_open("/tmp", DY_FILE_TEMP);

	(void)arg;
	rt_check(h >= 0);
	for (int i = 0; i < 10; i++) {
		memset(block, i, sizeof block);
		rt_check(dy_file_pwrite(h, block, sizeof block,
		                        (uint64_t)i * 4096) == 4096);
	}
	rt_check(dy_file_sync(h) == 0);
	for (int i = 9; i >= 0; i--) {
		memset(block, i, sizeof block);
		rt_check(dy_file_pread(h, got, sizeof got, (uint64_t)i * 4096) ==
		         4096);
		rt_check(memcmp(block, got, sizeof got) == 0);
	}
	rt_check(dy_file_pread(h, got, sizeof got, 40960) == 0);
	rt_check(dy_file_close(h) == 0);
	rt_check(dy_file_pread(h, got, 1, 0) == -EBADF);
	rt_check(dy_file_open("/proc/nonexistent/file", DY_FILE_READ) == -ENOENT);
}

static void test_files_keep_what_is_written(void **state)
{
	(void)state;
	on_all_ps(use_file);
	assert_int_equal(rt_stats().syscalls, 26);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_pipe_echoes_until_its_end),
		cmocka_unit_test(test_errors_are_returned),
		cmocka_unit_test(test_many_connections_at_once),
		cmocka_unit_test(test_a_refused_connection_is_an_error),
		cmocka_unit_test(
			test_a_write_larger_than_the_buffers_arrives_whole),
		cmocka_unit_test(test_files_keep_what_is_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
