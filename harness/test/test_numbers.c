// test_numbers.c - numbers, durations, sizes and lists, good and hostile.
#include "../numbers.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void test_number(void **state)
{
	static const struct {
		const char *text;
		int err;
		int64_t v;
	} cases[] = {
		{"0", 0, 0},
		{"-3", 0, -3},
		{"+7", 0, 7},
		{"100", 0, 100},
		{"101", -ERANGE, 0},
		{"-11", -ERANGE, 0},
		{"", -EINVAL, 0},
		{" 1", -EINVAL, 0},
		{"1 ", -EINVAL, 0},
		{"0x10", -EINVAL, 0},
		{"1e3", -EINVAL, 0},
		{"--1", -EINVAL, 0},
		{"99999999999999999999", -ERANGE, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t v = 0;

		assert_int_equal(number_parse(cases[i].text, -10, 100, &v),
		                 cases[i].err);
		assert_int_equal(v, cases[i].v);
	}
}

static void test_overflow_is_no_number(void **state)
{
	int64_t v;

	(void)state;
	assert_int_equal(
		number_parse("9223372036854775807", INT64_MIN, INT64_MAX, &v), 0);
	assert_int_equal(number_parse("9223372036854775808", INT64_MIN,
	                              INT64_MAX, &v),
	                 -ERANGE);
	assert_int_equal(number_parse("-9223372036854775809", INT64_MIN,
	                              INT64_MAX, &v),
	                 -ERANGE);
}

static void test_duration(void **state)
{
	static const struct {
		const char *text;
		int err;
		uint64_t ns;
	} cases[] = {
		{"100ns", 0, 100},
		{"50us", 0, 50000},
		{"50µs", 0, 50000},
		{"1.5ms", 0, 1500000},
		{"2s", 0, 2000000000},
		{"1m", 0, 60000000000},
		{"1h", 0, UINT64_C(3600000000000)},
		{"0s", 0, 0},
		{"0.0000000001s", 0, 0},
		{"500", -EINVAL, 0},
		{"ms", -EINVAL, 0},
		{"1.ms", -EINVAL, 0},
		{"-1s", -EINVAL, 0},
		{"1 s", -EINVAL, 0},
		{"1sec", -EINVAL, 0},
		{"1s,2s", -EINVAL, 0},
		{"99999999999999999999s", -ERANGE, 0},
		{"9999999999h", -ERANGE, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint64_t ns = 0;

		assert_int_equal(number_duration(cases[i].text, &ns),
		                 cases[i].err);
		if (!cases[i].err)
			assert_int_equal(ns, cases[i].ns);
	}
}

static void test_unit(void **state)
{
	int64_t v;

	(void)state;
	assert_int_equal(number_with_unit("2ms", "ns", &v), 0);
	assert_int_equal(v, 2000000);
	assert_int_equal(number_with_unit("7", "ns", &v), 0);
	assert_int_equal(v, 7);
	assert_int_equal(number_with_unit("4KiB", "B", &v), 0);
	assert_int_equal(v, 4096);
	assert_int_equal(number_with_unit("4KB", "B", &v), -EINVAL);
	assert_int_equal(number_with_unit("2ms", "1", &v), -EINVAL);
	assert_int_equal(number_with_unit("-2", "1", &v), 0);
	assert_int_equal(v, -2);
	assert_int_equal(number_with_unit("1.5k", "1/s", &v), 0);
	assert_int_equal(v, 1500);
	assert_int_equal(number_with_unit("1.5", "1/s", &v), -EINVAL);
	assert_int_equal(number_with_unit("1K", "1/s", &v), -EINVAL);
	assert_int_equal(number_with_unit("1k", "1", &v), -EINVAL);
}

static void check_rates(const char *text, int err, size_t n, const int64_t *v)
{
	struct numbers list = {0};

	assert_int_equal(numbers_rates(&list, text, 2000000), err);
	if (!err) {
		assert_int_equal(list.n, n);
		assert_memory_equal(list.v, v, n * sizeof *v);
	}
	numbers_free(&list);
}

static void test_rates(void **state)
{
	(void)state;
	check_rates("500", 0, 1, (const int64_t[]){500});
	check_rates("1k,2.5k,2M", 0, 3, (const int64_t[]){1000, 2500, 2000000});
	check_rates("1k,1000", 0, 1, (const int64_t[]){1000});
	check_rates("0", -ERANGE, 0, NULL);
	check_rates("0.5k,0k", -ERANGE, 0, NULL);
	check_rates("-1", -ERANGE, 0, NULL);
	check_rates("3M", -ERANGE, 0, NULL);
	check_rates("99999999999999999999k", -ERANGE, 0, NULL);
	check_rates("", -EINVAL, 0, NULL);
	check_rates("1k,", -EINVAL, 0, NULL);
	check_rates("1k/s", -EINVAL, 0, NULL);
	check_rates("1-3", -EINVAL, 0, NULL);
}

static void check_list(const char *text, int err, size_t n, const int64_t *v)
{
	struct numbers list = {0};

	assert_int_equal(numbers_parse(&list, text, 1, 8, "none"), err);
	if (!err) {
		assert_int_equal(list.n, n);
		assert_memory_equal(list.v, v, n * sizeof *v);
	}
	numbers_free(&list);
}

static void test_list(void **state)
{
	(void)state;
	check_list("1,2,4", 0, 3, (const int64_t[]){1, 2, 4});
	check_list("1-4,8", 0, 5, (const int64_t[]){1, 2, 3, 4, 8});
	check_list("none,4", 0, 2, (const int64_t[]){0, 4});
	check_list("2,2,1-2", 0, 2, (const int64_t[]){2, 1});
	check_list("0", -ERANGE, 0, NULL);
	check_list("9", -ERANGE, 0, NULL);
	check_list("1-9", -ERANGE, 0, NULL);
	check_list("1-99999999999999999999", -ERANGE, 0, NULL);
	check_list("4-1", -EINVAL, 0, NULL);
	check_list("", -EINVAL, 0, NULL);
	check_list("1,", -EINVAL, 0, NULL);
	check_list("1,,2", -EINVAL, 0, NULL);
	check_list("1-", -EINVAL, 0, NULL);
	check_list("1-2-3", -EINVAL, 0, NULL);
	check_list("nonesuch", -EINVAL, 0, NULL);
}

static void test_none_may_be_forbidden(void **state)
{
	struct numbers list = {0};

	(void)state;
	assert_int_equal(numbers_parse(&list, "none", 1, 8, NULL), -EINVAL);
	numbers_free(&list);
}

static void test_words(void **state)
{
	struct words list = {0};

	(void)state;
	assert_int_equal(words_parse(&list, "fib,echo"), 0);
	assert_int_equal(list.n, 2);
	assert_int_equal(words_find(&list, "echo"), 1);
	assert_int_equal(words_find(&list, "ech"), -1);
	assert_int_equal(words_parse(&list, "a,,b"), -EINVAL);
	assert_int_equal(words_parse(&list, ""), -EINVAL);
	words_free(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number),
		cmocka_unit_test(test_overflow_is_no_number),
		cmocka_unit_test(test_duration),
		cmocka_unit_test(test_unit),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_none_may_be_forbidden),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
