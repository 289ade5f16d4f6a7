// test_gomaxprocs.c - GOMAXPROCS as Go reads it, and its limit here.
#include "../gomaxprocs.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static void check(const char *text, int err, int want)
{
	int procs = -1;

	assert_int_equal(gomaxprocs_parse(text, &procs), err);
	assert_int_equal(procs, want);
}

static void test_parse(void **state)
{
	(void)state;
	check("1", 0, 1);
	check("4096", 0, 4096);
	// As in Go, these count as not set.
	check(NULL, 0, 0);
	check("", 0, 0);
	check("0", 0, 0);
	check("-1", 0, 0);
	check("-99999999999999999999", 0, 0);
	check("x", 0, 0);
	check("2x", 0, 0);
	check("+2", 0, 0);
	check(" 2", 0, 0);
	check("4097", -EINVAL, 0);
	check("99999999999999999999", -EINVAL, 0);
}

static void check_default(const char *text, int cpus, int err, int want)
{
	int procs = -1;

	if (text)
		setenv("GOMAXPROCS", text, 1);
	else
		unsetenv("GOMAXPROCS");
	assert_int_equal(gomaxprocs_default(cpus, &procs), err);
	if (!err)
		assert_int_equal(procs, want);
	unsetenv("GOMAXPROCS");
}

static void test_default(void **state)
{
	(void)state;
	check_default(NULL, 6, 0, 6);
	check_default("3", 6, 0, 3);
	check_default("0", 6, 0, 6);
	check_default("5000", 6, -EINVAL, 0);
	check_default(NULL, 0, 0, 1);
	check_default(NULL, 9999, 0, 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
