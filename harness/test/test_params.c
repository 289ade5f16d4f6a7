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
	err = params_set(w, WL_SMALL, &list, strict, 0, value);
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

static const struct wl_param offers[] = {
	{WL_LOAD, "1", "percent", 0, 100, {50, 60, 70}},
	{WL_RATE, WL_RATE_UNIT, "requests", 0, WL_RATE_MAX, {0, 0, 0}},
	{.name = NULL},
};

static const struct workload open_loop = {.name = "open", .params = offers};

// Of load and rate one is 0, and is not told of.
static void check_offer(const char *const *given, int64_t load, int64_t rate)
{
	struct words list = {0};
	int64_t v[WL_PARAMS_MAX] = {0};
	json_t *told;

	for (; *given; given++)
		assert_int_equal(words_add(&list, *given, strlen(*given)), 0);
	assert_int_equal(params_set(&open_loop, WL_SMALL, &list, true, 0, v), 0);
	assert_int_equal(v[0], load);
	assert_int_equal(v[1], rate);
	told = params_json(&open_loop, v);
	assert_int_equal(json_object_get(told, WL_LOAD) != NULL, load > 0);
	assert_int_equal(json_object_get(told, WL_RATE) != NULL, rate > 0);
	json_decref(told);
	words_free(&list);
}

static void test_a_rate_takes_the_place_of_a_load(void **state)
{
	char *both[] = {(char[]){"load=7"}, (char[]){"rate=9"}};
	struct words list = {both, 2};
	int64_t v[WL_PARAMS_MAX] = {0};

	(void)state;
	check_offer((const char *[]){NULL}, 60, 0);
	check_offer((const char *[]){"load=7", NULL}, 7, 0);
	check_offer((const char *[]){"rate=2k", NULL}, 0, 2000);
	check_offer((const char *[]){"rate=0", "load=7", NULL}, 7, 0);
	check_offer((const char *[]){"load=0", "rate=9", NULL}, 0, 9);
	assert_int_equal(params_set(&open_loop, WL_SMALL, &list, true, 0, v),
	                 -EINVAL);
	params_put(&open_loop, 0, 5, v);
	params_put(&open_loop, 1, 6, v);
	assert_int_equal(v[0], 0);
	assert_int_equal(v[1], 6);
	assert_true(params_given(&list, WL_RATE));
	assert_false(params_given(&list, "rat"));
}

// The choices are all combinations, each once; who runs one point takes one value.
static void test_choices(void **state)
{
	char *given[] = {(char[]){"calls=9"}, (char[]){"calls=1,2,3"},
	                 (char[]){"latency=10us,20us"}};
	struct words list = {given, 3};
	int64_t v[WL_PARAMS_MAX];
	int seen[4][3] = {{0}};

	(void)state;
	assert_int_equal(params_values(&work, &list, 0), 3);
	assert_int_equal(params_values(&work, &list, 1), 2);
	assert_int_equal(params_choices(&work, &list), 6);
	assert_int_equal(params_choices(&bare, &list), 1);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(params_set(&work, WL_SMALL, &list, false, i, v),
		                 0);
		seen[v[0]][v[1] / 10000]++;
	}
	for (int i = 1; i <= 3; i++)
		assert_true(seen[i][1] == 1 && seen[i][2] == 1);
	assert_int_equal(set(&work, "calls=1,2", true, v), -EINVAL);
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
	assert_int_equal(params_check(&both, "n=3,45"), 0);
	assert_int_equal(params_check(&both, "n=3,46"), -EINVAL);
	assert_int_equal(params_check(&both, "n=3,"), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_override),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_a_rate_takes_the_place_of_a_load),
		cmocka_unit_test(test_choices),
		cmocka_unit_test(test_anothers_parameter_may_pass),
		cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
