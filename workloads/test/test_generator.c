// test_generator.c - open loops whose load a thread outside generates: all requests come
// from there, it is said what CPUs it had, and what it cannot do.
//
// The thread is a goroutine here that counts (harness/test/test_outside.c has a real
// one).
#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static atomic_int started, waited;

static int start(const struct wl_outside *o, void (*fn)(void *arg), void *arg)
{
	(void)o;
	atomic_fetch_add(&started, 1);
	dy_go(fn, arg);
	return 0;
}

static int refuse(const struct wl_outside *o, void (*fn)(void *arg), void *arg)
{
	(void)o;
	(void)fn;
	(void)arg;
	return -EAGAIN;
}

static void wait_until(uint64_t when)
{
	uint64_t now = dy_now();

	atomic_fetch_add(&waited, 1);
	dy_sleep(when > now ? when - now : 0);
}

static const struct workload *now; // that is run: adjust has no argument

static void set(int64_t *param, const char *name, int64_t value)
{
	for (size_t i = 0; now->params[i].name; i++)
		if (strcmp(now->params[i].name, name) == 0)
			param[i] = value;
}

static void generate_outside(int64_t *param)
{
	set(param, WL_GENERATOR, 1);
	if (strcmp(now->name, "http") != 0)
		return;
	set(param, WL_RATE, 1000);
	set(param, "serve", 20 * DY_MS);
}

static struct trial run(const char *name, const struct wl_outside *outside)
{
	struct trial t = {.w = wl_find(name),
	                  .procs = 2,
	                  .rounds = 2,
	                  .outside = outside,
	                  .adjust = generate_outside};

	now = t.w;
	atomic_store(&started, 0);
	atomic_store(&waited, 0);
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	return t;
}

static double metric(const struct trial *t, const char *name)
{
	for (size_t i = 0; i < t->run.n_metric; i++)
		if (strcmp(t->run.metric[i].name, name) == 0)
			return t->run.metric[i].value;
	return -1;
}

static const char *const loops[] = {"bimodal", "light", "http"};

enum { LOOPS = sizeof(loops) / sizeof(loops[0]) };

// Who is late all the time does not wait: then it is run again.
static struct trial run_until_it_waits(const char *name,
                                       const struct wl_outside *outside)
{
	struct trial t;
	int tries = 100;

	do
		t = run(name, outside);
	while (atomic_load(&waited) == 0 && --tries > 0);
	return t;
}

static void test_each_round_is_generated_outside(void **state)
{
	static const struct wl_outside own = {start, wait_until, true};
	static const struct wl_outside shared = {start, wait_until, false};

	(void)state;
	for (int i = 0; i < LOOPS; i++) {
		struct trial t = run_until_it_waits(loops[i], &own);

		assert_int_equal(t.prepare_err, 0);
		assert_true(t.verified);
		assert_int_equal(atomic_load(&started), 2);
		assert_true(atomic_load(&waited) > 0);
		assert_true(metric(&t, "generator_own_cpus") == 1);
		t = run(loops[i], &shared);
		assert_true(metric(&t, "generator_own_cpus") == 0);
	}
}

static void test_nobody_has_such_a_thread(void **state)
{
	(void)state;
	for (int i = 0; i < LOOPS; i++) {
		struct trial t = run(loops[i], NULL);

		assert_int_equal(t.prepare_err, -ENOTSUP);
		assert_non_null(strstr(t.run.why, "generator=0"));
	}
}

static void test_a_thread_that_does_not_start_is_said(void **state)
{
	static const struct wl_outside none = {refuse, wait_until, true};

	(void)state;
	for (int i = 0; i < LOOPS; i++) {
		struct trial t = run(loops[i], &none);

		assert_int_equal(t.prepare_err, 0);
		assert_false(t.verified);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_round_is_generated_outside),
		cmocka_unit_test(test_nobody_has_such_a_thread),
		cmocka_unit_test(test_a_thread_that_does_not_start_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
