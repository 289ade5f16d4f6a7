// disturbed_test.c - trials that had company: marked in every format, counted in a
// comparison, and left out when that is asked for.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sample.h"
#include "scratch.h"

#include <results/compare.h>
#include <results/samples.h>
#include <results/samples_json.h>
#include <string.h>

enum { REPS = 8 };

static char err[512];

// read_store reads one with a trial of each repetition, of which the last ones are
// disturbed and tell less.
static struct samples read_store(const char *name, int disturbed)
{
	struct samples s = {0};
	struct store *store;
	struct store_point p = sample_point(2, 0);
	int64_t id;
	if (store_create(scratch_path(name), &sample_experiment, &store, err, 512))
		fail_msg("%s", err);
	assert_int_equal(store_point(store, &p, &id), 0);
	for (int rep = 0; rep < REPS; rep++) {
		bool bad = rep >= REPS - disturbed;
		const struct store_metric m = {"throughput", "op/s", "higher",
		                               bad ? 50 + rep : 100 + rep};
		const struct store_trial t = {
			.point = id,
			.rep = rep,
			.doc = bad ? "{\"noise\":{\"disturbed\":true}}" : "{}",
			.metric = &m,
			.n_metric = 1,
		};
		assert_int_equal(store_add(store, &t), 0);
	}
	store_close(store);
	if (samples_read(&s, scratch_path(name), err, sizeof err))
		fail_msg("%s", err);
	assert_int_equal(s.n, 1);
	return s;
}

static void test_leave_out(void **state)
{
	(void)state;
	struct samples s = read_store("leave", 3);
	const struct samples_row *r = &s.row[0];
	assert_int_equal(r->n, REPS);
	assert_int_equal(r->disturbed, 3);
	assert_true(r->marked[REPS - 1] && !r->marked[0]);
	samples_leave_out(&s);
	assert_int_equal(r->n, REPS - 3);
	assert_int_equal(r->disturbed, 0);
	assert_int_equal(r->left_out, 3);
	assert_int_equal(s.values, REPS - 3);
	assert_true(r->value[REPS - 4] == 100 + REPS - 4);
	assert_int_equal(samples_drop(&s, "procs"), 0);
	assert_int_equal(s.row[0].left_out, 3);
	for (int i = 0; i < 100; i++) // the room that is left is not too little
		assert_int_equal(samples_add(&s, &s.row[0], i), 0);
	samples_free(&s);
}

static char *written(const struct samples *s,
                     int (*write)(const struct samples *s, FILE *out))
{
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	assert_int_equal(write(s, out), 0);
	fclose(out);
	return text;
}

static void test_json(void **state)
{
	(void)state;
	struct samples s = read_store("json", 2), back = {0}, fewer = {0};
	char *text = written(&s, samples_json_write);
	assert_int_equal(samples_json_read(&back, text, err, sizeof err), 0);
	free(text);
	assert_int_equal(back.row[0].disturbed, 2);
	assert_memory_equal(back.row[0].marked, s.row[0].marked, REPS);
	samples_leave_out(&back);
	text = written(&back, samples_json_write);
	assert_int_equal(samples_json_read(&fewer, text, err, sizeof err), 0);
	free(text);
	assert_int_equal(fewer.row[0].n, REPS - 2);
	assert_int_equal(fewer.row[0].left_out, 2);
	samples_free(&s);
	samples_free(&back);
	samples_free(&fewer);
}

// What dyno run --json prints has the mark, too.
static void test_trial(void **state)
{
	(void)state;
	struct samples s = {0};
	const char text[] =
		"{\"workload\":\"fib\",\"outcome\":\"ok\",\"params\":{},"
		"\"noise\":{\"disturbed\":true},\"metrics\":[{\"name\":"
		"\"throughput\",\"unit\":\"op/s\",\"better\":"
		"\"higher\",\"value\":1}]}";
	assert_int_equal(samples_json_read(&s, text, err, sizeof err), 0);
	assert_int_equal(s.row[0].disturbed, 1);
	samples_free(&s);
}

static void test_csv(void **state)
{
	(void)state;
	struct samples s = read_store("csv", 1);
	char *text = written(&s, samples_csv_write);
	assert_non_null(strstr(text, "host,value,disturbed\r\n"));
	assert_non_null(strstr(text, ",100,0\r\n"));
	assert_non_null(strstr(text, ",57,1\r\n"));
	free(text);
	samples_free(&s);
}

static char *compared(struct samples *a, struct samples *b,
                      int (*write)(const struct comparison *c, FILE *out))
{
	const struct compare_options o = {
		.label_a = "a", .label_b = "b", .alpha = 0.05};
	struct comparison c;
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	assert_int_equal(compare_samples(a, b, &o, &c, err, sizeof err), 0);
	assert_int_equal(write(&c, out), 0);
	fclose(out);
	compare_free(&c);
	return text;
}

static bool says(struct samples *a, struct samples *b,
                 int (*write)(const struct comparison *c, FILE *out),
                 const char *what)
{
	char *text = compared(a, b, write);
	bool is = strstr(text, what);
	free(text);
	return is;
}

// Half a side that was disturbed seems to be a change, until it is left out.
static void test_compare(void **state)
{
	(void)state;
	struct samples a = read_store("a", 0), b = read_store("b", 5);
	assert_true(says(&a, &b, compare_print, "worse"));
	assert_true(says(&a, &b, compare_print, "0 and 5 disturbed\n"));
	assert_true(says(&a, &b, compare_print, "--without-disturbed"));
	assert_true(says(&a, &b, compare_markdown, "0 and 5 disturbed "));
	assert_true(says(&a, &b, compare_csv, ",0,5,0,0\r\n"));
	assert_true(says(&a, &b, compare_json, "\"disturbed\": 5"));
	samples_leave_out(&b);
	assert_false(says(&a, &b, compare_print, "worse"));
	assert_true(says(&a, &b, compare_print, "0 and 5 disturbed left out\n"));
	assert_false(says(&a, &b, compare_print, "--without-disturbed"));
	assert_true(says(&a, &b, compare_csv, ",0,0,0,5\r\n"));
	assert_true(says(&a, &b, compare_json, "\"left_out\": 5"));
	samples_free(&a);
	samples_free(&b);
}

// Nothing is left: that is said, and nothing divided by it.
static void test_all_disturbed(void **state)
{
	(void)state;
	struct samples a = read_store("some", 0), b = read_store("all", REPS);
	samples_leave_out(&b);
	assert_true(says(&a, &b, compare_print, "no values, 0 and 8 disturbed"));
	assert_true(says(&a, &b, compare_json, "\"change\": null"));
	samples_free(&a);
	samples_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_leave_out),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_trial),
		cmocka_unit_test(test_csv),
		cmocka_unit_test(test_compare),
		cmocka_unit_test(test_all_disturbed),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
