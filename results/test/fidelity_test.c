// fidelity_test.c - the fidelity report: from stores, with reasons, as text and JSON.
#include "fidelity_made.h"
#include "sample.h"
#include "scratch.h"

#include <errno.h>

//---------------------------------------------------------------------------
// Stores
//---------------------------------------------------------------------------

static struct store *create(const char *name)
{
	struct store *s;
	char err[256];
	if (store_create(scratch_path(name), &sample_experiment, &s, err,
	                 sizeof err))
		fail_msg("%s", err);
	return s;
}

static void doc_of(const struct made *m, char *out, size_t size)
{
	int n = snprintf(out, size,
	                 "{\"go_version\":\"go1.27\",\"noise\":{"
	                 "\"foreign_cpu_s\":0.01,\"wall_s\":0.5}");
	if (strcmp(m->policy, "go") != 0)
		n += snprintf(out + n, size - (size_t)n,
		              ",\"scheduler\":{\"steals_won\":5,\"handoffs\":50}");
	if (m->threads)
		n += snprintf(out + n, size - (size_t)n,
		              ",\"schedtrace\":{\"threads\":{\"mean\":1,\"max\":%d},"
		              "\"spinning\":{\"mean\":0.1,\"max\":1},\"idle_ps\":"
		              "\"unknown\"}",
		              m->threads);
	snprintf(out + n, size - (size_t)n, "}");
}

static void add_trial(struct store *s, const struct made *m, int64_t point,
                      int rep, double mean)
{
	char doc[512];
	const struct store_metric metric[] = {
		{"throughput", "op/s", "higher",
	         mean * (1 + m->spread * off[rep % TRIALS])},
		{"operations", "1", "", 100},
		{"latency_p99", "s", "lower", m->p99},
	};
	bool failed = rep >= (m->trials ? m->trials : TRIALS);
	const struct store_trial t = {
		.point = point,
		.rep = rep,
		.outcome = failed ? STORE_CRASH : STORE_OK,
		.started = 1700000000000000,
		.seconds = 0.1,
		.seed = 1,
		.doc = doc,
		.metric = metric,
		.n_metric = failed       ? 0
	                    : m->p99 > 0 ? 3
	                                 : 2,
	};
	doc_of(m, doc, sizeof doc);
	assert_int_equal(store_add(s, &t), 0);
}

static void add_side(struct store *s, const char *workload, const struct made *m)
{
	for (int i = 0; i < PROCS; i++) {
		const struct store_point p = {.subject = "dyno",
		                              .workload = workload,
		                              .policy = m->policy,
		                              .procs = made_procs[i],
		                              .params = "{\"n\":8}"};
		int64_t id;
		assert_int_equal(store_point(s, &p, &id), 0);
		for (int j = 0;
		     j < (m->trials ? m->trials : TRIALS) + m->failed; j++)
			add_trial(s, m, id, j, m->at[i]);
	}
}

static void read_it(struct fidelity *f, const char *name)
{
	char err[512];
	*f = (struct fidelity){.n = 0};
	if (fidelity_read(f, scratch_path(name), err, sizeof err))
		fail_msg("%s", err);
	fidelity_judge(f);
}

// stored makes a store of two sides and judges it.
static void stored(struct fidelity *f, const char *name, struct made dyno,
                   struct made go)
{
	struct store *s = create(name);
	dyno.policy = "go1.27";
	go.policy = "go";
	add_side(s, "w", &dyno);
	add_side(s, "w", &go);
	store_close(s);
	read_it(f, name);
	assert_int_equal(f->n, 1);
}

static void test_what_agrees(void **state)
{
	struct fidelity f;
	(void)state;
	stored(&f, "agrees",
	       (struct made){.at = {110, 200, 205, 170},
	                     .spread = 0.02,
	                     .threads = 6,
	                     .p99 = 2e-3},
	       (struct made){
		       .at = RISING, .spread = 0.02, .threads = 5, .p99 = 3e-3});
	expect(&f, FIDELITY_SHAPE, FIDELITY_AGREES);
	expect(&f, FIDELITY_BEST_P, FIDELITY_AGREES);
	expect(&f, FIDELITY_THROUGHPUT, FIDELITY_AGREES);
	expect(&f, FIDELITY_P99, FIDELITY_AGREES);
	expect(&f, FIDELITY_P50, FIDELITY_ABSENT);
	expect(&f, FIDELITY_THREADS, FIDELITY_AGREES);
	expect(&f, FIDELITY_SPINNING, FIDELITY_AGREES);
	expect(&f, FIDELITY_IDLE_PS, FIDELITY_ABSENT);
	expect(&f, FIDELITY_STEALS, FIDELITY_UNKNOWN);
	expect(&f, FIDELITY_HANDOFFS, FIDELITY_UNKNOWN);
	expect_verdict(&f, FIDELITY_AGREES);
	assert_int_equal(f.workload[0].ranked, 4);
	assert_true(f.workload[0].tau > 0.9);
	assert_int_equal(f.workload[0].best[FIDELITY_DYNO], 4);
	assert_string_equal(f.go, "go1.27");
	// What is counted of ours is for each operation.
	assert_true(fabs(f.workload[0]
	                         .point[0]
	                         .cell[FIDELITY_HANDOFFS]
	                         .side[FIDELITY_DYNO]
	                         .median -
	                 0.5) < 1e-9);
	fidelity_free(&f);
}

static void test_too_few_is_undecided(void **state)
{
	struct fidelity f;
	(void)state;
	stored(&f, "few", (struct made){.at = RISING, .trials = 2, .failed = 1},
	       (struct made){.at = RISING});
	expect(&f, FIDELITY_SHAPE, FIDELITY_UNDECIDED);
	expect(&f, FIDELITY_BEST_P, FIDELITY_UNDECIDED);
	expect(&f, FIDELITY_THROUGHPUT, FIDELITY_UNDECIDED);
	expect_verdict(&f, FIDELITY_UNDECIDED);
	assert_int_equal(f.workload[0].point[0].failed[FIDELITY_DYNO], 1);
	assert_int_equal(f.trials, 4 * (3 + 6));
	fidelity_free(&f);
}

//---------------------------------------------------------------------------
// Reasons, texts
//---------------------------------------------------------------------------

static char *text_of(const struct fidelity *f,
                     int (*print)(const struct fidelity *f, FILE *out))
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(print(f, out), 0);
	fclose(out);
	return text;
}

static void contains(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in:\n%s", part, text);
}

static void test_reasons(void **state)
{
	struct fidelity_reason reason[] = {{.workload = "*",
	                                    .measure = FIDELITY_THROUGHPUT,
	                                    .text = "of all",
	                                    .line = 1},
	                                   {.workload = "w",
	                                    .measure = FIDELITY_THROUGHPUT,
	                                    .text = "of w",
	                                    .line = 2},
	                                   {.workload = "w",
	                                    .measure = FIDELITY_SHAPE,
	                                    .text = "gone",
	                                    .line = 3},
	                                   {.workload = "x",
	                                    .measure = FIDELITY_SHAPE,
	                                    .text = "?",
	                                    .line = 4}};
	struct fidelity f;
	char *text;
	(void)state;
	judged(&f, (struct made){.at = {300, 570, 600, 450}, .threads = 9},
	       (struct made){.at = RISING, .threads = 5});
	text = text_of(&f, fidelity_print);
	contains(text, "throughput differs: open");
	contains(text, "of 2 disagreements 2 are open");
	free(text);
	fidelity_explain(&f, reason, sizeof reason / sizeof *reason);
	text = text_of(&f, fidelity_print);
	contains(text, "throughput differs: of w");
	contains(text, "threads differs: open");
	contains(text, "of 2 disagreements 1 are open");
	contains(text, "stale (line 1): throughput of * does not differ");
	contains(text, "stale (line 3): shape of w does not differ");
	contains(text, "stale (line 4): shape of x was not measured");
	free(text);
	fidelity_free(&f);
}

static void test_tables(void **state)
{
	struct fidelity f;
	char *text;
	(void)state;
	judged(&f, (struct made){.at = {300, 570, 600, 450}, .threads = 9},
	       (struct made){.at = RISING, .threads = 5, .trials = 5});
	text = text_of(&f, fidelity_print);
	contains(text, "go1.27 against go1.26, 0 trials.");
	contains(text, "w         differs  1 of 4            4 / 4   3 .. 3");
	contains(text, "3 (3 .. 3)*");
	contains(text, "9 / 5");
	contains(text, "\nthroughput      0       1          0        0\n");
	contains(text, "\nsteals          0       0          0        1\n");
	contains(text, "0.05 / unknown");
	contains(text, "Dyno, Go");
	free(text);
	text = text_of(&f, fidelity_markdown);
	contains(text,
	         "| w | differs | 1 of 4 | 4 / 4 | 3 .. 3 | throughput (open), threads (open) |");
	contains(text, "### w  n=8: differs");
	free(text);
	fidelity_free(&f);
}

// What is written as JSON has the same report when it is read again.
static void test_json_is_the_data(void **state)
{
	struct fidelity f, again;
	char *text, *before, *after;
	FILE *out;
	(void)state;
	judged(&f,
	       (struct made){.at = {110, 200, 205, 170},
	                     .spread = 0.1,
	                     .threads = 6,
	                     .failed = 2},
	       (struct made){.at = RISING, .spread = 0.3, .p99 = 1e-3});
	text = text_of(&f, fidelity_json);
	before = text_of(&f, fidelity_markdown);
	contains(text, "\"unknown\"");
	out = fopen(scratch_path("data.json"), "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	read_it(&again, "data.json");
	after = text_of(&again, fidelity_markdown);
	assert_string_equal(before, after);
	free(text);
	free(before);
	free(after);
	fidelity_free(&f);
	fidelity_free(&again);
}

static void refuses(const char *text, const char *part)
{
	struct fidelity f = {.n = 0};
	char err[512] = "";
	FILE *out = fopen(scratch_path("bad.json"), "w");
	assert_non_null(out);
	fputs(text, out);
	fclose(out);
	assert_int_equal(fidelity_read(&f, scratch_path("bad.json"), err,
	                               sizeof err),
	                 -EINVAL);
	contains(err, part);
	fidelity_free(&f);
}

#define HEAD "{\"dyno\":\"fidelity\",\"schema\":1,\"workloads\":["
#define POINT \
	HEAD "{\"workload\":\"w\",\"setting\":\"\",\"points\":[{\"procs\":"

static void test_what_is_refused(void **state)
{
	struct fidelity f = {.n = 0};
	struct store *s = create("lonely");
	char err[512];
	(void)state;
	add_side(s, "w", &(struct made){.policy = "go1.27", .at = RISING});
	store_close(s);
	assert_int_equal(fidelity_read(&f, scratch_path("lonely"), err,
	                               sizeof err),
	                 -EINVAL);
	contains(err, "no trials of real Go");
	fidelity_free(&f);
	assert_int_equal(fidelity_read(&f, scratch_path("nowhere"), err,
	                               sizeof err),
	                 -ENOENT);
	refuses("Benchmark 1 2 ns/op",
	        "neither the directory of a sweep nor JSON");
	refuses("{\"dyno\":\"samples\",\"schema\":1}", "--fidelity DIR --json");
	refuses("{\"dyno\":\"fidelity\",\"schema\":2}", "schema 1");
	refuses(HEAD "]}", "no trials of policy go1.27");
	refuses(HEAD "7]}", "workloads[0]");
	refuses(POINT "-1}]}]}", "workloads[0]");
	refuses(POINT "5000}]}]}", "workloads[0]");
	refuses(POINT "1,\"failed\":{\"dyno\":-1}}]}]}", "workloads[0]");
	refuses(POINT "1,\"measures\":{\"speed\":{}}}]}]}", "workloads[0]");
	refuses(POINT "1,\"measures\":{\"p50\":{\"go\":[\"1\"]}}}]}]}",
	        "workloads[0]");
}

// Values that are no rates, and huge ones, have no ratio and no word from one.
static void test_hostile_values(void **state)
{
	struct fidelity f;
	FILE *out = fopen(scratch_path("odd.json"), "w");
	(void)state;
	assert_non_null(out);
	fputs(POINT
	      "1,\"measures\":{\"throughput\":{\"dyno\":[0,0,0],\"go\":[-1,0,2]},"
	      "\"p50\":{\"dyno\":[1e308,1e308,1e308],\"go\":[1e-308,1e-308,1e-308]}}},"
	      "{\"procs\":2,\"measures\":{\"throughput\":{\"dyno\":[1e308,1e308,1e308],"
	      "\"go\":[1e-308,1e-308,1e-308]}}}]}]}",
	      out);
	fclose(out);
	read_it(&f, "odd.json");
	expect(&f, FIDELITY_THROUGHPUT, FIDELITY_DIFFERS);
	expect(&f, FIDELITY_SHAPE, FIDELITY_UNDECIDED);
	free(text_of(&f, fidelity_print));
	free(text_of(&f, fidelity_json));
	fidelity_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_agrees),
		cmocka_unit_test(test_too_few_is_undecided),
		cmocka_unit_test(test_reasons),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_json_is_the_data),
		cmocka_unit_test(test_what_is_refused),
		cmocka_unit_test(test_hostile_values),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
