// test_sieve.c - known primes, and that a wrong or missing one is found.
#include "../sieve.c"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "trial.h"

static void wrong_prime(struct wl_run *r)
{
	struct chain *c = r->state;

	c->filter[3].prime = 9;
}

static void missing_prime(struct wl_run *r)
{
	struct chain *c = r->state;

	c->filter[c->primes - 1].prime = 0;
}

static void test_spoiled_primes_are_found(void **state)
{
	(void)state;
	trial_assert_found(&wl_sieve, wrong_prime);
	trial_assert_found(&wl_sieve, missing_prime);
}

// The prime numbers' own counts: the 1229th is the last below 10000.
static void test_known_primes(void **state)
{
	enum { N = 1229 };
	struct chain *c = calloc(1, sizeof(*c) + N * sizeof(c->filter[0]));

	(void)state;
	assert_non_null(c);
	c->primes = N;
	fill_right(c);
	assert_int_equal(c->filter[0].right, 2);
	assert_int_equal(c->filter[24].right, 97);
	assert_int_equal(c->filter[167].right, 997);
	assert_int_equal(c->filter[1228].right, 9973);
	free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spoiled_primes_are_found),
		cmocka_unit_test(test_known_primes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
