// test_pool.c - both ways; that a signature which changed is seen, and a cycle too
// few found.
#include "../pool.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void pooled(int64_t *param)
{
	param[WAY] = WAY_POOLED;
	param[WORK] = 100;
}

static void test_pooled(void **state)
{
	struct trial t = {.w = &wl_pool, .procs = 4, .rounds = 3};

	(void)state;
	t.adjust = pooled;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_true(t.verified);
	assert_int_equal(t.ops, 1600);
}

static void shared_buffer(struct wl_run *r)
{
	struct shelf *s = r->state;

	s->user[0].right--;
}

static void test_a_shared_buffer_is_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_pool, shared_buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pooled),
		cmocka_unit_test(test_a_shared_buffer_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
