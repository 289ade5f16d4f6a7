// test_progress.c - the estimate of the time that remains.
#include "../progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define S UINT64_C(1000000000)

static void check(size_t done, size_t total, uint64_t now, const char *want)
{
	struct progress p = {.total = total, .done = done, .started = 100 * S};
	char eta[32];

	assert_string_equal(progress_eta(&p, now, eta, sizeof eta), want);
}

static void test_eta(void **state)
{
	(void)state;
	check(0, 10, 105 * S, "-");
	check(5, 10, 110 * S, "10s");
	check(10, 10, 110 * S, "0s");
	check(1, 10, 110 * S, "1m30s");
	check(1, 1001, 110 * S, "2h46m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_eta)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
