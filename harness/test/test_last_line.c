// test_last_line.c - the last line that is not empty, wherever it stands.
#include "../last_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(const char *text, const char *line)
{
	char out[16];

	assert_string_equal(last_line_copy(text, out, sizeof out), line);
}

static void test_the_last_line_is_found(void **state)
{
	(void)state;
	expect("one", "one");
	expect("one\n", "one");
	expect("one\ntwo\n\n\n", "two");
	expect("one\n\ntwo", "two");
	expect("\n\none\n", "one");
}

static void test_nothing_is_no_line(void **state)
{
	(void)state;
	expect("", "");
	expect("\n\n", "");
}

static void test_a_long_line_is_cut(void **state)
{
	(void)state;
	expect("short\n0123456789abcdefghij\n", "0123456789abcde");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_last_line_is_found),
		cmocka_unit_test(test_nothing_is_no_line),
		cmocka_unit_test(test_a_long_line_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
