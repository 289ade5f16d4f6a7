// test_rng.c - the random streams: the generator's reference values, and that
// streams differ.
#include "rng.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

// Source: the first outputs of the authors' splitmix64.c from state 1234567.
static void test_reference_values(void **state)
{
	static const uint64_t value[] = {
		UINT64_C(6457827717110365317),  UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423),  UINT64_C(4593380528125082431),
		UINT64_C(16408922859458223821),
	};
	struct rng r = {1234567};

	(void)state;
	for (size_t i = 0; i < sizeof(value) / sizeof(value[0]); i++)
		assert_true(rng_next(&r) == value[i]);
}

static void test_streams_differ(void **state)
{
	enum { N = 64 };
	struct rng a, b;

	(void)state;
	for (uint64_t i = 0; i < N; i++) {
		for (uint64_t j = 0; j < N; j++) {
			a = rng_stream(i / 8, i % 8);
			b = rng_stream(j / 8, j % 8);
			assert_true((rng_next(&a) == rng_next(&b)) == (i == j));
		}
	}
}

static void test_below_reaches_all_and_no_more(void **state)
{
	struct rng r = rng_stream(1, 2);
	unsigned seen = 0;

	(void)state;
	for (int i = 0; i < 200; i++) {
		uint64_t x = rng_below(&r, 7);

		assert_true(x < 7);
		seen |= 1u << x;
	}
	assert_int_equal(seen, 0x7f);
}

static void test_fill_writes_n_bytes(void **state)
{
	uint8_t whole[24], part[24];

	(void)state;
	for (size_t n = 0; n < sizeof(part); n++) {
		struct rng a = rng_stream(3, 4), b = a;

		rng_fill(&a, whole, sizeof(whole));
		memset(part, 0x55, sizeof(part));
		rng_fill(&b, part, n);
		assert_memory_equal(part, whole, n);
		for (size_t i = n; i < sizeof(part); i++)
			assert_int_equal(part[i], 0x55);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference_values),
		cmocka_unit_test(test_streams_differ),
		cmocka_unit_test(test_below_reaches_all_and_no_more),
		cmocka_unit_test(test_fill_writes_n_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
