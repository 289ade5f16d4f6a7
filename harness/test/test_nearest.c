// test_nearest.c - distances between words, and the hints made from them.
#include "../nearest.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_distance(void **state)
{
	(void)state;
	assert_int_equal(nearest_distance("", ""), 0);
	assert_int_equal(nearest_distance("fib", "fib"), 0);
	assert_int_equal(nearest_distance("fib", "Fib"), 0);
	assert_int_equal(nearest_distance("", "fib"), 3);
	assert_int_equal(nearest_distance("fib", ""), 3);
	assert_int_equal(nearest_distance("fbi", "fib"), 1);
	assert_int_equal(nearest_distance("fibb", "fib"), 1);
	assert_int_equal(nearest_distance("fab", "fib"), 1);
	assert_int_equal(nearest_distance("kitten", "sitting"), 3);
	// A swapped pair is not edited again: ca, ac, abc would be two.
	assert_int_equal(nearest_distance("ca", "abc"), 3);
}

static void test_distance_of_endless_words(void **state)
{
	char a[4096], b[4096];

	(void)state;
	memset(a, 'a', sizeof a - 1);
	memset(b, 'b', sizeof b - 1);
	a[sizeof a - 1] = b[sizeof b - 1] = '\0';
	assert_int_equal(nearest_distance(a, b), NEAREST_WORD_MAX);
}

static const char *const names[] = {"fib", "uts", "imbalance", "echo", "block"};
enum { N = sizeof names / sizeof *names };

static void check(const char *word, const char *want)
{
	char hint[128];

	assert_string_equal(nearest_hint(word, names, N, hint, sizeof hint),
	                    want);
}

static void test_hint(void **state)
{
	(void)state;
	check("fibb", "did you mean fib?");
	check("imblance", "did you mean imbalance?");
	check("im", "did you mean imbalance?");
	check("blocking", "did you mean block?");
	check("zzzzzz", "valid are: fib, uts, imbalance, echo, block");
	check("", "valid are: fib, uts, imbalance, echo, block");
}

static void test_hint_of_several(void **state)
{
	static const char *const axes[] = {"one", "none", "near", "ones"};
	char hint[128];

	(void)state;
	nearest_hint("onee", axes, 4, hint, sizeof hint);
	assert_string_equal(hint, "did you mean one or ones?");
}

static void test_hint_fits(void **state)
{
	char hint[24];

	(void)state;
	nearest_hint("zzzzzz", names, N, hint, sizeof hint);
	assert_string_equal(hint, "valid are: fib, ...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_distance_of_endless_words),
		cmocka_unit_test(test_hint),
		cmocka_unit_test(test_hint_of_several),
		cmocka_unit_test(test_hint_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
