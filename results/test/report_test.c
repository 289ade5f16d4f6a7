// report_test.c - the report: what it says, that it is safe, that it is whole.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sample.h"
#include "scratch.h"

#include <errno.h>
#include <results/file.h>
#include <results/report.h>
#include <results/report_notes.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#define EVIL "<script>x()</script>\"'&`touch pwned`\\\x01"

static char err[512];

// make_store makes a small experiment whose every text is the given one.
static void make_store(const char *name, const char *text)
{
	struct store *s;
	int64_t id;
	struct store_experiment e = sample_experiment;
	e.version = text;
	e.environment = "{\"hostname\":\"</td><script>x()</script>\","
			"\"cpus_allowed\":\"0-1\",\"virtual_machine\":true}";
	if (store_create(scratch_path(name), &e, &s, err, sizeof err))
		fail_msg("%s", err);
	for (int procs = 1; procs <= 3; procs++) {
		struct store_point p = sample_point(procs, 0);
		p.workload = p.policy = p.subject = text;
		assert_int_equal(store_point(s, &p, &id), 0);
		for (int rep = 0; rep < (procs == 3 ? 2 : 3); rep++)
			assert_int_equal(sample_add(s, id, rep, 1e6 * procs), 0);
	}
	struct store_trial t = {.point = id,
	                        .rep = 2,
	                        .outcome = STORE_TIMEOUT,
	                        .message = text,
	                        .doc = "{\"noise\":{\"wall_s\":2,"
	                               "\"foreign_cpu_s\":1}}"};
	assert_int_equal(store_add(s, &t), 0);
	store_close(s);
}

static char *report_of(const char *name, struct report *r)
{
	if (report_write(scratch_path(name), r, err, sizeof err))
		fail_msg("%s", err);
	char *page = file_read(r->path, 1 << 24);
	assert_non_null(page);
	return page;
}

static bool have_gnuplot(void)
{
	return system("gnuplot --version >/dev/null 2>&1") == 0;
}

static void test_what_it_says(void **state)
{
	(void)state;
	struct report r;
	make_store("plain", "fib");
	char *page = report_of("plain", &r);
	assert_non_null(strstr(page, "9 trials at 3 points: 8 verified, 1 timed "
	                             "out.</p>"));
	assert_non_null(strstr(page, "2.000 M call/s"));
	assert_non_null(strstr(page, "<td class=n>2 of 3"));
	assert_non_null(strstr(page, "The trials could use 2 CPUs"));
	assert_non_null(strstr(page, "virtual machine"));
	assert_non_null(strstr(page, "0.50 CPUs during the median"));
	assert_non_null(strstr(page, "18446744073709551615")); // the seed
	assert_non_null(strstr(page, "<th class=n>spins<"));
	assert_non_null(strstr(page, "<td class=n>1.25 k<td class=n>7\n"));
	assert_non_null(strstr(page, "Zero in every trial: handoffs. * of the"));
	assert_null(strstr(page, "retakes")); // absent is not zero
	if (have_gnuplot()) {
		assert_int_equal(r.figures, 1);
		assert_int_equal(r.undrawn, 0);
		assert_non_null(strstr(page, "<svg role=\"img\""));
		assert_non_null(strstr(page, ">2 CPUs<"));
		assert_non_null(strstr(page, "median, smallest and largest<"));
	}
	// One file: nothing is fetched, nothing runs.
	assert_null(strstr(page, "<script"));
	assert_null(strstr(page, "src="));
	assert_null(strstr(page, "<link"));
	free(page);
}

static void add_doc(struct store *s, int64_t point, int rep, double throughput,
                    const char *doc)
{
	const struct store_metric m = {"throughput", "op/s", "higher",
	                               throughput};
	struct store_trial t = {.point = point,
	                        .rep = rep,
	                        .doc = doc,
	                        .metric = &m,
	                        .n_metric = 1};
	assert_int_equal(store_add(s, &t), 0);
}

static int times(const char *page, const char *what)
{
	int n = 0;
	for (; (page = strstr(page, what)); page++)
		n++;
	return n;
}

// Outliers, failures and a second machine are told once each; a counter that is
// zero at one point is shown where it is not at another.
static void test_lists(void **state)
{
	(void)state;
	struct store *s;
	int64_t id[2];
	struct report r;
	if (store_create(scratch_path("lists"), &sample_experiment, &s, err, 512))
		fail_msg("%s", err);
	for (int i = 0; i < 2; i++) {
		struct store_point p = sample_point(1 + i, 0);
		assert_int_equal(store_point(s, &p, &id[i]), 0);
		for (int rep = 0; rep < 6; rep++)
			add_doc(s, id[i], rep,
			        rep == 5 && i ? 40 : 10 + 0.1 * rep,
			        i ? "{\"scheduler\":{\"spins\":0},"
			            "\"environment\":{\"hostname\":\"two\"}}"
			          : "{\"scheduler\":{\"spins\":3},"
			            "\"environment\":{\"hostname\":\"one\"}}");
	}
	struct store_trial crash = {.point = id[0],
	                            .rep = 6,
	                            .outcome = STORE_CRASH,
	                            .message = "SIGBUS"};
	assert_int_equal(store_add(s, &crash), 0);
	store_close(s);
	char *page = report_of("lists", &r);
	assert_int_equal(times(page, "<th class=n>spins"), 1);
	assert_int_equal(times(page, "(one, two): do not compare them"), 1);
	char *failures = strstr(page, "<h2>Trials that gave no number");
	char *outliers = strstr(page, "<h2>Outliers");
	char *notes = strstr(page, "<h2>Before you believe");
	assert_true(failures && outliers && notes);
	*notes = '\0';
	assert_int_equal(times(outliers, "<tr><td>"), 1);
	assert_int_equal(times(outliers, "<td class=n>40.0 "), 1);
	*outliers = '\0';
	assert_int_equal(times(failures, "<tr><td>"), 1);
	assert_int_equal(times(failures, "<td>crash<"), 1);
	assert_int_equal(times(failures, "<td>SIGBUS"), 1);
	free(page);
}

// Where nothing was counted, nothing failed and nothing lies far out, no empty
// tables say so.
static void test_nothing_to_list(void **state)
{
	(void)state;
	struct store *s;
	struct report r;
	if (store_create(scratch_path("calm"), &sample_experiment, &s, err, 512))
		fail_msg("%s", err);
	struct store_point p = sample_point(1, 0);
	int64_t id;
	assert_int_equal(store_point(s, &p, &id), 0);
	add_doc(s, id, 0, 1, "{}");
	store_close(s);
	char *page = report_of("calm", &r);
	assert_null(strstr(page, "What was counted"));
	assert_null(strstr(page, "<h2>Trials that gave no number"));
	assert_null(strstr(page, "<h2>Outliers"));
	assert_null(strstr(page, "several machines"));
	free(page);
}

// What searches found stands first, and against GOMAXPROCS; what was sought is no
// parameter of it.
static void test_what_was_found(void **state)
{
	(void)state;
	struct store *s;
	struct report r;
	if (store_create(scratch_path("found"), &sample_experiment, &s, err, 512))
		fail_msg("%s", err);
	for (int procs = 1; procs <= 4; procs *= 2) {
		struct store_point p = sample_point(procs, 0);
		int64_t id;
		p.params = procs == 1 ? "{\"n\":30,\"rate\":1}"
		                      : "{\"n\":30,\"rate\":64000}";
		assert_int_equal(store_point(s, &p, &id), 0);
		assert_int_equal(sample_add(s, id, 0, 1e3), 0);
		struct store_found f = {.point = id,
		                        .sought = "rate",
		                        .unit = "request/s",
		                        .promise = "p99<=200us",
		                        .end = "interim",
		                        .trials = 7};
		assert_int_equal(store_add_found(s, &f), 0);
		f.end = procs == 1 ? "never" : "found";
		f.highest = procs == 1 ? 0 : 64000;
		f.fails_at = procs == 1 ? 1 : 67200;
		assert_int_equal(store_add_found(s, &f), 0);
	}
	store_close(s);
	char *page = report_of("found", &r);
	assert_int_equal(times(page, "fib: the highest rate with p99&lt;=200us</h2>\n"
	                             "<p class=about>n=30</p>"),
	                 1);
	assert_int_equal(times(page, "<td class=n>64.0 k request/s<td class=n>67.2 k "
	                             "request/s<td>found<td class=n>7\n"),
	                 2);
	assert_int_equal(times(page, "<td class=n>-<td class=n>1.00 request/s"
	                             "<td>never"),
	                 1);
	assert_int_equal(times(page, "interim"), 0);
	assert_true(strstr(page, "the highest rate") < strstr(page, ">median<"));
	if (have_gnuplot()) {
		assert_non_null(strstr(page, "plots/found-1: .svg"));
		char *data = file_read(scratch_path("found/plots/found-1.dat"),
		                       1 << 16);
		assert_non_null(data);
		assert_non_null(strstr(data, "\n1 0 0 0 7 "));
		assert_non_null(strstr(data, "\n4 64000 64000 67200 7 "));
		free(data);
	}
	free(page);
}

static void test_hostile_texts(void **state)
{
	(void)state;
	struct report r;
	make_store("evil", EVIL);
	char *page = report_of("evil", &r);
	assert_null(strstr(page, "<script"));
	assert_null(strchr(page, '\x01'));
	assert_non_null(strstr(page, "&lt;script&gt;x()&lt;/script&gt;&quot;"
	                             "&#39;&amp;`touch pwned`\\?"));
	assert_int_not_equal(access(scratch_path("evil/plots/pwned"), F_OK), 0);
	assert_int_not_equal(access("pwned", F_OK), 0);
	free(page);
}

static void test_unfinished(void **state)
{
	(void)state;
	struct store *s;
	int64_t id;
	struct report r;
	if (store_create(scratch_path("part"), &sample_experiment, &s, err, 512))
		fail_msg("%s", err);
	struct store_point p = sample_point(1, 0);
	assert_int_equal(store_point(s, &p, &id), 0);
	assert_int_equal(sample_add(s, id, 0, 1), 0);
	// The writer is still at work.
	char *page = report_of("part", &r);
	assert_non_null(strstr(page, "1 trial at 1 point: 1 verified. 2 of 3 "
	                             "planned are still to be run."));
	free(page);
	store_close(s);
}

// Nobody has verified what a program answered.
static void test_of_a_program(void **state)
{
	(void)state;
	struct store *s;
	int64_t id;
	struct report r;
	if (store_create(scratch_path("program"), &sample_experiment, &s, err,
	                 512))
		fail_msg("%s", err);
	struct store_point p = sample_point(1, 0);
	p.subject = "program";
	assert_int_equal(store_point(s, &p, &id), 0);
	assert_int_equal(sample_add(s, id, 0, 1), 0);
	store_close(s);
	char *page = report_of("program", &r);
	assert_non_null(strstr(page, "1 trial at 1 point: 1 ended well"));
	assert_null(strstr(page, "verified"));
	free(page);
}

static void test_without_gnuplot(void **state)
{
	(void)state;
	struct report r;
	char *path = strdup(getenv("PATH"));
	make_store("bare", "fib");
	setenv("PATH", scratch, 1);
	char *page = report_of("bare", &r);
	setenv("PATH", path, 1);
	free(path);
	assert_int_equal(r.figures, 0);
	assert_int_equal(r.undrawn, 1);
	assert_non_null(strstr(r.why, "gnuplot is not installed"));
	assert_non_null(strstr(page, "not drawn. gnuplot is not installed"));
	assert_non_null(strstr(page, "2.000 M call/s")); // the tables are there
	assert_int_equal(access(scratch_path("bare/plots/1-fib-procs.gp"), F_OK),
	                 0);
	free(page);
}

// A full disk leaves the old report, and no half of a new one.
static void test_full_disk(void **state)
{
	(void)state;
	struct report r;
	struct rlimit l;
	make_store("full", "fib");
	char *before = report_of("full", &r);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &l), 0);
	rlim_t old = l.rlim_cur;
	l.rlim_cur = 100;
	setrlimit(RLIMIT_FSIZE, &l);
	int result = report_write(scratch_path("full"), &r, err, sizeof err);
	l.rlim_cur = old;
	setrlimit(RLIMIT_FSIZE, &l);
	assert_true(result < 0);
	assert_non_null(strstr(err, strerror(EFBIG)));
	char *after = file_read(scratch_path("full/report.html"), 1 << 24);
	assert_string_equal(before, after);
	free(before);
	free(after);
	char command[sizeof scratch + 64];
	snprintf(command, sizeof command, "ls -A '%s/full' | wc -l", scratch);
	FILE *ls = popen(command, "r");
	int n = 0;
	assert_int_equal(fscanf(ls, "%d", &n), 1);
	pclose(ls);
	assert_int_equal(n, 3); // the store, the report, the plots
}

static void test_no_store(void **state)
{
	(void)state;
	struct report r;
	assert_int_equal(report_write(scratch_path("none"), &r, err, 512),
	                 -ENOENT);
	assert_non_null(strstr(err, "there is no experiment"));
}

static void test_cpu_lists(void **state)
{
	(void)state;
	assert_int_equal(report_count_cpus("0"), 1);
	assert_int_equal(report_count_cpus("0-3"), 4);
	assert_int_equal(report_count_cpus("0-1,4,8-9"), 5);
	static const char *const bad[] = {"",     "x",  "0-",
	                                  "3-1",  "0,", "all",
	                                  "0-1 ", "-1", "0-99999999999"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(report_count_cpus(bad[i]), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_a_program),
		cmocka_unit_test(test_what_it_says),
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_nothing_to_list),
		cmocka_unit_test(test_what_was_found),
		cmocka_unit_test(test_hostile_texts),
		cmocka_unit_test(test_unfinished),
		cmocka_unit_test(test_without_gnuplot),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_no_store),
		cmocka_unit_test(test_cpu_lists),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
