// test_hackbench.c - that messages which are lost, doubled or mixed up are found, over
// pipes and over channels.
#include "../hackbench.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void lose_one(struct wl_run *r)
{
	struct hall *hall = r->state;

	hall->receiver[1].got--;
}

// The number is right, and one message was somebody else's.
static void mix_up(struct wl_run *r)
{
	struct hall *hall = r->state;

	hall->receiver[hall->n - 1].sum ^= 1;
}

static void fail_to_send(struct wl_run *r)
{
	struct hall *hall = r->state;

	hall->sender[0].err = -EPIPE;
}

static void test_spoiled_answers_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_hackbench, lose_one);
	trial_assert_found(&wl_hackbench, mix_up);
	trial_assert_found(&wl_hackbench, fail_to_send);
}

static void over_channels(int64_t *param)
{
	param[OVER] = 1;
}

static void test_channels(void **state)
{
	struct trial right = {.w = &wl_hackbench,
	                      .procs = 2,
	                      .rounds = 2,
	                      .adjust = over_channels};
	struct trial wrong = right;

	(void)state;
	wrong.before_verify = mix_up;
	trial_run(&right);
	assert_int_equal(right.run_err, 0);
	assert_true(right.verified);
	assert_int_equal(right.ops, 2 * 4 * 4 * 5);
	trial_run(&wrong);
	assert_false(wrong.verified);
}

// The seed decides what is sent: another has other sums.
static void test_groups_get_different_messages(void **state)
{
	struct wl_run r = {.param = (const int64_t[]){2, 3, 4, 100, 1},
	                   .seed = TRIAL_SEED};
	struct hall *hall = new_hall(&r);

	(void)state;
	assert_non_null(hall);
	reckon(hall);
	assert_true(hall->right[0] != hall->right[1]);
	give_back(hall);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spoiled_answers_are_found),
		cmocka_unit_test(test_channels),
		cmocka_unit_test(test_groups_get_different_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
