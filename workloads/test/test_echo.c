// test_echo.c - odd message sizes, wrong bytes and lost connections.
#include "../echo.c"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static int64_t bytes, over, way;

static void set_bytes(int64_t *param)
{
	param[CONNECTIONS] = 3;
	param[MESSAGES] = 4;
	param[BYTES] = bytes;
	param[OVER] = over;
	param[WAY] = way;
}

static void check_message_sizes(int64_t transport)
{
	// The last is more than the buffers of one direction hold.
	static const int64_t size[] = {1, 7, 4097, 1 << 20};

	over = transport;
	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		struct trial t = {.w = &wl_echo, .procs = 2, .rounds = 2};

		bytes = size[i];
		t.adjust = set_bytes;
		trial_run(&t);
		assert_int_equal(t.run_err, 0);
		if (t.prepare_err == -ENOTSUP) {
			print_message("%s\n", t.run.why);
			skip();
		}
		assert_true(t.verified);
		assert_int_equal(t.ops, 12);
		assert_string_equal(t.run.metric[0].name, "latency_mean");
		assert_true(t.run.metric[0].value > 0);
	}
}

static void test_message_sizes_over_tcp(void **state)
{
	(void)state;
	check_message_sizes(0);
}

static void test_message_sizes_over_pipes(void **state)
{
	(void)state;
	check_message_sizes(1);
}

static int by_netpoll(void **state) // again, also after a test that was skipped
{
	(void)state;
	way = 0;
	return 0;
}

static void check_way(int64_t chosen)
{
	way = chosen;
	check_message_sizes(0);
	check_message_sizes(1);
}

static void test_blocking_calls_do_the_same(void **state)
{
	(void)state;
	check_way(1);
}

static void test_io_uring_does_the_same(void **state)
{
	(void)state;
	check_way(2);
}

static void wrong_sum_at_the_server(struct wl_run *r)
{
	struct bench *b = r->state;

	b->conn[b->n - 1].server.sum ^= 1;
}

static void wrong_sum_at_the_client(struct wl_run *r)
{
	struct bench *b = r->state;

	b->conn[0].client.sum ^= 1;
}

static void missing_message(struct wl_run *r)
{
	struct bench *b = r->state;

	b->conn[0].server.whole--;
}

static void test_wrong_bytes_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_echo, wrong_sum_at_the_server);
	trial_assert_found(&wl_echo, wrong_sum_at_the_client);
	trial_assert_found(&wl_echo, missing_message);
}

// What is sent is no longer what the seed says.
static void other_text(struct wl_run *r)
{
	struct bench *b = r->state;

	b->seed++;
}

static void lose_the_server(struct wl_run *r)
{
	struct bench *b = r->state;

	close_end(&b->conn[0].server);
}

static void lose_the_client(struct wl_run *r)
{
	struct bench *b = r->state;

	close_end(&b->conn[0].client);
}

// An end that cannot receive stops with its socket still open.
static void break_the_server(struct wl_run *r)
{
	struct bench *b = r->state;

	b->conn[0].server.in = NULL;
}

static void break_the_client(struct wl_run *r)
{
	struct bench *b = r->state;

	b->conn[0].client.in = NULL;
}

static void assert_round_fails(void (*disturb)(struct wl_run *r))
{
	for (over = 0; over <= 1; over++) {
		struct trial t = {.w = &wl_echo, .procs = 2, .rounds = 2};

		bytes = 64;
		t.adjust = set_bytes;
		t.before_round = disturb;
		trial_run(&t);
		assert_int_equal(t.run_err, 0);
		assert_false(t.verified);
		assert_non_null(strstr(t.run.why, "connection 0"));
	}
}

// The round must end, too: neither end may wait for one that is gone.
static void test_disturbed_rounds_end_and_fail(void **state)
{
	(void)state;
	assert_round_fails(other_text);
	assert_round_fails(lose_the_server);
	assert_round_fails(lose_the_client);
	assert_round_fails(break_the_server);
	assert_round_fails(break_the_client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_message_sizes_over_tcp),
		cmocka_unit_test(test_message_sizes_over_pipes),
		cmocka_unit_test_teardown(test_blocking_calls_do_the_same,
	                                  by_netpoll),
		cmocka_unit_test_teardown(test_io_uring_does_the_same, by_netpoll),
		cmocka_unit_test(test_wrong_bytes_are_found),
		cmocka_unit_test(test_disturbed_rounds_end_and_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
