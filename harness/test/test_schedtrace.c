// test_schedtrace.c - what Go's scheduler says of itself, read and asked for.
#include "../schedtrace.h"
#include "command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define OLD \
	"SCHED 1004ms: gomaxprocs=4 idleprocs=1 threads=9 spinningthreads=1 " \
	"idlethreads=4 runqueue=2 [3 0 0 1]"
#define NEW \
	"SCHED 45ms: gomaxprocs=2 idleprocs=0 threads=5 spinningthreads=0 " \
	"needspinning=1 idlethreads=2 runqueue=3 [ 8 7 ] schedticks=[ 7 3 ]"
#define DETAIL \
	"SCHED 0ms: gomaxprocs=2 idleprocs=0 threads=3 spinningthreads=1 " \
	"needspinning=0 idlethreads=0 runqueue=0 gcwaiting=false " \
	"nmidlelocked=0 stopwait=0 sysmonwait=false"

static void check(const char *text, int64_t at,
                  const int64_t expected[SCHEDTRACE_FIELDS])
{
	struct schedtrace_line l;

	assert_true(schedtrace_parse(text, &l));
	assert_int_equal(l.at_ms, at);
	for (int i = 0; i < SCHEDTRACE_FIELDS; i++)
		assert_int_equal(l.v[i], expected[i]);
}

static void test_forms(void **state)
{
	static const int64_t old[] = {4, 1, 9, 1, -1, 4, 2, 4, 3, -1};
	static const int64_t new[] = {2, 0, 5, 0, 1, 2, 3, 15, 8, 10};
	static const int64_t detail[] = {2, 0, 3, 1, 0, 0, 0, -1, -1, -1};

	(void)state;
	check(OLD, 1004, old);
	check(NEW, 45, new);
	check(DETAIL, 0, detail);
	check("SCHED it, said the program: SCHED x" NEW " later=9 ", 45, new);
}

static void test_others(void **state)
{
	static const char *const bad[] = {
		"",
		"SCHED ",
		"SCHED 4ms: ",
		"SCHED 4ms: gomaxprocs=2 threads=3",
		"SCHED 4ms: gomaxprocs=0 threads=3 runqueue=0",
		"SCHED 4ms: gomaxprocs=-2 threads=3 runqueue=0",
		"SCHED 4ms: gomaxprocs=2 threads=3 runqueue=0 [ 1 2",
		"SCHED 4ms: gomaxprocs=2 threads=3 runqueue=0 [ 1 x ]",
		"SCHED 4ms: gomaxprocs=2 threads=3 runqueue=99999999999999999999",
		"SCHED 4s: gomaxprocs=2 threads=3 runqueue=0 [ 1 2 ]",
		"  P0: status=1 schedtick=0 syscalltick=0 m=0 runqsize=0",
		"  M2: p=nil curg=nil mallocing=0 throwing=0 preemptoff=",
	};
	struct schedtrace_line l;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(schedtrace_parse(bad[i], &l));
}

static int64_t most(const json_t *doc, const char *name)
{
	return json_integer_value(
		json_object_get(json_object_get(doc, name), "max"));
}

// A line counts once, however it comes; one without its end does not.
static void test_stream(void **state)
{
	static const char text[] = "hello\0\n" OLD "\nbye\n" NEW
				   "\n  P0: x\n" NEW;
	struct schedtrace s = {.line = NULL};
	json_t *doc;

	(void)state;
	for (size_t i = 0; i < sizeof text - 1; i++)
		assert_int_equal(schedtrace_feed(&s, text + i, 1), 0);
	doc = schedtrace_json(&s);
	assert_int_equal(json_integer_value(json_object_get(doc, "lines")), 2);
	assert_int_equal(most(doc, "threads"), 9);
	assert_int_equal(most(doc, "local_queues"), 15);
	assert_int_equal(most(doc, "longest_queue"), 8);
	assert_int_equal(most(doc, "need_spinning"), 1);
	assert_int_equal(json_integer_value(json_object_get(doc, "schedticks")),
	                 10);
	assert_true(json_number_value(json_object_get(
			    json_object_get(doc, "threads"), "mean")) == 7);
	assert_string_equal(json_string_value(json_object_get(doc, "steals")),
	                    "unknown");
	json_decref(doc);
	schedtrace_free(&s);
}

static void test_old_form_is_silent(void **state)
{
	struct schedtrace s = {.line = NULL};
	json_t *doc;

	(void)state;
	schedtrace_feed(&s, OLD "\n", sizeof OLD);
	doc = schedtrace_json(&s);
	assert_string_equal(
		json_string_value(json_object_get(doc, "need_spinning")),
		"unknown");
	assert_string_equal(json_string_value(json_object_get(doc, "schedticks")),
	                    "unknown");
	json_decref(doc);
	schedtrace_free(&s);
}

// A line without end takes no memory, and hides nothing of the next.
static void test_endless_line(void **state)
{
	static char junk[4096];
	struct schedtrace s = {.line = NULL};

	(void)state;
	memset(junk, ' ', sizeof junk);
	schedtrace_feed(&s, NEW, sizeof NEW - 1);
	for (size_t i = 0; i < 2 * SCHEDTRACE_LINE_MAX / sizeof junk; i++)
		schedtrace_feed(&s, junk, sizeof junk);
	schedtrace_feed(&s, NEW "\n" NEW "\n", 2 * sizeof NEW);
	assert_int_equal(s.lines, 1);
	schedtrace_free(&s);
}

static void check_environment(const char *ours, const char *given,
                              const char *expected)
{
	struct words env = {0};

	if (ours)
		setenv("GODEBUG", ours, 1);
	else
		unsetenv("GODEBUG");
	if (given)
		words_add(&env, given, strlen(given));
	assert_int_equal(schedtrace_environment(&env, "GODEBUG", 20000000), 0);
	assert_string_equal(env.v[env.n - 1], expected);
	words_free(&env);
	unsetenv("GODEBUG");
}

static void test_environment(void **state)
{
	(void)state;
	check_environment(NULL, NULL, "GODEBUG=schedtrace=20,scheddetail=0");
	check_environment("", "A=b", "GODEBUG=schedtrace=20,scheddetail=0");
	check_environment("madvdontneed=1", "GODEBUGS=x",
	                  "GODEBUG=madvdontneed=1,schedtrace=20,scheddetail=0");
	check_environment("x=1", "GODEBUG=gctrace=1",
	                  "GODEBUG=gctrace=1,schedtrace=20,scheddetail=0");
}

// The run that is traced is another than the one that is measured: only there is
// the setting seen, behind the user's own.
static void test_separate_run(void **state)
{
	static const char script[] = "case $GODEBUG in x=1) echo P=1 ;; "
				     "x=1,schedtrace=5,*) echo '" NEW
				     "' >&2 ;; *) exit 3 ;; esac";
	const char *const argv[] = {DYNO,
	                            "run",
	                            "--json",
	                            "--schedtrace=5ms",
	                            "--env=GODEBUG=x=1",
	                            "--metric=P=([0-9])",
	                            "--",
	                            "sh",
	                            "-c",
	                            script,
	                            NULL};
	struct command_result r;
	json_t *doc, *trace;

	(void)state;
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	doc = json_loads(r.out, 0, NULL);
	trace = json_object_get(doc, "schedtrace");
	assert_int_equal(json_integer_value(json_object_get(trace, "lines")), 1);
	assert_int_equal(most(trace, "threads"), 5);
	assert_int_equal(most(trace, "procs"), 2);
	json_decref(doc);
}

static json_t *traced_document(const char *subject)
{
	struct command_result r;

	command_run(&r, (const char *[]){DYNO, "run", "block", "-P", "2",
	                                 "--subject", subject, "--size", "tiny",
	                                 "--duration", "100ms", "--counters",
	                                 "none", "--schedtrace", "2ms",
	                                 "--json", NULL});
	assert_int_equal(command_exit(&r), 0);
	return json_loads(r.out, 0, NULL);
}

// Dyno says of itself what Go does, to the same reader; kernel threads say nothing.
static void test_workloads_are_traced(void **state)
{
	json_t *doc = traced_document("dyno");
	const json_t *trace = json_object_get(doc, "schedtrace");

	(void)state;
	assert_true(json_integer_value(json_object_get(trace, "lines")) >= 1);
	assert_int_equal(most(trace, "procs"), 2);
	assert_true(most(trace, "threads") >= 2);
	assert_string_equal(json_string_value(json_object_get(trace, "steals")),
	                    "unknown");
	json_decref(doc);
	doc = traced_document("threads");
	assert_null(json_object_get(doc, "schedtrace"));
	json_decref(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_stream),
		cmocka_unit_test(test_old_form_is_silent),
		cmocka_unit_test(test_endless_line),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_separate_run),
		cmocka_unit_test(test_workloads_are_traced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
