// test_subject.c - the same workload on Dyno, on kernel threads and, where there is
// one, in real Go: who runs it, what is kept of it, and what is refused.
#include "../subject.h"
#include "command.h"

#include <libgen.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct command_result r;

static bool go_is_here(void)
{
	char dyno[] = DYNO, path[4096];

	snprintf(path, sizeof path, "%s/dyno-twins", dirname(dyno));
	return access(path, X_OK) == 0;
}

// sweep runs fib, as small as it can be, on these subjects and returns the store.
static const char *sweep(const char *subjects)
{
	const char *dir = command_directory();

	command_run(
		&r,
		(const char *[]){
			DYNO,         "sweep",     "-w",      "fib",
			"-P",         "1,2",       "--param", "n=8",
			"--duration", "1ms",       "-n",      "2",
			"--counters", "none",      "-q",      "--foreign-limit",
			"none",       "--subject", subjects,  "-o",
			dir,          NULL});
	if (command_exit(&r) != 0)
		fail_msg("%s: exit %d: %s", subjects, command_exit(&r), r.err);
	return dir;
}

static void test_one_sweep_has_them_all(void **state)
{
	bool go = go_is_here();
	const char *dir = sweep(go ? "dyno,threads,go" : "dyno,threads");

	(void)state;
	assert_int_equal(
		command_count(dir, "SELECT count(DISTINCT policy) FROM point"),
		go ? 3 : 2);
	assert_int_equal(command_count(dir, "SELECT count(*) FROM trial "
	                                    "WHERE outcome = 'ok'"),
	                 go ? 12 : 8);
	assert_int_equal(
		command_count(dir, "SELECT count(*) FROM trial WHERE doc LIKE "
	                           "'%\"subject\":\"threads\"%\"procs_are\"%'"),
		4);
	assert_int_equal(command_count(dir, "SELECT count(*) FROM trial WHERE doc "
	                                    "LIKE '%\"go_version\":\"go1.%'"),
	                 go ? 4 : 0);
	command_remove(dir);
}

static void test_others_alone_bring_no_policy(void **state)
{
	const char *dir = sweep("threads");

	(void)state;
	assert_int_equal(command_count(dir, "SELECT count(*) FROM point WHERE "
	                                    "policy <> 'threads'"),
	                 0);
	command_remove(dir);
}

static void run_threads(const char *workload, const char *option,
                        const char *value)
{
	command_run(&r, (const char *[]){DYNO, "run", workload, "--subject",
	                                 "threads", "--size", "tiny",
	                                 "--duration", "1ms", "--counters",
	                                 "none", option, value, NULL});
}

// A counter of what threads do not do would be a zero that means nothing.
static void test_what_is_not_counted_has_no_name(void **state)
{
	(void)state;
	run_threads("pingpong", "--json", NULL);
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "\"spawns\""));
	assert_null(strstr(r.out, "\"stolen\""));
	assert_null(strstr(r.out, "sched_latency"));
}

static void test_too_many_threads_are_told(void **state)
{
	(void)state;
	run_threads("parked", "--max-threads", "20");
	assert_int_equal(command_exit(&r), 6);
	assert_non_null(strstr(r.err, "thread exhaustion"));
	assert_non_null(strstr(r.err, "--max-threads"));
}

static void refuses(const char *option, const char *value, const char *text)
{
	command_run(&r, (const char *[]){DYNO, "run", "fib", "--size", "tiny",
	                                 option, value, "--subject", "threads",
	                                 NULL});
	assert_int_equal(command_exit(&r), 2);
	if (!strstr(r.err, text))
		fail_msg("%s %s: %s", option, value, r.err);
}

static void test_what_threads_have_not_is_refused(void **state)
{
	(void)state;
	refuses("--m-cap", "4", "have an M cap");
	refuses("--policy", "go1.27,steal=one", "--subject");
	command_run(&r, (const char *[]){DYNO, "run", "fib", "--subject",
	                                 "rust", NULL});
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "dyno, threads, go"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_sweep_has_them_all),
		cmocka_unit_test(test_others_alone_bring_no_policy),
		cmocka_unit_test(test_what_is_not_counted_has_no_name),
		cmocka_unit_test(test_too_many_threads_are_told),
		cmocka_unit_test(test_what_threads_have_not_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
