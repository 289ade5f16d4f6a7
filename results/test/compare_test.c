// compare_test.c - comparisons: against benchstat's, and what must not be said.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "near.h"
#include "scratch.h"

#include <errno.h>
#include <results/compare.h>
#include <results/file.h>
#include <results/gobench.h>
#include <stdlib.h>
#include <string.h>

static const char before[] = "pkg: x\n"
			     "BenchmarkPing-2 1 101 ns/op 7 B/op\n"
			     "BenchmarkPing-2 1 99 ns/op 7 B/op\n"
			     "BenchmarkPing-2 1 103 ns/op 7 B/op\n"
			     "BenchmarkPing-2 1 98 ns/op 7 B/op\n"
			     "BenchmarkPing-2 1 100 ns/op 7 B/op\n"
			     "BenchmarkPing-2 1 102 ns/op 7 B/op\n"
			     "BenchmarkPong-2 1 51 ns/op\n"
			     "BenchmarkPong-2 1 50 ns/op\n"
			     "BenchmarkPong-2 1 53 ns/op\n"
			     "BenchmarkPong-2 1 52 ns/op\n"
			     "BenchmarkPong-2 1 49 ns/op\n"
			     "BenchmarkFew-2 1 10 ns/op\n"
			     "BenchmarkFew-2 1 11 ns/op\n"
			     "BenchmarkFew-2 1 12 ns/op\n"
			     "BenchmarkGone-2 1 5 ns/op\n";

static const char after[] = "pkg: x\n"
			    "BenchmarkPing-2 1 91 ns/op 7 B/op\n"
			    "BenchmarkPing-2 1 99 ns/op 7 B/op\n"
			    "BenchmarkPing-2 1 93 ns/op 7 B/op\n"
			    "BenchmarkPing-2 1 95 ns/op 7 B/op\n"
			    "BenchmarkPing-2 1 90 ns/op 7 B/op\n"
			    "BenchmarkPing-2 1 94 ns/op 7 B/op\n"
			    "BenchmarkPong-2 1 52 ns/op\n"
			    "BenchmarkPong-2 1 50 ns/op\n"
			    "BenchmarkPong-2 1 48 ns/op\n"
			    "BenchmarkPong-2 1 55 ns/op\n"
			    "BenchmarkPong-2 1 54 ns/op\n"
			    "BenchmarkPong-2 1 51 ns/op\n"
			    "BenchmarkFew-2 1 14 ns/op\n"
			    "BenchmarkFew-2 1 13 ns/op\n"
			    "BenchmarkFew-2 1 15 ns/op\n"
			    "BenchmarkNew-2 1 5 ns/op\n";

// What benchstat (golang.org/x/perf of 2026-09) says of the two.
static const struct {
	const char *name, *unit;
	double a, b, change; // NaN: none
	const char *p;
} benchstat[] = {
	{"Ping-2", "sec/op", 1.005e-07, 9.35e-08, -0.0697, "0.006"},
	{"Pong-2", "sec/op", 5.1e-08, 5.15e-08, NAN, "0.719"},
	{"Few-2", "sec/op", 1.1e-08, 1.4e-08, NAN, "0.100"},
	{"Gone-2", "sec/op", 5e-09, NAN, NAN, ""},
	{"New-2", "sec/op", NAN, 5e-09, NAN, ""},
	{"Ping-2", "B/op", 7, 7, NAN, "1.000"},
};
enum { BENCHSTAT = sizeof benchstat / sizeof *benchstat };

static struct samples read_text(const char *text)
{
	struct samples s = {0};
	char *copy = strdup(text);
	assert_int_equal(gobench_read(&s, copy), 0);
	free(copy);
	return s;
}

struct pair {
	struct samples a, b;
	struct comparison c;
	char err[256];
	int result;
};

static void pair_up(struct pair *p, const char *a, const char *b, bool mix)
{
	const struct compare_options o = {.label_a = "a.txt",
	                                  .label_b = "b|.txt",
	                                  .alpha = 0.05,
	                                  .mix_hosts = mix};
	p->a = read_text(a);
	p->b = read_text(b);
	p->result = compare_samples(&p->a, &p->b, &o, &p->c, p->err,
	                            sizeof p->err);
}

static void part(struct pair *p)
{
	compare_free(&p->c);
	samples_free(&p->a);
	samples_free(&p->b);
}

static void test_like_benchstat(void **state)
{
	(void)state;
	struct pair p;
	pair_up(&p, before, after, false);
	assert_int_equal(p.result, 0);
	assert_int_equal(p.c.n, BENCHSTAT);
	for (size_t i = 0; i < BENCHSTAT; i++) {
		const struct compare_row *r = &p.c.row[i];
		char text[32] = "";
		assert_string_equal(r->name, benchstat[i].name);
		assert_string_equal(r->unit, benchstat[i].unit);
		assert_close(r->name, r->a.median, benchstat[i].a, 1e-15);
		assert_close(r->name, r->b.median, benchstat[i].b, 1e-15);
		assert_int_equal(r->differs, !isnan(benchstat[i].change));
		if (r->differs)
			assert_close(r->name, r->change, benchstat[i].change,
			             5e-5);
		if (!isnan(r->p))
			snprintf(text, sizeof text, "%.3f", r->p);
		assert_string_equal(text, benchstat[i].p);
	}
	assert_int_equal(p.c.n_table, 2);
	assert_int_equal(p.c.table[0].both, 3);
	assert_close("geomean", p.c.table[0].geomean, 0.0614, 5e-5);
	assert_close("geomean", p.c.table[1].geomean, 0, 1e-15);
	part(&p);
}

static void test_notes(void **state)
{
	(void)state;
	struct pair p;
	pair_up(&p, before, after, false);
	const struct compare_row *ping = &p.c.row[0], *pong = &p.c.row[1];
	const struct compare_row *few = &p.c.row[2];
	assert_int_equal(ping->needed, 0);
	assert_int_equal(few->needed, 4);
	assert_int_equal(pong->needed, 0);
	// n=5+6, sd of the logs 0.0418: 2 sqrt(2/5.5) sd and a little more.
	assert_true(pong->detectable > 0.06 && pong->detectable < 0.1);
	assert_true(isnan(p.c.row[3].p));
	assert_int_equal(p.c.differ, 1);
	assert_int_equal(p.c.differ_holm, 1);
	assert_close("Holm of 4", ping->p_holm, 4 * ping->p, 1e-12);
	assert_true(ping->interval.low < ping->change &&
	            ping->change < ping->interval.high && !ping->interval.range);
	assert_true(pong->interval.range);
	part(&p);
}

// 2 / C(2n, n) is 0.0286 for 4 values a side and 0.0079 for 5.
static void test_needed(void **state)
{
	(void)state;
	struct pair p;
	struct comparison c;
	struct compare_options o = {.label_a = "", .label_b = ""};
	pair_up(&p, before, after, false);
	static const struct {
		double alpha;
		size_t needed;
	} all[] = {{0.3, 0}, {0.05, 4}, {0.02, 5}, {0.005, 6}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		o.alpha = all[i].alpha;
		assert_int_equal(compare_samples(&p.a, &p.b, &o, &c, p.err,
		                                 sizeof p.err),
		                 0);
		assert_int_equal(c.row[2].needed, all[i].needed);
		compare_free(&c);
	}
	part(&p);
}

static const char on_one[] = "cpu: one\nBenchmarkX 1 1 u\n";
static const char on_two[] = "cpu: two\nBenchmarkX 1 1 u\n";
static const char nowhere[] = "BenchmarkX 1 1 u\n";

static void test_machines(void **state)
{
	(void)state;
	struct pair p;
	pair_up(&p, on_one, on_two, false);
	assert_int_equal(p.result, -EXDEV);
	assert_non_null(strstr(p.err, "on one and on two"));
	part(&p);
	pair_up(&p, on_one, on_two, true);
	assert_int_equal(p.result, 0);
	part(&p);
	pair_up(&p, on_one, nowhere, false);
	assert_int_equal(p.result, 0);
	part(&p);
	char both[200];
	snprintf(both, sizeof both, "%s%s", on_one, on_two);
	pair_up(&p, both, nowhere, false);
	assert_int_equal(p.result, -EXDEV);
	part(&p);
}

static void test_no_ratio(void **state)
{
	(void)state;
	struct pair p;
	pair_up(&p, "BenchmarkX 1 0 u\nBenchmarkY 1 -1 u\nBenchmarkZ 1 NaN u\n",
	        "BenchmarkX 1 1 u\nBenchmarkY 1 1 u\nBenchmarkZ 1 1 u\n", false);
	assert_int_equal(p.result, 0);
	assert_true(isnan(p.c.row[0].change));
	assert_true(!isnan(p.c.row[0].p));
	assert_true(isnan(p.c.row[1].change));
	assert_true(isnan(p.c.row[2].p));
	assert_int_equal(p.c.row[2].a.row->failed, 1);
	assert_int_equal(p.c.table[0].both, 0);
	assert_true(isnan(p.c.table[0].geomean));
	part(&p);
	pair_up(&p, "", "", false);
	assert_int_equal(p.result, 0);
	assert_int_equal(p.c.n, 0);
	part(&p);
}

// written returns what write makes, also in the scratch file "written".
static char *written(const struct comparison *c,
                     int (*write)(const struct comparison *, FILE *))
{
	const char *path = scratch_path("written");
	FILE *out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(write(c, out), 0);
	fclose(out);
	char *text = file_read(path, 1 << 20);
	assert_non_null(text);
	return text;
}

static void test_text(void **state)
{
	(void)state;
	struct pair p;
	pair_up(&p, before, after, false);
	char *text = written(&p.c, compare_print);
	static const char *const lines[] = {
		"sec/op        ",
		"100.5n ± 2 %",
		"-6.97 % better",
		"p=0.006 n=6",
		"p=0.719 n=5+6",
		"needs 4 a side",
		"only here",
		"geomean of 3",
		"Of 4 rows 1 differ at p < 0.05",
	};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		if (!strstr(text, lines[i]))
			fail_msg("no '%s' in\n%s", lines[i], text);
	free(text);
	part(&p);
}

// What never differs says so, also where it is 0 and there is no ratio.
static void test_all_the_same(void **state)
{
	(void)state;
	struct pair p;
	pair_up(&p, "BenchmarkX 1 0 allocs/op\nBenchmarkX 1 0 allocs/op\n",
	        "BenchmarkX 1 0 allocs/op\nBenchmarkX 1 0 allocs/op\n", false);
	char *text = written(&p.c, compare_print);
	assert_non_null(strstr(text, "~       p=1.000 n=2  all the same"));
	free(text);
	part(&p);
	pair_up(&p, "BenchmarkX 1 0 allocs/op\n", "BenchmarkX 1 1 allocs/op\n",
	        false);
	text = written(&p.c, compare_print);
	assert_non_null(strstr(text, "no ratio: not all above 0"));
	free(text);
	part(&p);
}

static void test_markdown(void **state)
{
	(void)state;
	struct pair p;
	pair_up(&p, before, after, false);
	char *text = written(&p.c, compare_markdown), *line = text;
	// Every line of the first table has the same number of bars.
	line = strstr(text, "| sec/op");
	assert_non_null(line);
	for (int i = 0; i < 8; i++, line = strchr(line, '\n') + 1) {
		size_t bars = 0;
		for (char *c = line; *c != '\n'; c++)
			if (*c == '|')
				bars++;
		assert_int_equal(bars, 7);
	}
	free(text);
	part(&p);
}

static void assert_python_accepts(const char *script)
{
	char command[8192];
	if (system("command -v python3 >/dev/null") != 0) {
		print_message("skipped: python3 is not installed\n");
		skip();
	}
	snprintf(command, sizeof command, "python3 -c '%s' %s", script,
	         scratch_path("written"));
	assert_int_equal(system(command), 0);
}

static void test_json_is_read(void **state)
{
	(void)state;
	struct pair p;
	pair_up(&p, before, after, false);
	free(written(&p.c, compare_json));
	part(&p);
	assert_python_accepts("import json, sys\n"
	                      "d = json.load(open(sys.argv[1]))\n"
	                      "r = d[\"rows\"]\n"
	                      "assert len(r) == 6 and d[\"schema\"] == 1\n"
	                      "assert r[0][\"differs\"] is True\n"
	                      "assert r[0][\"a\"][\"n\"] == 6\n"
	                      "assert r[3][\"b\"] is None\n"
	                      "assert r[3][\"p\"] is None\n"
	                      "assert d[\"geomeans\"][0][\"n\"] == 3\n");
}

static void test_csv_is_read(void **state)
{
	(void)state;
	struct pair p;
	pair_up(&p, before, after, false);
	free(written(&p.c, compare_csv));
	part(&p);
	assert_python_accepts(
		"import csv, sys\n"
		"r = list(csv.DictReader(open(sys.argv[1], newline=\"\")))\n"
		"assert len(r) == 6, r\n"
		"assert r[0][\"name\"] == \"Ping-2\" and r[0][\"n_a\"] == \"6\"\n"
		"assert r[0][\"group\"] == \"pkg: x\\n\", r[0]\n"
		"assert r[3][\"median_b\"] == \"\" and r[3][\"n_b\"] == \"0\"\n"
		"assert len(r[0]) == 18\n");
}

// Bytes that are no UTF-8 do not cost the document.
static void test_bad_utf8(void **state)
{
	(void)state;
	struct pair p;
	pair_up(&p, "k: \xff\nBenchmarkX\xff 1 1 u\xff\n", "BenchmarkX 1 1 u\n",
	        false);
	char *text = written(&p.c, compare_json);
	assert_non_null(strstr(text, "\"X?\""));
	free(text);
	part(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_like_benchstat),
		cmocka_unit_test(test_notes),
		cmocka_unit_test(test_needed),
		cmocka_unit_test(test_machines),
		cmocka_unit_test(test_no_ratio),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_all_the_same),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_json_is_read),
		cmocka_unit_test(test_csv_is_read),
		cmocka_unit_test(test_bad_utf8),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
