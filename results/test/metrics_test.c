// metrics_test.c - trials that measure several things: a table and a figure of each.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sample.h"
#include "scratch.h"

#include <math.h>
#include <results/figures.h>
#include <results/file.h>
#include <results/report.h>
#include <results/summary.h>
#include <string.h>

#define PING "Ping-2 sec/op"

static char err[512];

static void add(struct store *s, int64_t point, int rep,
                const struct store_metric *metric, size_t n, bool disturbed)
{
	const struct store_trial t = {
		.point = point,
		.rep = rep,
		.doc = disturbed ? "{\"noise\":{\"disturbed\":true}}" : "{}",
		.metric = metric,
		.n_metric = n,
	};
	assert_int_equal(store_add(s, &t), 0);
}

static int64_t point(struct store *s, const char *workload, int procs)
{
	struct store_point p = sample_point(procs, 0);
	int64_t id;
	p.workload = workload;
	assert_int_equal(store_point(s, &p, &id), 0);
	return id;
}

// make_store makes one of a program that prints Go benchmarks, and of a workload
// that has only a throughput. The last trial of each point is disturbed.
static void make_store(const char *name)
{
	struct store *s;
	if (store_create(scratch_path(name), &sample_experiment, &s, err, 512))
		fail_msg("%s", err);
	for (int procs = 1; procs <= 2; procs++) {
		int64_t bench = point(s, "bench", procs);
		int64_t plain = point(s, "plain", procs);
		for (int rep = 0; rep < 7; rep++) {
			const double v = rep == 6 ? 1000 : rep;
			const struct store_metric m[] = {
				{"throughput", "op/s", "higher", 100 * procs + v},
				{PING, "sec/op", "lower", 1e-6 * (10 + v) / procs},
				{"<b>|hits", "1", "higher", 5 + v},
				{"threads_max", "1", "", 4},
			};
			add(s, bench, rep, m, 4, rep == 6);
			add(s, plain, rep, m, 1, rep == 6);
		}
	}
	store_close(s);
}

static struct summary loaded(const char *name)
{
	struct store *s;
	struct summary sum = {0};
	if (store_open(scratch_path(name), &s, err, sizeof err) ||
	    summary_load(s, &sum, err, sizeof err))
		fail_msg("%s", err);
	store_close(s);
	return sum;
}

static size_t metric_named(const struct summary *s, const char *name)
{
	for (size_t i = 0; i < s->n_metric; i++) {
		if (!strcmp(s->metric[i].name, name))
			return i;
	}
	fail_msg("no metric %s", name);
	return 0;
}

// A view has the numbers of its metric, by the same rules as the main one.
static void test_view(void **state)
{
	(void)state;
	make_store("view");
	struct summary sum = loaded("view"), ping;
	assert_string_equal(sum.seen.name, "throughput");
	assert_int_equal(sum.n_metric, 2); // what has no better side is no result
	const struct summary_counter *threads = summary_find(&sum.point[0],
	                                                     "threads_max");
	assert_non_null(threads);
	assert_true(threads->median == 4);
	assert_int_equal(summary_view(&sum, metric_named(&sum, PING), &ping), 0);
	assert_true(ping.seen.lower);
	assert_int_equal(ping.n_point, sum.n_point);
	const struct summary_point *two = &ping.point[1];
	assert_string_equal(two->workload, "bench");
	assert_string_equal(two->unit, "sec/op");
	assert_int_equal(two->n, 6);
	assert_int_equal(two->n_disturbed, 1);
	assert_true(fabs(two->median - 1e-6 * 12.5 / 2) < 1e-12);
	assert_true(fabs(summary_speedup(&ping, two) - 0.5) < 1e-9);
	assert_true(summary_measured(&ping, 0, 2));
	assert_false(summary_measured(&ping, 2, 2)); // the plain ones
	assert_true(sum.point[1].median == 202.5);
	summary_free(&ping);
	summary_free(&sum);
}

static char *printed(const struct summary *s, enum summary_form form, bool all)
{
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	assert_int_equal(all ? summary_print_all(s, form, out)
	                     : summary_print(s, form, out),
	                 0);
	fclose(out);
	return text;
}

static int times(const char *page, const char *what)
{
	int n = 0;
	for (; (page = strstr(page, what)); page++)
		n++;
	return n;
}

static void test_text(void **state)
{
	(void)state;
	make_store("text");
	struct summary sum = loaded("text");
	char *text = printed(&sum, SUMMARY_TEXT, true);
	assert_int_equal(times(text, "policy  P"), 4); // three, and one
	assert_non_null(strstr(text, "bench n=30: " PING " (lower is better)\n"));
	assert_non_null(strstr(text, "12.50 \u00b5 sec/op"));
	assert_non_null(strstr(text, "bench n=30: <b>|hits (higher is better)\n"));
	assert_non_null(strstr(text, "7.500 <b>|hits"));
	free(text);
	text = printed(&sum, SUMMARY_TEXT, false);
	assert_int_equal(times(text, "policy  P"), 2);
	free(text);
	summary_free(&sum);
}

// Markdown tables, in which a name is no markup.
static void test_markdown(void **state)
{
	(void)state;
	make_store("markdown");
	struct summary sum = loaded("markdown");
	char *text = printed(&sum, SUMMARY_MARKDOWN, true);
	assert_int_equal(times(text, "### "), 4);
	assert_int_equal(times(text, "| policy | P | M cap | median |"), 4);
	assert_int_equal(times(text, "\n|---|--:|--:|---|"), 4);
	assert_null(strchr(text, '<'));
	assert_non_null(strstr(text, "&#60;b&#62;&#124;hits"));
	free(text);
	summary_free(&sum);
}

// Each metric has its figure and its files; what ought to be low has no ideal.
static void test_report(void **state)
{
	(void)state;
	struct report r;
	make_store("report");
	if (report_write(scratch_path("report"), &r, err, sizeof err))
		fail_msg("%s", err);
	char *page = file_read(r.path, 1 << 24);
	assert_non_null(page);
	assert_int_equal(r.figures + r.undrawn, 4);
	assert_int_equal(times(page, "<h3>" PING "</h3>"), 1);
	assert_int_equal(times(page, "<h3>&lt;b&gt;|hits</h3>"), 1);
	assert_int_equal(times(page, "<p class=about>Lower is better."), 1);
	assert_int_equal(times(page, "<th class=n>most threads"), 1);
	free(page);
	struct summary sum = loaded("report"), ping;
	struct figure *f = NULL;
	char path[250], *script;
	assert_int_equal(summary_view(&sum, metric_named(&sum, PING), &ping), 0);
	assert_int_equal(figures_plan(&ping, &f), 1);
	assert_non_null(strstr(f->title, PING " against GOMAXPROCS"));
	snprintf(path, sizeof path, "report/plots/%s.gp", f->stem);
	script = file_read(scratch_path(path), 1 << 20);
	assert_non_null(script);
	assert_null(strstr(script, "ideal(x)"));
	free(script);
	script = file_read(scratch_path("report/plots/1-bench-procs.gp"),
	                   1 << 20);
	assert_non_null(script);
	assert_non_null(strstr(script, "ideal(x)"));
	free(script);
	free(f);
	summary_free(&ping);
	summary_free(&sum);
}

// Without a throughput, what is better on one side comes before what explains it.
static void test_main_metric(void **state)
{
	(void)state;
	const struct store_metric m[] = {{"a_mean", "1", "", 1},
	                                 {"requests", "1", "higher", 2},
	                                 {"latency", "s", "lower", 3},
	                                 {"throughput", "op/s", "higher", 4}};
	struct store_trial t = {.metric = m, .n_metric = 4};
	assert_true(store_main_metric(&t)->value == 4);
	t.n_metric = 3;
	assert_true(store_main_metric(&t)->value == 3);
	t.n_metric = 1;
	assert_true(store_main_metric(&t)->value == 1);
	t.n_metric = 0;
	assert_null(store_main_metric(&t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_view),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_main_metric),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
