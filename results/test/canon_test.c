// canon_test.c - JSON objects compared, and their first difference named.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <results/canon.h>
#include <stdlib.h>
#include <string.h>

static void test_order_of_keys(void **state)
{
	(void)state;
	char why[100];
	char *a = canon_object("{\"b\": [1, 2], \"a\": {\"y\":1, \"x\":2}}",
	                       why, sizeof why);
	assert_string_equal(a, "{\"a\":{\"x\":2,\"y\":1},\"b\":[1,2]}");
	free(a);
}

static void test_rubbish(void **state)
{
	(void)state;
	static const char *const bad[] = {"",
	                                  "[1]",
	                                  "{",
	                                  "{\"a\":1}x",
	                                  "7",
	                                  "{\"a\":1,\"a\":2}",
	                                  "{\"\xff\":1}"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char why[100] = "";
		assert_null(canon_object(bad[i], why, sizeof why));
		assert_true(*why);
	}
}

static void assert_difference(const char *a, const char *b, const char *want)
{
	char where[256];
	assert_true(canon_differ(a, b, where, sizeof where));
	assert_string_equal(where, want);
}

static void test_differences(void **state)
{
	(void)state;
	char where[100];
	assert_false(canon_differ("{\"a\":1}", "{\"a\":1}", where, sizeof where));
	assert_difference("{\"p\":[1,2]}", "{\"p\":[1,2,4]}",
	                  "p: [1, 2] there, [1, 2, 4] here");
	assert_difference("{\"a\":1,\"b\":1}", "{\"a\":1}",
	                  "b: 1 there, nothing here");
	assert_difference("{\"a\":1}", "{\"a\":1,\"b\":null}",
	                  "b: nothing there, null here");
	assert_difference("{\"o\":{\"i\":{\"x\":1}}}",
	                  "{\"o\":{\"i\":{\"x\":2}}}", "o.i.x: 1 there, 2 here");
	// The first of several, in the order of the alphabet.
	assert_difference("{\"b\":1,\"c\":1}", "{\"b\":2,\"c\":2}",
	                  "b: 1 there, 2 here");
}

// A long value is cut off, and a short buffer is not overrun.
static void test_short_of_room(void **state)
{
	(void)state;
	char a[400] = "{\"k\":\"", where[40];
	memset(a + 6, 'x', 300);
	strcpy(a + 306, "\"}");
	assert_true(canon_differ(a, "{\"k\":1}", where, sizeof where));
	assert_int_equal(strlen(where), sizeof where - 1);
	char wide[300];
	assert_true(canon_differ(a, "{\"k\":1}", wide, sizeof wide));
	assert_non_null(strstr(wide, "xxx... there, 1 here"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_of_keys),
		cmocka_unit_test(test_rubbish),
		cmocka_unit_test(test_differences),
		cmocka_unit_test(test_short_of_room),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
