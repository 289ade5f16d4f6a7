// test_document.c - what the real dyno-trial prints: the documented schema.
#include "command.h"

#include "../counters.h"

#include <dyno/stats.h>
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static json_t *doc;

static int set_up(void **state)
{
	const char *const argv[] = {DYNO_TRIAL,
	                            "imbalance",
	                            "--procs=2",
	                            "--m-cap=4",
	                            "--size=tiny",
	                            "--param=pieces=7",
	                            "--duration=100ms",
	                            "--seed=12345",
	                            "--work-rate=7654321",
	                            "--policy=go1.27,steal=one",
	                            NULL};
	static struct command_result r;

	(void)state;
	command_run(&r, argv);
	if (command_exit(&r) != 0)
		print_error("exit %d: %s\n", command_exit(&r), r.err);
	doc = json_loads(r.out, JSON_REJECT_DUPLICATES, NULL);
	return doc && command_exit(&r) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	json_decref(doc);
	return 0;
}

static const char *text(const char *key)
{
	const char *s = json_string_value(json_object_get(doc, key));

	assert_non_null(s);
	return s;
}

static json_int_t number(const char *key)
{
	assert_true(json_is_integer(json_object_get(doc, key)));
	return json_integer_value(json_object_get(doc, key));
}

static void test_what_was_run(void **state)
{
	const json_t *params = json_object_get(doc, "params");

	(void)state;
	assert_int_equal(number("schema"), 1);
	assert_string_equal(text("workload"), "imbalance");
	assert_string_equal(text("subject"), "dyno");
	assert_string_equal(text("engine"), "linux");
	assert_string_equal(text("policy"), "go1.27,steal=one");
	assert_int_equal(number("procs"), 2);
	assert_int_equal(number("m_cap"), 4);
	assert_int_equal(json_integer_value(json_object_get(params, "pieces")),
	                 7);
	assert_string_equal(text("size"), "tiny");
	assert_int_equal(number("seed"), 12345);
}

static void test_what_came_out(void **state)
{
	const json_t *metric = json_array_get(json_object_get(doc, "metrics"), 0);

	(void)state;
	assert_string_equal(text("outcome"), "ok");
	assert_string_equal(text("why"), "");
	assert_true(json_is_true(json_object_get(doc, "verified")));
	assert_true(number("rounds") >= 1);
	assert_string_equal(json_string_value(json_object_get(metric, "name")),
	                    "throughput");
	assert_string_equal(json_string_value(json_object_get(metric, "better")),
	                    "higher");
	assert_true(json_number_value(json_object_get(metric, "value")) > 0);
	assert_true(json_is_number(json_object_get(doc, "idle_cpu")));
	assert_true(json_number_value(json_object_get(doc, "idle_cpu")) >= 0);
}

// metric returns the value of a metric of a document, or -1.
static double metric_of(const json_t *document, const char *name)
{
	const json_t *metric;
	size_t i;

	json_array_foreach(json_object_get(document, "metrics"), i, metric)
	{
		if (strcmp(json_string_value(json_object_get(metric, "name")),
		           name) == 0)
			return json_number_value(json_object_get(metric, "value"));
	}
	return -1;
}

// What a parked goroutine takes is mostly what came with the rounds: a page of stack
// and its record.
static void test_memory_per_goroutine(void **state)
{
	const char *const argv[] = {
		DYNO_TRIAL,        "parked",
		"--procs=2",       "--size=tiny",
		"--duration=0ms",  "--param=goroutines=20000",
		"--counters=none", NULL};
	static struct command_result r;
	json_t *parked;
	double each, measured;

	(void)state;
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	parked = json_loads(r.out, JSON_REJECT_DUPLICATES, NULL);
	each = metric_of(parked, "memory_per_goroutine");
	measured = metric_of(parked, "bytes_per_goroutine");
	json_decref(parked);
	assert_true(metric_of(doc, "memory_per_goroutine") >= 0);
	assert_true(measured > 0 && each > measured / 2 && each < measured * 2);
}

static double overhead(const char *key)
{
	const json_t *told = json_object_get(doc, "overhead");

	assert_true(json_is_number(json_object_get(told, key)));
	return json_number_value(json_object_get(told, key));
}

// The shares are shares, and those of what is told for each round.
static void test_overhead(void **state)
{
	double n = (double)number("rounds"), seconds = metric_of(doc, "seconds");

	(void)state;
	assert_true(seconds > 0);
	assert_true(overhead("round_s") > 0);
	assert_true(overhead("in_rounds") > 0);
	assert_true(overhead("between_rounds") > 0 &&
	            overhead("between_rounds") < 1);
	assert_true(fabs(overhead("in_rounds") * seconds -
	                 n * overhead("round_s")) <= 1e-9 * n);
	// The section has the rounds, what passed between them, and the verifying.
	assert_true(overhead("between_rounds") *
	                    (seconds + n * overhead("between_s")) <=
	            n * overhead("between_s") + 1e-9);
}

// Only the timed rounds are counted, and all of each: seven goroutines a round.
// Ms are there from before.
static void test_scheduler_counts_the_rounds(void **state)
{
	const json_t *counts = json_object_get(doc, "scheduler");

	(void)state;
	for (size_t i = 0; dy_stats_name(i); i++)
		assert_true(json_is_integer(
			json_object_get(counts, dy_stats_name(i))));
	assert_int_equal(json_integer_value(json_object_get(counts, "spawns")),
	                 7 * number("rounds"));
	assert_int_equal(
		json_integer_value(json_object_get(counts, "m_created_main")), 1);
}

// Each counter is there with its source, or absent with a reason.
static void test_counters(void **state)
{
	const json_t *absent = json_object_get(doc, "counters_absent"), *c;
	const json_t *present = json_object_get(doc, "counters");
	size_t i;

	(void)state;
	json_array_foreach(present, i, c)
	{
		const char *name = json_string_value(json_object_get(c, "name"));
		int k = counters_find(name);

		assert_true(k >= 0);
		assert_string_equal(
			json_string_value(json_object_get(c, "source")),
			counter_source_name(
				counters_catalogue((size_t)k)->source));
		assert_true(json_is_number(json_object_get(c, "value")));
		assert_null(json_object_get(absent, name));
	}
	for (i = 0; counters_catalogue(i); i++)
		;
	assert_int_equal(json_array_size(present) + json_object_size(absent), i);
}

static void test_environment(void **state)
{
	const json_t *facts = json_object_get(doc, "environment");

	(void)state;
	assert_true(json_is_string(json_object_get(facts, "hostname")));
	assert_true(json_is_string(json_object_get(facts, "kernel")));
	assert_true(json_is_string(json_object_get(facts, "cpus_allowed")));
	assert_true(json_is_string(json_object_get(facts, "stack_guard")));
	assert_int_equal(json_integer_value(json_object_get(facts, "work_rate")),
	                 7654321);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_run),
		cmocka_unit_test(test_what_came_out),
		cmocka_unit_test(test_memory_per_goroutine),
		cmocka_unit_test(test_overhead),
		cmocka_unit_test(test_scheduler_counts_the_rounds),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_environment),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
