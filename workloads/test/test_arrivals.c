// test_arrivals.c - requests are due when their process says, alike for a seed.
#include "arrivals.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 20000, GAP = 1000 };

static struct arrivals *draw(enum arrivals_process process, uint64_t seed)
{
	struct arrivals_plan plan = {process, N, GAP, 100 * GAP};
	struct rng rng = rng_stream(seed, 0);
	struct arrivals *a = arrivals_new(&plan, &rng);

	assert_non_null(a);
	return a;
}

// moments tells mean and coefficient of variation of the gaps.
static void moments(const struct arrivals *a, double *mean, double *cv)
{
	double sum = 0, squares = 0, before = 0;

	for (size_t i = 0; i < a->n; i++) {
		double gap = (double)a->request[i].due - before;

		assert_true(gap >= 0);
		before = (double)a->request[i].due;
		sum += gap;
		squares += gap * gap;
	}
	*mean = sum / (double)a->n;
	*cv = sqrt(squares / (double)a->n - *mean * *mean) / *mean;
}

static void check(enum arrivals_process process, double cv_min, double cv_max)
{
	struct arrivals *a = draw(process, 3);
	double mean, cv;

	moments(a, &mean, &cv);
	assert_true(fabs(mean / GAP - 1) < 0.05);
	assert_true(cv >= cv_min && cv <= cv_max);
	free(a);
}

static void test_even_gaps_are_alike(void **state)
{
	(void)state;
	check(ARRIVALS_EVEN, 0, 1e-9);
}

static void test_poisson_gaps_vary_as_much_as_their_mean(void **state)
{
	(void)state;
	check(ARRIVALS_POISSON, 0.95, 1.05);
}

static void test_uniform_gaps_vary_less(void **state)
{
	(void)state;
	check(ARRIVALS_UNIFORM, 0.56, 0.6); // the root of a third
}

static void test_on_off_gaps_vary_more(void **state)
{
	(void)state;
	check(ARRIVALS_ON_OFF, 3, 20);
}

static void test_nothing_is_due_in_an_off_phase(void **state)
{
	struct arrivals *a = draw(ARRIVALS_ON_OFF, 5);

	(void)state;
	for (size_t i = 0; i < a->n; i++)
		assert_int_equal(a->request[i].due / (100 * GAP) % 2, 0);
	free(a);
}

static void test_a_seed_gives_the_same(void **state)
{
	struct arrivals *a = draw(ARRIVALS_POISSON, 8);
	struct arrivals *b = draw(ARRIVALS_POISSON, 8);
	struct arrivals *c = draw(ARRIVALS_POISSON, 9);

	(void)state;
	for (size_t i = 0; i < a->n; i++)
		assert_int_equal(a->request[i].due, b->request[i].due);
	assert_true(a->span != c->span);
	free(a);
	free(b);
	free(c);
}

// Each request is answered as it comes, or each late by so much.
static double unreached_when_late_by(uint64_t ns)
{
	struct arrivals *a = draw(ARRIVALS_EVEN, 5);
	struct wl_run r = {0};
	double share;

	a->request[0].service = a->span / 2;
	for (size_t i = 0; i < a->n; i++)
		a->request[i].answered = a->request[i].due + ns;
	arrivals_keep(a, &r);
	arrivals_report(a, &r);
	assert_string_equal(r.metric[r.n_metric - 1].name, "unreached");
	share = r.metric[r.n_metric - 1].value;
	free(a);
	return share;
}

static void test_a_rate_that_is_not_reached_is_said(void **state)
{
	struct arrivals *a = draw(ARRIVALS_EVEN, 5);
	uint64_t span = a->span;

	(void)state;
	free(a);
	assert_true(unreached_when_late_by(0) == 0);
	assert_true(unreached_when_late_by(span / 2) ==
	            0); // the longest takes so long
	assert_true(unreached_when_late_by(span * 2 / 3) == 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_even_gaps_are_alike),
		cmocka_unit_test(test_poisson_gaps_vary_as_much_as_their_mean),
		cmocka_unit_test(test_uniform_gaps_vary_less),
		cmocka_unit_test(test_on_off_gaps_vary_more),
		cmocka_unit_test(test_nothing_is_due_in_an_off_phase),
		cmocka_unit_test(test_a_seed_gives_the_same),
		cmocka_unit_test(test_a_rate_that_is_not_reached_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
