// samples_test.c - rows by name, from stores and JSON.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "near.h"
#include "sample.h"
#include "scratch.h"

#include <errno.h>
#include <results/samples.h>
#include <results/samples_json.h>
#include <string.h>

static const struct samples_row fib = {.name = "Fib/n=30/policy=go1.27-2",
                                       .unit = "op/s",
                                       .group = "pkg: x\ncommit: 1\n",
                                       .host = "box"};

static void test_rows(void **state)
{
	(void)state;
	struct samples s = {0};
	struct samples_row like = fib;
	char name[32];
	assert_null(samples_find(&s, "A", "", ""));
	like.name = name;
	for (int i = 0; i < 3000; i++) {
		snprintf(name, sizeof name, "N%d", i % 1000);
		assert_int_equal(samples_add(&s, &like, i), 0);
	}
	assert_int_equal(s.n, 1000);
	const struct samples_row *r = samples_find(&s, "N7", "op/s", fib.group);
	assert_int_equal(r->n, 3);
	assert_near("in their order", r->value[2], 2007);
	assert_null(samples_find(&s, "N7", "", fib.group));
	assert_null(samples_find(&s, "N7", "op/s", ""));
	samples_free(&s);
}

static void test_hosts(void **state)
{
	(void)state;
	struct samples s = {0};
	struct samples_row like = fib;
	assert_int_equal(samples_add(&s, &like, 1), 0);
	assert_int_equal(samples_add(&s, &like, 2), 0);
	assert_false(s.row[0].mixed_hosts);
	like.host = "other";
	assert_int_equal(samples_add(&s, &like, 3), 0);
	assert_true(s.row[0].mixed_hosts);
	assert_int_equal(samples_drop(&s, "policy"), 0);
	assert_true(s.row[0].mixed_hosts);
	samples_free(&s);
}

static void test_limit(void **state)
{
	(void)state;
	struct samples s = {0};
	struct samples_row like = fib;
	char name[32];
	like.name = name;
	for (int i = 0; i < SAMPLES_ROWS; i++) {
		snprintf(name, sizeof name, "N%d", i);
		assert_int_equal(samples_add_failed(&s, &like, 1), 0);
	}
	strcpy(name, "one more");
	assert_int_equal(samples_add(&s, &like, 1), -E2BIG);
	samples_free(&s);
}

static void test_drop(void **state)
{
	(void)state;
	static const struct {
		const char *key, *name, *group;
	} all[] = {
		{"policy", "Fib/n=30-2", "pkg: x\ncommit: 1\n"},
		{"procs", "Fib/n=30/policy=go1.27", "pkg: x\ncommit: 1\n"},
		{"n", "Fib/policy=go1.27-2", "pkg: x\ncommit: 1\n"},
		{"commit", "Fib/n=30/policy=go1.27-2", "pkg: x\n"},
		{"pkg", "Fib/n=30/policy=go1.27-2", "commit: 1\n"},
		{"workload", "/n=30/policy=go1.27-2", "pkg: x\ncommit: 1\n"},
		{"pk", "Fib/n=30/policy=go1.27-2", "pkg: x\ncommit: 1\n"},
		{"pol", "Fib/n=30/policy=go1.27-2", "pkg: x\ncommit: 1\n"},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct samples s = {0};
		assert_int_equal(samples_add(&s, &fib, 1), 0);
		assert_int_equal(samples_add(&s, &fib, NAN), 0);
		assert_int_equal(samples_drop(&s, all[i].key), 0);
		assert_string_equal(s.row[0].name, all[i].name);
		assert_string_equal(s.row[0].group, all[i].group);
		assert_int_equal(s.row[0].failed, 1);
		samples_free(&s);
	}
}

static void test_names(void **state)
{
	(void)state;
	struct arena a = {0};
	const struct samples_point p = {.subject = "threads",
	                                .workload = "fib",
	                                .policy = "go1.27,steal=near",
	                                .params = "{\"z\":\"a b\",\"n\":30}",
	                                .procs = 1,
	                                .m_cap = 4};
	assert_string_equal(
		samples_name(&a, &p),
		"Fib/n=30/z=a_b/policy=go1.27,steal=near/mcap=4/subject=threads-1");
	const struct samples_point bare = {.subject = "program",
	                                   .workload = "",
	                                   .policy = "-",
	                                   .params = "no"};
	assert_string_equal(samples_name(&a, &bare), "");
	arena_free(&a);
}

static void test_metrics(void **state)
{
	(void)state;
	static const struct {
		const char *trial, *name, *unit, *row, *row_unit;
	} all[] = {
		{"T", "throughput", "op/s", "T", "op/s"},
		{"T", "p50", "s", "T", "p50-sec"},
		{"T", "operations", "1", "T", "operations"},
		{"T", "a b", "x y", "T", "a_b-x_y"},
		{"T", "Ping/n=1-2 sec/op", "sec/op", "Ping/n=1-2", "sec/op"},
		{"T", " sec/op", "sec/op", "T", "_sec_op-sec/op"},
		{"T", "sec/op", "sec/op", "T", "sec_op-sec/op"},
		{"T", "Ping ", "", "T", "Ping_"},
		{"T-2", "Ping-2 u", "u", "Ping-2", "u"},
		{"T-1", "Ping-2 u", "u", "Ping-2-1", "u"},
		{"T-1", "Ping u", "u", "Ping-1", "u"},
	};
	struct arena a = {0};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct samples_row r;
		assert_int_equal(samples_metric(&a, all[i].trial, all[i].name,
		                                all[i].unit, &r),
		                 0);
		assert_string_equal(r.name, all[i].row);
		assert_string_equal(r.unit, all[i].row_unit);
	}
	arena_free(&a);
}

// What a search found is a row of its own, named after the point without what was
// sought; one that found nothing is none.
static void test_what_was_found(void **state)
{
	(void)state;
	struct store *store;
	struct store_point p = sample_point(2, 0), none = sample_point(4, 0);
	char err[256];
	const char *dir = scratch_path("found");
	p.params = "{\"n\":30,\"rate\":4000}";
	assert_int_equal(store_create(dir, &sample_experiment, &store, err,
	                              sizeof err),
	                 0);
	struct store_found f = {.sought = "rate",
	                        .unit = "request/s",
	                        .promise = "p99<=200us",
	                        .end = "found",
	                        .highest = 4000};
	assert_int_equal(store_point(store, &p, &f.point), 0);
	assert_int_equal(store_add_found(store, &f), 0);
	f.highest = 0;
	assert_int_equal(store_point(store, &none, &f.point), 0);
	assert_int_equal(store_add_found(store, &f), 0);
	store_close(store);

	struct samples s = {0};
	assert_int_equal(samples_read(&s, dir, err, sizeof err), 0);
	assert_int_equal(s.n, 1);
	const struct samples_row *r = samples_find(
		&s, "Fib/n=30/slo=p99<=200us/policy=go1.27-2",
		"highest_rate-request/s", "");
	assert_non_null(r);
	assert_int_equal(r->better, SAMPLES_HIGHER);
	assert_string_equal(r->host, "box");
	assert_near("the rate", r->value[0], 4000);
	samples_free(&s);
}

static void test_store(void **state)
{
	(void)state;
	struct store *store;
	struct store_point p2 = sample_point(2, 0), p4 = sample_point(4, 8);
	int64_t id2, id4;
	char err[256];
	const char *dir = scratch_path("store");
	assert_int_equal(store_create(dir, &sample_experiment, &store, err,
	                              sizeof err),
	                 0);
	assert_int_equal(store_point(store, &p2, &id2), 0);
	assert_int_equal(store_point(store, &p4, &id4), 0);
	for (int rep = 0; rep < 3; rep++)
		assert_int_equal(sample_add(store, id2, rep, 100 + rep), 0);
	struct store_trial bad = {.point = id2, .rep = 3, .outcome = STORE_CRASH};
	assert_int_equal(store_add(store, &bad), 0);
	bad.point = id4;
	assert_int_equal(store_add(store, &bad), 0);
	store_close(store);

	struct samples s = {0};
	assert_int_equal(samples_read(&s, dir, err, sizeof err), 0);
	const struct samples_row *r = samples_find(
		&s, "Fib/n=30/policy=go1.27-2", "op/s", "");
	assert_non_null(r);
	assert_int_equal(r->n, 3);
	assert_int_equal(r->failed, 1);
	assert_int_equal(r->better, SAMPLES_HIGHER);
	assert_near("second", r->value[1], 101);
	r = samples_find(&s, "Fib/n=30/policy=go1.27/mcap=8-4", "op/s", "");
	assert_non_null(r);
	assert_int_equal(r->n, 0);
	assert_int_equal(r->failed, 1);
	size_t rows = s.n; // "rounds" is better on no side
	assert_int_equal(rows, 2);
	samples_free(&s);

	char file[sizeof scratch + 64];
	snprintf(file, sizeof file, "%s/" STORE_FILE, dir);
	assert_int_equal(samples_read(&s, file, err, sizeof err), 0);
	assert_int_equal(s.n, rows);
	samples_free(&s);
}

static int read_json(struct samples *s, const char *text, char *err)
{
	return samples_json_read(s, text, err, 256);
}

static void test_json_round_trip(void **state)
{
	(void)state;
	struct samples s = {0}, back = {0};
	char err[256], *text = NULL;
	size_t size;
	assert_int_equal(samples_add(&s, &fib, 0.1), 0);
	assert_int_equal(samples_add(&s, &fib, 1e-300), 0);
	assert_int_equal(samples_add_failed(&s, &fib, 5), 0);
	FILE *out = open_memstream(&text, &size);
	assert_int_equal(samples_json_write(&s, out), 0);
	fclose(out);
	assert_int_equal(read_json(&back, text, err), 0);
	const struct samples_row *r = samples_find(&back, fib.name, fib.unit,
	                                           fib.group);
	assert_non_null(r);
	assert_int_equal(r->n, 2);
	assert_int_equal(r->failed, 5);
	assert_string_equal(r->host, "box");
	assert_memory_equal(r->value, s.row[0].value, 2 * sizeof(double));
	samples_free(&s);
	samples_free(&back);
	free(text);
}

// What dyno run --json prints, twice in one file, and one that failed.
static void test_trials(void **state)
{
	(void)state;
	static const char text[] =
		"{\"workload\":\"fib\",\"subject\":\"dyno\",\"policy\":\"go1.27\","
		"\"procs\":2,\"m_cap\":null,\"params\":{\"n\":30},\"outcome\":\"ok\","
		"\"environment\":{\"hostname\":\"box\"},\"metrics\":["
		"{\"name\":\"throughput\",\"unit\":\"op/s\",\"better\":\"higher\","
		"\"value\":5}]}\n";
	static const char crash[] =
		"{\"workload\":\"fib\",\"subject\":\"dyno\",\"policy\":\"go1.27\","
		"\"procs\":2,\"params\":{\"n\":30},\"outcome\":\"crash\","
		"\"environment\":{\"hostname\":\"box\"}}";
	char all[2000], err[256];
	struct samples s = {0};
	snprintf(all, sizeof all, "%s%s%s", text, text, crash);
	assert_int_equal(read_json(&s, all, err), 0);
	assert_int_equal(s.n, 1);
	assert_string_equal(s.row[0].name, fib.name);
	assert_string_equal(s.row[0].host, "box");
	assert_int_equal(s.row[0].n, 2);
	assert_int_equal(s.row[0].failed, 1);
	assert_int_equal(s.row[0].better, SAMPLES_HIGHER);
	samples_free(&s);
}

static void test_bad_json(void **state)
{
	(void)state;
	static const struct {
		const char *text, *why;
	} all[] = {
		{"{", "document 1, line 1"},
		{"{}", "neither"},
		{"{\"dyno\":\"samples\"}", "schema"},
		{"{\"dyno\":\"samples\",\"schema\":2}", "schema"},
		{"{\"dyno\":\"samples\",\"schema\":1,\"rows\":[3]}", "rows[0]"},
		{"{\"dyno\":\"samples\",\"schema\":1,\"rows\":[{\"name\":\"x\"}]}",
	         "rows[0]"},
		{"{\"dyno\":\"samples\",\"schema\":1,\"rows\":[{\"name\":\"x\","
	         "\"values\":[1,\"2\"]}]}",
	         "rows[0]"},
		{"{\"workload\":3,\"outcome\":\"ok\"}", "neither"},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct samples s = {0};
		char err[256] = "";
		assert_int_equal(read_json(&s, all[i].text, err), -EINVAL);
		if (!strstr(err, all[i].why))
			fail_msg("%s: %s", all[i].text, err);
		samples_free(&s);
	}
}

static void test_bad_paths(void **state)
{
	(void)state;
	struct samples s = {0};
	char err[512];
	FILE *f = fopen(scratch_path("empty"), "w");
	fputs("PASS\n", f);
	fclose(f);
	assert_int_equal(samples_read(&s, scratch_path("none"), err, sizeof err),
	                 -ENOENT);
	assert_int_equal(samples_read(&s, scratch_path("empty"), err, sizeof err),
	                 -EINVAL);
	assert_non_null(strstr(err, "no results"));
	assert_int_equal(samples_read(&s, scratch, err, sizeof err), -ENOENT);
	samples_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_was_found),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_store),
		cmocka_unit_test(test_json_round_trip),
		cmocka_unit_test(test_trials),
		cmocka_unit_test(test_bad_json),
		cmocka_unit_test(test_bad_paths),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
