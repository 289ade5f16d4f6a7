// test_plan.c - points are every combination, and a plan survives JSON.
#include "../plan.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void ask(struct request *r, const char *workloads, const char *procs,
                const char *caps)
{
	request_init(r);
	assert_int_equal(request_workloads(r, workloads), 0);
	assert_int_equal(request_procs(r, procs), 0);
	assert_int_equal(request_m_cap(r, caps), 0);
}

static void test_every_combination(void **state)
{
	struct request r;
	struct plan p;

	(void)state;
	ask(&r, "fib,block", "1,2", "none,2,4");
	assert_int_equal(request_policy(&r, "go1.27"), 0);
	assert_int_equal(request_policy(&r, "go1.27,steal=none"), 0);
	assert_int_equal(plan_make(&p, &r), 0);
	assert_int_equal(p.n, 2 * 2 * 2 * 3);
	assert_int_equal(p.skipped, 0);
	for (size_t i = 0; i < p.n; i++)
		for (size_t j = 0; j < i; j++)
			assert_false(p.point[i].workload == p.point[j].workload &&
			             p.point[i].policy == p.point[j].policy &&
			             p.point[i].procs == p.point[j].procs &&
			             p.point[i].m_cap == p.point[j].m_cap);
	plan_free(&p);
	request_free(&r);
}

static void test_caps_below_procs_are_skipped(void **state)
{
	struct request r;
	struct plan p;

	(void)state;
	ask(&r, "fib", "1,2,4", "none,2");
	assert_int_equal(plan_make(&p, &r), 0);
	assert_int_equal(p.n, 5);
	assert_int_equal(p.skipped, 1);
	plan_free(&p);
	request_free(&r);
	ask(&r, "fib", "4", "2,3");
	assert_int_equal(plan_make(&p, &r), -EINVAL);
	request_free(&r);
}

static void test_a_parameter_must_belong_to_one(void **state)
{
	struct request r;
	struct plan p;

	(void)state;
	ask(&r, "fib,null", "1", "none");
	assert_int_equal(request_param(&r, "n=21"), 0);
	assert_int_equal(plan_make(&p, &r), 0);
	assert_int_equal(p.point[0].param[0], 21);
	plan_free(&p);
	assert_int_equal(request_param(&r, "nn=21"), 0);
	assert_int_equal(plan_make(&p, &r), -EINVAL);
	request_free(&r);
}

// Several values make an axis, of the workloads that have the parameter.
static void test_parameters_are_an_axis(void **state)
{
	int seen[3][2] = {{0}};
	struct request r, again;
	struct plan p;
	json_t *json;
	char *text;

	(void)state;
	ask(&r, "fib,null", "1,2", "none");
	assert_int_equal(request_param(&r, "n=9"), 0); // the last one counts
	assert_int_equal(request_param(&r, "n=20,21,22"), 0);
	assert_int_equal(plan_make(&p, &r), 0);
	assert_int_equal(p.n, 3 * 2 + 2);
	for (size_t i = 0; i < p.n; i++)
		if (strcmp(p.point[i].name, "fib") == 0)
			seen[p.point[i].param[0] - 20][p.point[i].procs - 1]++;
	for (int i = 0; i < 3; i++)
		assert_true(seen[i][0] == 1 && seen[i][1] == 1);
	json = plan_json(&p);
	text = json_dumps(json, 0);
	plan_free(&p);
	request_init(&again);
	assert_int_equal(plan_read(text, &again), 0);
	assert_int_equal(plan_make(&p, &again), 0);
	assert_int_equal(p.n, 3 * 2 + 2);
	plan_free(&p);
	request_free(&again);
	free(text);
	json_decref(json);
	request_free(&r);
	// So many that counting them would run over.
	ask(&r, "block", "1", "none");
	for (int i = 0; i < 4; i++) {
		static const char *const names[] = {"goroutines", "calls",
		                                    "latency", "work"};
		static char many[20000];
		int n = snprintf(many, sizeof many, "%s=1", names[i]);

		while (n < (int)sizeof many - 3)
			n += snprintf(many + n, 3, ",1");
		assert_int_equal(request_param(&r, many), 0);
	}
	assert_int_equal(plan_make(&p, &r), -EINVAL);
	request_free(&r);
}

static void test_default_procs(void **state)
{
	struct request r;
	struct plan p;

	(void)state;
	request_init(&r);
	assert_int_equal(request_workloads(&r, "fib"), 0);
	setenv("GOMAXPROCS", "3", 1);
	assert_int_equal(plan_make(&p, &r), 0);
	assert_int_equal(p.n, 1);
	assert_int_equal(p.point[0].procs, 3);
	plan_free(&p);
	request_free(&r);
	request_init(&r);
	assert_int_equal(request_workloads(&r, "fib"), 0);
	setenv("GOMAXPROCS", "4097", 1);
	assert_int_equal(plan_make(&p, &r), -EINVAL);
	unsetenv("GOMAXPROCS");
	request_free(&r);
}

static void test_json_there_and_back(void **state)
{
	struct request r, again;
	struct plan p, q;
	json_t *first, *second;
	char *text;

	(void)state;
	ask(&r, "fib,block", "1-3", "none,8");
	assert_int_equal(request_policy(&r, "go1.27,preempt=none"), 0);
	assert_int_equal(request_counters(&r, "cpu-time,page-faults"), 0);
	assert_int_equal(request_duration(&r, "123us"), 0);
	assert_int_equal(request_timeout(&r, "7s"), 0);
	assert_int_equal(request_reps(&r, "4"), 0);
	assert_int_equal(request_param(&r, "latency=2ms"), 0);
	assert_int_equal(request_size(&r, "tiny"), 0);
	assert_int_equal(request_max_threads(&r, "99"), 0);
	assert_int_equal(request_stack_guard(&r, "always"), 0);
	assert_int_equal(request_pin(&r, "compact"), 0);
	assert_int_equal(request_schedtrace(&r, "5ms"), 0);
	assert_int_equal(request_schedtrace_reps(&r, "2"), 0);
	request_pin_ps(&r, NULL);
	assert_int_equal(plan_make(&p, &r), 0);
	first = plan_json(&p);
	text = json_dumps(first, 0);
	request_init(&again);
	assert_int_equal(plan_read(text, &again), 0);
	assert_true(again.pin_ps);
	assert_int_equal(again.reps, 4);
	assert_int_equal(again.duration, 123000);
	assert_int_equal(again.max_threads, 99);
	assert_int_equal(again.stack_guard, DY_GUARD_ALWAYS);
	assert_string_equal(again.pin, "compact");
	assert_int_equal(again.schedtrace, 5000000);
	assert_int_equal(again.schedtrace_reps, 2);
	assert_memory_equal(again.counter, r.counter, sizeof r.counter);
	assert_int_equal(plan_make(&q, &again), 0);
	second = plan_json(&q);
	assert_true(json_equal(first, second));
	json_decref(first);
	json_decref(second);
	free(text);
	plan_free(&p);
	plan_free(&q);
	request_free(&r);
	request_free(&again);
}

// A rate is an axis, and the plan of a search for one says where it begins.
static void test_rates(void **state)
{
	struct request r, again;
	struct plan p, q;
	json_t *first, *second, *params;
	char *text;

	(void)state;
	ask(&r, "bimodal", "1,2", "none");
	assert_int_equal(request_rate(&r, "1k,2.5k"), 0);
	assert_int_equal(plan_make(&p, &r), 0);
	assert_int_equal(p.n, 4);
	assert_int_equal(plan_rate(&p.point[0]), 1000);
	assert_int_equal(plan_rate(&p.point[1]), 2500);
	params = point_params(&p, &p.point[1]);
	assert_int_equal(json_integer_value(json_object_get(params, "rate")),
	                 2500);
	assert_null(json_object_get(params, "load"));
	json_decref(params);
	first = plan_json(&p);
	text = json_dumps(first, 0);
	request_init(&again);
	assert_int_equal(plan_read(text, &again), 0);
	assert_int_equal(plan_make(&q, &again), 0);
	second = plan_json(&q);
	assert_true(json_equal(first, second));
	json_decref(first);
	json_decref(second);
	free(text);
	plan_free(&p);
	plan_free(&q);
	request_free(&r);
	request_free(&again);
}

static void test_hostile_json(void **state)
{
	static const char *const plans[] = {
		"",
		"[]",
		"{\"schema\":2}",
		"{\"schema\":1}",
		"{\"schema\":1,\"size\":\"tiny\",\"duration_ns\":\"x\"}",
		"{\"schema\":1,\"size\":{},\"duration_ns\":1}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof plans / sizeof *plans; i++) {
		struct request r;

		request_init(&r);
		assert_int_equal(plan_read(plans[i], &r), -EINVAL);
		request_free(&r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_combination),
		cmocka_unit_test(test_caps_below_procs_are_skipped),
		cmocka_unit_test(test_a_parameter_must_belong_to_one),
		cmocka_unit_test(test_parameters_are_an_axis),
		cmocka_unit_test(test_default_procs),
		cmocka_unit_test(test_json_there_and_back),
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_hostile_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
