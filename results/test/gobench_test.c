// gobench_test.c - Go benchmark text, read, refused and written.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "near.h"

#include <errno.h>
#include <results/gobench.h>
#include <stdlib.h>
#include <string.h>

static struct samples read_text(const char *text)
{
	struct samples s = {0};
	char *copy = strdup(text);
	assert_int_equal(gobench_read(&s, copy), 0);
	free(copy);
	return s;
}

static const struct samples_row *row(const struct samples *s, const char *name,
                                     const char *unit, const char *group)
{
	const struct samples_row *r = samples_find(s, name, unit, group);
	if (!r)
		fail_msg("no row %s in %s", name, unit);
	return r;
}

static void test_plain(void **state)
{
	(void)state;
	struct samples s = read_text(
		"goos: linux\ngoarch: amd64\npkg: example.com/x\ncpu: EPYC\n"
		"BenchmarkPing/m=4-2  \t 100\t 1234.5 ns/op\t 64.9 MB/s\t 810 p99-ns\r\n"
		"BenchmarkPing/m=4-2 100 1200 ns/op\n"
		"PASS\nok  \texample.com/x\t1.2s\n");
	const char *group = "goarch: amd64\ngoos: linux\npkg: example.com/x\n";
	assert_int_equal(s.n, 3);
	assert_int_equal(s.malformed, 0);
	const struct samples_row *time = row(&s, "Ping/m=4-2", "sec/op", group);
	assert_int_equal(time->n, 2);
	assert_close("ns", time->value[0], 1234.5e-9, 1e-15);
	assert_close("ns", time->value[1], 1200e-9, 1e-15);
	assert_string_equal(time->host, "EPYC");
	assert_int_equal(time->better, SAMPLES_LOWER);
	const struct samples_row *rate = row(&s, "Ping/m=4-2", "B/s", group);
	assert_near("MB", rate->value[0], 64.9e6);
	assert_int_equal(rate->better, SAMPLES_HIGHER);
	const struct samples_row *tail = row(&s, "Ping/m=4-2", "p99-sec", group);
	assert_close("p99", tail->value[0], 810e-9, 1e-15);
	assert_int_equal(tail->better, SAMPLES_UNKNOWN);
	samples_free(&s);
}

// Configuration holds until it changes; "key:" deletes; what is like a key but
// is none changes nothing.
static void test_configuration(void **state)
{
	(void)state;
	struct samples s = read_text("a: 1\nBenchmarkX 1 1 u\n"
	                             "b: 2\na:\nBad key: 3\nkEy: 4\nc:5\n"
	                             "BenchmarkX 1 2 u\n"
	                             "b: 3\nBenchmarkX 1 3 u\n");
	assert_near("a", row(&s, "X", "u", "a: 1\n")->value[0], 1);
	assert_near("b", row(&s, "X", "u", "b: 2\n")->value[0], 2);
	assert_near("b again", row(&s, "X", "u", "b: 3\n")->value[0], 3);
	assert_int_equal(s.n, 3);
	samples_free(&s);
}

static void test_units(void **state)
{
	(void)state;
	static const struct {
		const char *unit, *tidy;
		double value;
	} all[] = {
		{"ns/op", "sec/op", 3e-9},
		{"op/ns", "op/sec", 3e9},
		{"MB", "B", 3e6},
		{"x-ns/op", "x-sec/op", 3e-9},
		{"ns*MB", "sec*B", 3e-3},
		{"nsx", "nsx", 3},
		{"B/ns-MB", "B/sec-B", 3e15},
		{"-", "-", 3},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		char text[100];
		snprintf(text, sizeof text, "BenchmarkX 1 3 %s\n", all[i].unit);
		struct samples s = read_text(text);
		const struct samples_row *r = row(&s, "X", all[i].tidy, "");
		assert_true(fabs(r->value[0] / all[i].value - 1) < 1e-12);
		samples_free(&s);
	}
}

// What is said of a unit holds for results before it too.
static void test_better(void **state)
{
	(void)state;
	struct samples s = read_text("Unit a-ns better=lower\n"
	                             "BenchmarkX 1 1 a-ns 2 b 3 c/op 4 d\n"
	                             "Unit b better=higher assume=exact\n"
	                             "Unit c/op better=higher\nUnit\nUnit d\n");
	assert_int_equal(row(&s, "X", "a-sec", "")->better, SAMPLES_LOWER);
	assert_int_equal(row(&s, "X", "b", "")->better, SAMPLES_HIGHER);
	assert_int_equal(row(&s, "X", "c/op", "")->better, SAMPLES_HIGHER);
	assert_int_equal(row(&s, "X", "d", "")->better, SAMPLES_UNKNOWN);
	samples_free(&s);
}

static void test_not_results(void **state)
{
	(void)state;
	struct samples s = read_text("Benchmarking is fun 1 2 x\n"
	                             "BenchmarkAlone-8\n"
	                             "  BenchmarkIndented 1 2 x\n"
	                             "Benchmark 1 2 x\n");
	assert_int_equal(s.n, 1); // the last: a name may be empty
	assert_int_equal(s.malformed, 0);
	samples_free(&s);
}

static void test_malformed(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"BenchmarkX 1",          "BenchmarkX 1 2",
		"BenchmarkX 1 2 a 3",    "BenchmarkX 1.5 2 a",
		"BenchmarkX -1 2 a",     "BenchmarkX 1 2x a",
		"BenchmarkX 1 two a",    "BenchmarkX a b c",
		"BenchmarkX 1 2 a 3x b",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char text[100];
		snprintf(text, sizeof text, "ok\n%s\nBenchmarkY 1 2 a\n", bad[i]);
		struct samples s = read_text(text);
		assert_int_equal(s.malformed, 1);
		assert_int_equal(s.first_bad, 2);
		assert_int_equal(s.n, 1);
		samples_free(&s);
	}
}

static void test_no_numbers(void **state)
{
	(void)state;
	struct samples s = read_text("BenchmarkX 1 NaN a 1e999 b -Inf c 1 d\n");
	assert_int_equal(row(&s, "X", "a", "")->failed, 1);
	assert_int_equal(row(&s, "X", "b", "")->n, 0);
	assert_int_equal(row(&s, "X", "c", "")->failed, 1);
	assert_int_equal(row(&s, "X", "d", "")->failed, 0);
	samples_free(&s);
}

// Long lines, many fields, long units, many keys: passed over, in no more than
// the memory of the text.
static void test_bounds(void **state)
{
	(void)state;
	enum { SIZE = 200000 };
	char *text = malloc(SIZE);
	for (int kind = 0; kind < 5; kind++) {
		struct samples s = {0};
		size_t n = 0;
		memset(text, 'x', SIZE);
		n += (size_t)sprintf(text, "BenchmarkX 1 1 ");
		if (kind == 0) // a long unit
			text[n + 90000] = '\0';
		else if (kind == 1) // a long name
			text[12] = 'y', text[14] = 'y', text[100000] = '\0';
		else if (kind == 2) // many fields
			for (n = 13; n < 60000; n += 4)
				memcpy(text + n, "1 u ", 5);
		else if (kind == 3) // many keys
			for (n = 0; n < 150000;)
				n += (size_t)sprintf(text + n, "k%zu: v\n", n);
		else // deep units
			for (n = 15; n < 210; n += 3)
				memcpy(text + n, "ns/", 4);
		assert_int_equal(gobench_read(&s, text), 0);
		assert_int_equal(s.n, 0);
		samples_free(&s);
	}
	free(text);
}

static void test_round_trip(void **state)
{
	(void)state;
	struct samples s = read_text(
		"a: 1\nhost: box\nUnit p50-ns better=lower\n"
		"BenchmarkX-1 1 0.1 sec/op 7 p50-ns\nBenchmarkX-1 1 0.3 sec/op 8 p50-ns\n"
		"BenchmarkY-1 1 3e-300 sec/op\n"
		"a:\nb: 2\nBenchmarkX-1 1 5 sec/op\n");
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_int_equal(gobench_write(&s, out), 0);
	fclose(out);
	struct samples back = read_text(text);
	assert_int_equal(back.n, s.n);
	assert_int_equal(back.malformed, 0);
	for (size_t i = 0; i < s.n; i++) {
		const struct samples_row *r = &s.row[i];
		const struct samples_row *b = row(&back, r->name, r->unit,
		                                  r->group);
		assert_int_equal(b->n, r->n);
		assert_memory_equal(b->value, r->value, r->n * sizeof *r->value);
		assert_string_equal(b->host, r->host);
		assert_int_equal(b->better, r->better);
	}
	samples_free(&s);
	samples_free(&back);
	free(text);
}

// Names from elsewhere cannot break out of their field or line.
static void test_hostile_names(void **state)
{
	(void)state;
	const struct samples_row like = {.name = "x y\nBenchmarkZ 1 2 u",
	                                 .unit = "a b",
	                                 .group = "k: v\n",
	                                 .host = "box\npkg: evil"};
	struct samples s = {0};
	assert_int_equal(samples_add(&s, &like, 4), 0);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_int_equal(gobench_write(&s, out), 0);
	fclose(out);
	struct samples back = read_text(text);
	assert_int_equal(back.n, 1);
	assert_string_equal(back.row[0].name, "X_y_BenchmarkZ_1_2_u");
	assert_string_equal(back.row[0].unit, "a_b");
	assert_string_equal(back.row[0].group, "k: v\n");
	samples_free(&s);
	samples_free(&back);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_configuration),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_better),
		cmocka_unit_test(test_not_results),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_no_numbers),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_hostile_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
