// test_checksum.c - the checksum sees what it is there to see.
#include "checksum.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

static uint64_t sum_of(const void *buf, size_t n)
{
	return checksum_add(CHECKSUM_START, buf, n);
}

// Of less than two bytes it is FNV-1a itself. Source: the test vectors of the
// FNV reference code.
static void test_reference_values(void **state)
{
	(void)state;
	assert_true(sum_of("", 0) == UINT64_C(0xcbf29ce484222325));
	assert_true(sum_of("a", 1) == UINT64_C(0xaf63dc4c8601ec8c));
}

static void test_every_bit_counts(void **state)
{
	uint8_t buf[21] = "twenty bytes of text";
	uint64_t right = sum_of(buf, sizeof(buf));

	(void)state;
	for (size_t bit = 0; bit < 8 * sizeof(buf); bit++) {
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_true(sum_of(buf, sizeof(buf)) != right);
		buf[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_true(sum_of(buf, sizeof(buf)) == right);
}

static void test_order_counts(void **state)
{
	(void)state;
	assert_true(sum_of("first...second..", 16) !=
	            sum_of("second..first...", 16));
}

static void test_goes_on_at_whole_words(void **state)
{
	static const char text[] = "sixteen bytes of text and some more";
	uint64_t sum = sum_of(text, 16);

	(void)state;
	sum = checksum_add(sum, text + 16, sizeof(text) - 16);
	assert_true(sum == sum_of(text, sizeof(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reference_values),
		cmocka_unit_test(test_every_bit_counts),
		cmocka_unit_test(test_order_counts),
		cmocka_unit_test(test_goes_on_at_whole_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
