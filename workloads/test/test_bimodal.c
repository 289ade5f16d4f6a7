// test_bimodal.c - that a request which is lost, doubled or too early is found;
// and that every mix has the mean that its load is reckoned with.
#include "../bimodal.c"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static void lose_one(struct wl_run *r)
{
	struct arrivals *a = r->state;

	a->request[a->n / 2].answers = 0;
}

static void double_one(struct wl_run *r)
{
	struct arrivals *a = r->state;

	a->request[0].answers++;
}

static void answer_early(struct wl_run *r)
{
	struct arrivals *a = r->state;

	a->request[a->n - 1].answered = a->request[a->n - 1].due - 1;
}

static void test_spoiled_answers_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_bimodal, lose_one);
	trial_assert_found(&wl_bimodal, double_one);
	trial_assert_found(&wl_bimodal, answer_early);
}

static void test_services_have_their_mean(void **state)
{
	enum { DRAWS = 400000 };

	(void)state;
	for (size_t i = 0; i < sizeof(mixes) / sizeof(mixes[0]); i++) {
		struct rng rng = rng_stream(TRIAL_SEED, SERVICE_STREAM);
		double sum = 0;

		for (int j = 0; j < DRAWS; j++)
			sum += (double)draw_service(&mixes[i], &rng);
		sum /= DRAWS * mean_of(&mixes[i]);
		assert_true(fabs(sum - 1) < 0.1);
	}
}

static void few_requests(int64_t *param)
{
	param[MIX] = 0;
	param[LOAD] = 5;
	param[ARRIVALS] = ARRIVALS_ON_OFF;
}

static void test_every_measure_has_room(void **state)
{
	struct trial t = {.w = &wl_bimodal, .procs = 2, .rounds = 2};

	(void)state;
	t.adjust = few_requests;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_true(t.verified);
	assert_int_equal(t.ops, 251);
	assert_true(t.run.n_metric > 14 && t.run.n_metric <= WL_METRICS_MAX);
	assert_string_equal(t.run.metric[t.run.n_metric - 1].name, "unreached");
}

static void at_a_rate(int64_t *param)
{
	param[LOAD] = 0;
	param[RATE] = 50000;
}

// 50000 per second are 250 in 5 ms, however long a request is.
static void test_the_rate_is_offered(void **state)
{
	struct trial t = {.w = &wl_bimodal, .procs = 2, .rounds = 1};

	(void)state;
	t.adjust = at_a_rate;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_true(t.verified);
	assert_int_equal(t.ops, 251);
}

static void offer_twice(int64_t *param)
{
	param[RATE] = 50000;
}

static void offer_nothing(int64_t *param)
{
	param[LOAD] = 0;
}

static void test_load_and_rate_are_one(void **state)
{
	void (*const wrong[])(int64_t *) = {offer_twice, offer_nothing};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct trial t = {.w = &wl_bimodal, .procs = 1, .rounds = 1};

		t.adjust = wrong[i];
		trial_run(&t);
		assert_int_equal(t.prepare_err, -EINVAL);
		assert_non_null(strstr(t.run.why, "one of them"));
	}
}

static void too_many(int64_t *param)
{
	param[MIX] = 0;
	param[LOAD] = 6400;
	param[SPAN] = 60 * (int64_t)DY_S;
}

static void test_too_many_are_refused(void **state)
{
	struct trial t = {.w = &wl_bimodal, .procs = 1, .rounds = 1};

	(void)state;
	t.adjust = too_many;
	trial_run(&t);
	assert_int_equal(t.prepare_err, -EINVAL);
	assert_true(t.run.why[0] != '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spoiled_answers_are_found),
		cmocka_unit_test(test_services_have_their_mean),
		cmocka_unit_test(test_every_measure_has_room),
		cmocka_unit_test(test_the_rate_is_offered),
		cmocka_unit_test(test_load_and_rate_are_one),
		cmocka_unit_test(test_too_many_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
