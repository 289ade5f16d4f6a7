// test_params.c - a workload's parameters: defaults, overrides, refusals.
#include "../params.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct wl_param table[] = {
	{"calls", "1", "how many", 1, 100, {1, 2, 3}},
	{"latency", "ns", "of each", 0, 1000000000, {10, 20, 30}},
	{.name = NULL},
};

static const struct workload work = {.name = "work", .params = table};
static const struct workload bare = {.name = "bare"};

static int set(const struct workload *w, const char *given, bool strict,
               int64_t *value)
{
	struct words list = {0};
	int err;

	if (given)
		assert_int_equal(words_add(&list, given, strlen(given)), 0);
	err = params_set(w, WL_SMALL, &list, strict, value);
	words_free(&list);
	return err;
}

static void test_defaults(void **state)
{
	int64_t v[WL_PARAMS_MAX] = {0};

	(void)state;
	assert_int_equal(set(&work, NULL, true, v), 0);
	assert_int_equal(v[0], 2);
	assert_int_equal(v[1], 20);
	assert_int_equal(set(&bare, NULL, true, v), 0);
}

static void test_override(void **state)
{
	int64_t v[WL_PARAMS_MAX] = {0};

	(void)state;
	assert_int_equal(set(&work, "latency=2ms", true, v), 0);
	assert_int_equal(v[0], 2);
	assert_int_equal(v[1], 2000000);
}

static void test_refused(void **state)
{
	int64_t v[WL_PARAMS_MAX];

	(void)state;
	assert_int_equal(set(&work, "call=3", true, v), -EINVAL);
	assert_int_equal(set(&work, "callss=3", true, v), -EINVAL);
	assert_int_equal(set(&work, "calls=0", true, v), -EINVAL);
	assert_int_equal(set(&work, "calls=101", true, v), -EINVAL);
	assert_int_equal(set(&work, "calls=x", true, v), -EINVAL);
	assert_int_equal(set(&work, "calls=2ms", true, v), -EINVAL);
	assert_int_equal(set(&bare, "calls=3", true, v), -EINVAL);
}

static void test_anothers_parameter_may_pass(void **state)
{
	int64_t v[WL_PARAMS_MAX];

	(void)state;
	assert_int_equal(set(&work, "other=3", false, v), 0);
	assert_int_equal(v[0], 2);
}

// One workload that knows the parameter is enough, and its limits count.
static void test_check(void **state)
{
	char *names[] = {(char[]){"null"}, (char[]){"fib"}};
	struct words both = {names, 2}, first = {names, 1}, none = {0};

	(void)state;
	assert_int_equal(params_check(&both, "n=3"), 0);
	assert_int_equal(params_check(&both, "n=99999"), -EINVAL);
	assert_int_equal(params_check(&both, "nn=3"), -EINVAL);
	assert_int_equal(params_check(&first, "n=3"), -EINVAL);
	assert_int_equal(params_check(&none, "nn=3"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_override),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_anothers_parameter_may_pass),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
