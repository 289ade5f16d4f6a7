// test_matmul.c - that one wrong entry, anywhere, is found; and rows that no band
// divides.
#include "../matmul.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void wrong_entry(struct wl_run *r)
{
	struct product *p = r->state;

	p->c[p->n * p->n - 1]++;
}

static void swapped_entries(struct wl_run *r)
{
	struct product *p = r->state;
	int64_t c = p->c[0];

	p->c[0] = p->c[1] + (c == p->c[1]);
	p->c[1] = c;
}

static void test_wrong_entries_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_matmul, wrong_entry);
	trial_assert_found(&wl_matmul, swapped_entries);
}

static void odd_bands(int64_t *param)
{
	param[N] = 29;
	param[BAND] = 7;
}

static void test_the_last_band_is_shorter(void **state)
{
	struct trial t = {.w = &wl_matmul, .procs = 2, .rounds = 2};

	(void)state;
	t.adjust = odd_bands;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	assert_true(t.verified);
	assert_int_equal(t.ops, 29 * 29 * 29);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wrong_entries_are_found),
		cmocka_unit_test(test_the_last_band_is_shorter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
