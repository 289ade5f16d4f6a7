// summary_test.c - a store summed up: samples, counters, figures, the table.
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
#include <results/summary.h>
#include <string.h>

static char err[512];

static struct store *created(const char *name)
{
	struct store *s = NULL;
	if (store_create(scratch_path(name), &sample_experiment, &s, err, 512))
		fail_msg("%s", err);
	return s;
}

static int64_t point(struct store *s, const char *workload, const char *policy,
                     int procs, int m_cap)
{
	struct store_point p = sample_point(procs, m_cap);
	int64_t id;
	p.workload = workload;
	p.policy = policy;
	assert_int_equal(store_point(s, &p, &id), 0);
	return id;
}

static void fail_trial(struct store *s, int64_t id, int rep,
                       enum store_outcome outcome, const char *message)
{
	// A failed trial's number must not get into a median.
	const struct store_metric m = {"throughput", "op/s", "higher", 1e12};
	struct store_trial t = {
		.point = id,
		.rep = rep,
		.outcome = outcome,
		.message = message,
		.doc = "{\"scheduler\":{\"spins\":1e9}}",
		.metric = &m,
		.n_metric = 1,
	};
	assert_int_equal(store_add(s, &t), 0);
}

static struct summary loaded(struct store *s)
{
	struct summary sum;
	if (summary_load(s, &sum, err, sizeof err))
		fail_msg("%s", err);
	store_close(s);
	return sum;
}

static void test_samples(void **state)
{
	(void)state;
	struct store *s = created("samples");
	int64_t two = point(s, "fib", "go1.27", 2, 0);
	int64_t one = point(s, "fib", "go1.27", 1, 0);
	const double v[] = {20, 22, 19, 21, 18, 40};
	for (int i = 0; i < 6; i++)
		assert_int_equal(sample_add(s, two, i, v[i]), 0);
	assert_int_equal(sample_add(s, one, 0, 10), 0);
	fail_trial(s, two, 6, STORE_CRASH, "SIGSEGV");
	fail_trial(s, two, 7, STORE_WRONG, "fib(30) is 7");
	struct summary sum = loaded(s);
	assert_int_equal(sum.n_point, 2);
	assert_int_equal(sum.n_trial, 9);
	assert_int_equal(sum.outcome[STORE_OK], 7);
	assert_int_equal(sum.outcome[STORE_CRASH], 1);
	const struct summary_point *p = &sum.point[1]; // P=1 comes first
	assert_int_equal(p->procs, 2);
	assert_int_equal(p->n, 6);
	assert_int_equal(p->n_trial, 8);
	assert_true(p->median == 20.5);
	assert_false(p->interval.range);
	assert_int_equal(p->n_outlier, 1);
	assert_true(sum.trial[5].outlier);
	assert_string_equal(p->unit, "call/s");
	assert_string_equal(p->setting, "n=30");
	assert_true(summary_speedup(&sum, p) == 2.05);
	assert_true(sum.point[0].interval.range);
	assert_true(isnan(sum.point[0].cv));
	summary_free(&sum);
}

static void add_doc(struct store *s, int64_t id, int rep, const char *doc)
{
	struct store_trial t = {.point = id, .rep = rep, .doc = doc};
	assert_int_equal(store_add(s, &t), 0);
}

// Documents that lack things or have them wrong leave them unknown.
static void test_documents(void **state)
{
	(void)state;
	struct store *s = created("documents");
	int64_t id = point(s, "fib", "go1.27", 1, 0);
	add_doc(s, id, 0,
	        "{\"op\":\"call\",\"scheduler\":{\"spins\":3,\"odd\":\"x\"},"
	        "\"counters\":[{\"name\":\"cpu-time\",\"source\":\"rusage\","
	        "\"unit\":\"s\",\"value\":0.5},{\"name\":7},9,null],"
	        "\"environment\":{\"hostname\":\"box\"},"
	        "\"noise\":{\"foreign_cpu_s\":0.25,\"steal_s\":\"much\"}}");
	add_doc(s, id, 1, "{\"scheduler\":{\"spins\":5}}");
	add_doc(s, id, 2, "{\"scheduler\":[1],\"noise\":3,\"op\":9}");
	add_doc(s, id, 3, "rubbish \xff");
	add_doc(s, id, 4, NULL);
	fail_trial(s, id, 5, STORE_CRASH, "");
	struct summary sum = loaded(s);
	const struct summary_point *p = &sum.point[0];
	const struct summary_counter *spins = summary_find(p, "spins");
	assert_non_null(spins);
	assert_int_equal(spins->n, 2); // absent is absent, and not a zero
	assert_true(spins->median == 4);
	assert_string_equal(summary_find(p, "cpu-time")->source, "rusage");
	assert_null(summary_find(p, "odd"));
	assert_string_equal(p->op, "call");
	assert_string_equal(sum.trial[0].hostname, "box");
	assert_true(sum.trial[0].foreign_cpu_s == 0.25);
	assert_true(isnan(sum.trial[0].steal_s));
	assert_true(isnan(sum.trial[3].foreign_cpu_s));
	assert_int_equal(p->n, 0);
	assert_true(isnan(p->median));
	summary_free(&sum);
}

static void test_print(void **state)
{
	(void)state;
	struct store *s = created("print");
	int64_t one = point(s, "fib", "go1.27", 1, 0);
	int64_t two = point(s, "fib", "go1.27", 2, 4);
	for (int i = 0; i < 6; i++)
		assert_int_equal(sample_add(s, one, i, 1e6 + 1e4 * i), 0);
	assert_int_equal(sample_add(s, two, 0, 2e6), 0);
	fail_trial(s, two, 1, STORE_TIMEOUT, "stopped\nafter \x1b[31m30 s");
	struct summary sum = loaded(s);
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	assert_int_equal(summary_print(&sum, SUMMARY_TEXT, out), 0);
	fclose(out);
	assert_string_equal(
		text,
		"fib n=30 (an op is a call)\n"
		"\n"
		"policy  P  M cap  median          95 % interval     x P=1  n     CV\n"
		"------  -  -----  --------------  ----------------  -----  -  -----\n"
		"go1.27  1   none  1.025 M call/s  1.005 .. 1.045     1.00  6  1.8 %\n"
		"go1.27  2      4  2.000 M call/s  2.000 .. 2.000 *         1"
		"         1 of 2 without a number\n"
		"\n"
		"* smallest and largest: fewer than 6 trials give no 95 % interval of "
		"a median\n"
		"timeout: fib go1.27 P=2 M cap 4, repetition 1: stopped after ?[31m30 "
		"s\n");
	free(text);
	summary_free(&sum);
}

// A harness sums up the store that it has just written, and may go on writing.
// Quotas and pins stand in one table and one figure, and each has its own P=1.
static void test_quotas_are_an_axis(void **state)
{
	static const char *const params[] = {
		"{\"n\":30,\"quota_mcpu\":1500}",
		"{\"n\":30}",
		"{\"n\":30,\"quota_mcpu\":500}",
		"{\"n\":30,\"quota_mcpu\":500,\"pin\":\"core\"}",
	};
	(void)state;
	struct store *s = created("quotas");
	for (int i = 0; i < 8; i++) {
		struct store_point p = sample_point(1 + i % 2, 0);
		int64_t id;
		p.params = params[i / 2];
		assert_int_equal(store_point(s, &p, &id), 0);
		assert_int_equal(sample_add(s, id, 0, 1 + i), 0);
	}
	struct summary sum = loaded(s);
	const int64_t order[] = {500, 1500, 0, 500}; // none last, pinned apart
	for (int i = 0; i < 8; i++) {
		assert_int_equal(sum.point[i].quota, order[i / 2]);
		assert_string_equal(sum.point[i].pin, i < 6 ? "" : "core");
		assert_string_equal(sum.point[i].setting, "n=30");
	}
	assert_true(summary_speedup(&sum, &sum.point[1]) == 6. / 5);
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	assert_int_equal(summary_print(&sum, SUMMARY_TEXT, f), 0);
	fclose(f);
	assert_non_null(strstr(text, "P  M cap  quota  pin"));
	assert_non_null(strstr(text, "1.5"));
	free(text);
	struct figure *figure;
	assert_int_equal(figures_plan(&sum, &figure), 1);
	free(figure);
	summary_free(&sum);
}

// A program has neither policy nor M cap to tell.
static void test_a_program_has_fewer_columns(void **state)
{
	(void)state;
	struct store *s = created("program");
	struct store_point p = sample_point(2, 0);
	int64_t id;
	p.subject = "program";
	p.policy = "-";
	assert_int_equal(store_point(s, &p, &id), 0);
	assert_int_equal(sample_add(s, id, 0, 1), 0);
	struct summary sum = loaded(s);
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	assert_int_equal(summary_print(&sum, SUMMARY_TEXT, f), 0);
	fclose(f);
	assert_non_null(strstr(text, "\n\nP  median"));
	assert_null(strstr(text, "none"));
	free(text);
	summary_free(&sum);
}

static void add_noisy(struct store *s, int64_t point, int rep, bool disturbed)
{
	const struct store_metric metric = {"throughput", "op/s", "higher", 7};
	struct store_trial t = {
		.point = point,
		.rep = rep,
		.doc = disturbed ? "{\"scheduler\":{\"spins\":7},"
	                           "\"noise\":{\"disturbed\":true}}"
	                         : "{\"scheduler\":{\"spins\":9}}",
		.metric = &metric,
		.n_metric = 1,
	};
	assert_int_equal(store_add(s, &t), 0);
}

// Disturbed trials give no number, unless most of a point's are disturbed.
static void test_disturbed(void **state)
{
	(void)state;
	struct store *s = created("disturbed");
	int64_t few = point(s, "fib", "go1.27", 1, 0);
	int64_t most = point(s, "fib", "go1.27", 2, 0);
	for (int i = 0; i < 4; i++) {
		add_noisy(s, few, i, i == 3);
		add_noisy(s, most, i, i > 0);
	}
	struct summary sum = loaded(s);
	assert_int_equal(sum.point[0].n_disturbed, 1);
	assert_int_equal(sum.point[0].n, 3);
	assert_int_equal(summary_find(&sum.point[0], "spins")->n, 3);
	assert_false(sum.point[0].disturbed_used);
	assert_int_equal(sum.point[1].n_disturbed, 3);
	assert_int_equal(sum.point[1].n, 4);
	assert_int_equal(summary_find(&sum.point[1], "spins")->n, 4);
	assert_true(sum.point[1].disturbed_used);
	summary_free(&sum);
}

static void test_own_store(void **state)
{
	(void)state;
	struct store *s = created("own");
	struct store_point p = sample_point(1, 0);
	struct summary sum;
	int64_t id;
	char *text;
	size_t n;
	p.subject = "./prog";
	assert_int_equal(store_point(s, &p, &id), 0);
	assert_int_equal(sample_add(s, id, 0, 1), 0);
	assert_int_equal(summary_load(s, &sum, err, sizeof err), 0);
	assert_int_equal(sample_add(s, id, 1, 1), 0);
	FILE *out = open_memstream(&text, &n);
	assert_int_equal(summary_print(&sum, SUMMARY_TEXT, out), 0);
	fclose(out);
	assert_non_null(strstr(text, "fib n=30, ./prog (an op is a call)\n"));
	free(text);
	summary_free(&sum);
	store_close(s);
}

static void test_empty(void **state)
{
	(void)state;
	struct summary sum = loaded(created("empty"));
	struct figure *f = NULL;
	assert_int_equal(sum.n_point + sum.n_trial, 0);
	assert_int_equal(figures_plan(&sum, &f), 0);
	free(f);
	summary_free(&sum);
}

//---------------------------------------------------------------------------
// Which figures
//---------------------------------------------------------------------------

static struct summary crossed(const char *name, int n_policy, int n_procs,
                              int n_cap)
{
	struct store *s = created(name);
	for (int i = 0; i < n_policy * n_procs * n_cap; i++) {
		char policy[16];
		snprintf(policy, sizeof policy, "p%d", i / n_procs / n_cap);
		int cap = i % n_cap ? 4 << (i % n_cap) : 0;
		int64_t id = point(s, "a/b", policy, 1 + i / n_cap % n_procs,
		                   cap);
		assert_int_equal(sample_add(s, id, 0, i + 1), 0);
	}
	return loaded(s);
}

static void assert_figures(const char *name, int n_policy, int n_procs,
                           int n_cap, ssize_t n, const char *stems)
{
	struct summary sum = crossed(name, n_policy, n_procs, n_cap);
	struct figure *f = NULL;
	char all[1024] = "";
	assert_int_equal(figures_plan(&sum, &f), n);
	for (ssize_t i = 0; i < n; i++) {
		strcat(all, f[i].stem);
		strcat(all, " ");
	}
	assert_string_equal(all, stems);
	free(f);
	summary_free(&sum);
}

static void test_figures(void **state)
{
	(void)state;
	assert_figures("f1", 3, 3, 1, 1, "1-a-b-procs ");
	assert_figures("f2", 2, 1, 3, 1, "1-a-b-m-cap ");
	assert_figures("f3", 2, 3, 3, 2, "1-a-b-procs 1-a-b-m-cap ");
	assert_figures("f4", 1, 1, 1, 0, "");
	// Nine lines are too many: a figure for each value of the other axis.
	assert_figures("f5", 3, 2, 3, 4,
	               "1-a-b-procs-at-8 1-a-b-procs-at-16 1-a-b-procs-at-0 "
	               "1-a-b-m-cap ");
	// Of ten values, four are picked, the ends among them.
	assert_figures("f7", 1, 10, 2, 5,
	               "1-a-b-procs 1-a-b-m-cap-at-1 1-a-b-m-cap-at-4 "
	               "1-a-b-m-cap-at-7 1-a-b-m-cap-at-10 ");
}

// A point without a number makes no figure and no tick.
static void test_figures_of_failures(void **state)
{
	(void)state;
	struct store *s = created("f6");
	int64_t one = point(s, "fib", "go1.27", 1, 0);
	int64_t two = point(s, "fib", "go1.27", 2, 0);
	assert_int_equal(sample_add(s, one, 0, 1), 0);
	fail_trial(s, two, 0, STORE_CRASH, "");
	struct summary sum = loaded(s);
	struct figure *f = NULL;
	assert_int_equal(figures_plan(&sum, &f), 0);
	free(f);
	summary_free(&sum);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_program_has_fewer_columns),
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_quotas_are_an_axis),
		cmocka_unit_test(test_disturbed),
		cmocka_unit_test(test_own_store),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_figures),
		cmocka_unit_test(test_figures_of_failures),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
