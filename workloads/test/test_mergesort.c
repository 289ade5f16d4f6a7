// test_mergesort.c - that disorder, and a lost or doubled number, are found.
#include "../mergesort.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void out_of_order(struct wl_run *r)
{
	struct list *l = r->state;
	uint64_t last = l->v[l->n - 1];

	l->v[l->n - 1] = l->v[0];
	l->v[0] = last;
}

static void doubled(struct wl_run *r)
{
	struct list *l = r->state;

	l->v[1] = l->v[0];
}

// The sum stays, and so does the order.
static void shifted(struct wl_run *r)
{
	struct list *l = r->state;

	l->v[0]--;
	l->v[l->n - 1]++;
}

static void test_spoiled_lists_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_mergesort, out_of_order);
	trial_assert_found(&wl_mergesort, doubled);
	trial_assert_found(&wl_mergesort, shifted);
}

static int64_t length;

static void set_length(int64_t *param)
{
	param[N] = length;
	param[CUTOFF] = 16;
}

static void test_lengths(void **state)
{
	(void)state;
	for (length = 0; length < 70; length += 3) {
		struct trial t = {.w = &wl_mergesort, .procs = 2, .rounds = 1};

		t.adjust = set_length;
		trial_run(&t);
		assert_int_equal(t.run_err, 0);
		assert_true(t.verified);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spoiled_lists_are_found),
		cmocka_unit_test(test_lengths),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
