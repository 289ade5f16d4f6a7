// trial.c - runs a workload at tiny size on the real runtime, for the tests.
#include "trial.h"

#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void run_round(struct trial *t, bool first, bool last)
{
	struct wl_run *r = &t->run;

	r->warm_up = first && !last;
	r->ops = 0;
	r->n_metric = 0;
	if (last && t->before_round)
		t->before_round(r);
	t->w->round(r);
	if (last && t->before_verify)
		t->before_verify(r);
	t->ops_vary |= !first && r->ops != t->ops;
	t->ops = r->ops;
	t->verified = t->w->verify(r);
}

static void run_main(void *arg)
{
	struct trial *t = arg;
	uint64_t begun = dy_now();

	if (t->w->prepare)
		t->prepare_err = t->w->prepare(&t->run);
	if (t->prepare_err)
		return;
	t->verified = true;
	for (int i = 0;
	     t->verified && (i < t->rounds || dy_now() - begun < t->least_ns);
	     i++)
		run_round(t, i == 0, i == t->rounds - 1);
	if (t->w->finish)
		t->w->finish(&t->run);
}

void trial_run(struct trial *t)
{
	struct dy_config cfg = {
		.policy = t->policy,
		.procs = t->procs,
		.seed = TRIAL_SEED,
	};
	int64_t param[WL_PARAMS_MAX] = {0};

	for (size_t i = 0; t->w->params[i].name; i++)
		param[i] = t->w->params[i].size[WL_TINY];
	if (t->adjust)
		t->adjust(param);
	t->run = (struct wl_run){
		.param = param, .seed = TRIAL_SEED, .outside = t->outside};
	t->run_err = dy_run(&cfg, run_main, t);
	t->run.param = NULL;
}

bool trial_may_starve(const struct workload *w, const char *policy)
{
	return strcmp(w->name, "transfer") == 0 &&
	       (strstr(policy, "global=always") ||
	        !(strstr(policy, "queue=fifo") ||
	          strstr(policy, "queue=stamped")));
}

void trial_assert_found(const struct workload *w, void (*spoil)(struct wl_run *r))
{
	struct trial right = {.w = w, .procs = 2, .rounds = 1};
	struct trial wrong = right;

	wrong.before_verify = spoil;
	trial_run(&right);
	if (right.prepare_err == -ENOTSUP) {
		print_message("%s: %s\n", w->name, right.run.why);
		skip();
	}
	assert_int_equal(right.run_err, 0);
	assert_int_equal(right.prepare_err, 0);
	assert_true(right.verified);
	assert_true(right.run.n_metric <= WL_METRICS_MAX);

	trial_run(&wrong);
	assert_int_equal(wrong.run_err, 0);
	assert_int_equal(wrong.prepare_err, 0);
	assert_false(wrong.verified);
	assert_true(wrong.run.why[0] != '\0');
}

static const struct workload *spoiled;
static const trial_spoil *spoils;

static void test_spoiled_answers_are_found(void **state)
{
	(void)state;
	for (const trial_spoil *s = spoils; *s; s++)
		trial_assert_found(spoiled, *s);
}

int trial_main(const struct workload *w, const trial_spoil *spoil)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spoiled_answers_are_found),
	};

	spoiled = w;
	spoils = spoil;
	return cmocka_run_group_tests_name(w->name, tests, NULL, NULL);
}
