// test_ring.c - published answers of the thread ring, many tokens at once, and that
// a lost token is found.
#include "../ring.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static int64_t nodes, tokens, passes;

static void set(int64_t *param)
{
	param[NODES] = nodes;
	param[TOKENS] = tokens;
	param[PASSES] = passes;
}

static size_t ended;

static void look(struct wl_run *r)
{
	struct ring *ring = r->state;

	ended = ring->ended[0];
}

static struct trial run(int64_t n, int64_t t, int64_t p)
{
	struct trial trial = {.w = &wl_ring, .procs = 2, .rounds = 1};

	nodes = n;
	tokens = t;
	passes = p;
	trial.adjust = set;
	trial.before_verify = look;
	trial_run(&trial);
	assert_int_equal(trial.run_err, 0);
	return trial;
}

// With nodes that count from 1, a token of 1000 ends at number 498 of 503.
static void test_the_published_answer(void **state)
{
	(void)state;
	assert_true(run(503, 1, 1000).verified);
	assert_int_equal(ended + 1, 498);
}

static void test_many_tokens(void **state)
{
	(void)state;
	assert_true(run(2, 1, 7).verified);
	assert_true(run(20, 19, 501).verified);
	assert_true(run(7, 3, 1).verified);
}

static void test_as_many_tokens_as_nodes_are_refused(void **state)
{
	(void)state;
	assert_int_equal(run(3, 3, 1).prepare_err, -EINVAL);
}

static void lose_the_token(struct wl_run *r)
{
	struct ring *ring = r->state;

	ring->ended[0] = SIZE_MAX;
}

static void pass_once_more(struct wl_run *r)
{
	struct ring *ring = r->state;

	ring->ended[0]++;
}

static void test_a_lost_token_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_ring, lose_the_token);
	trial_assert_found(&wl_ring, pass_once_more);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_published_answer),
		cmocka_unit_test(test_many_tokens),
		cmocka_unit_test(test_as_many_tokens_as_nodes_are_refused),
		cmocka_unit_test(test_a_lost_token_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
