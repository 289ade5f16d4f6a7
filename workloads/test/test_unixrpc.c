// test_unixrpc.c - sizes, connections kept and not, wrong replies, lost clients.
#include "../unixrpc.c"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static int64_t ask, answer_bytes, per, by;

static void set(int64_t *param)
{
	param[CLIENTS] = 3;
	param[REQUESTS] = 5;
	param[ASK] = ask;
	param[ANSWER] = answer_bytes;
	param[PER] = per;
	param[BY] = by;
}

static void check_sizes(void)
{
	struct trial t = {
		.w = &wl_unixrpc, .procs = 2, .rounds = 2, .adjust = set};

	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	if (!t.verified)
		fail_msg("%s", t.run.why);
	assert_int_equal(t.ops, 15);
	assert_string_equal(t.run.metric[0].name, "latency_mean");
}

static void test_sizes_and_connections(void **state)
{
	static const int64_t size[] = {1, 7, 4097, 1 << 18};

	(void)state;
	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		for (per = 1; per <= 7; per += 3) {
			ask = size[i];
			answer_bytes = size[(i + 1) % 4];
			by = per == 4;
			check_sizes();
		}
	}
}

static void miscount(struct wl_run *r)
{
	struct service *s = r->state;

	atomic_fetch_sub(&s->served, 1);
}

static void miss_a_connection(struct wl_run *r)
{
	struct service *s = r->state;

	atomic_fetch_add(&s->accepted, 1);
}

static void miss_a_reply(struct wl_run *r)
{
	struct service *s = r->state;

	s->client[0].done--;
}

static void test_wrong_answers_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_unixrpc, miscount);
	trial_assert_found(&wl_unixrpc, miss_a_connection);
	trial_assert_found(&wl_unixrpc, miss_a_reply);
}

// Nobody listens any more, at the name that the clients know.
static void forget_the_name(struct wl_run *r)
{
	struct service *s = r->state;

	strcpy(s->name, "@nobody is here");
}

static void test_clients_without_a_server_fail(void **state)
{
	struct trial t = {.w = &wl_unixrpc,
	                  .procs = 2,
	                  .rounds = 2,
	                  .before_round = forget_the_name};

	(void)state;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_false(t.verified);
	assert_non_null(strstr(t.run.why, "client 0 got 0 of 10"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes_and_connections),
		cmocka_unit_test(test_wrong_answers_are_found),
		cmocka_unit_test(test_clients_without_a_server_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
