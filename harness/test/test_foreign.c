// test_foreign.c - trials during which others were busy: marked, made up for as
// far as there is hope, left out of the numbers; and the end by precision.
//
// The program measured keeps a /proc/stat of its own below a private directory:
// during the trials that BUSY names it says that others used 100 s of every CPU.
// A disturbed trial tells 1, another one 100, so that a median shows which count.
#include "command.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { CPUS = 1024 };

static const char script[] =
	"read -r n <$D/count; n=$((n + 1)); echo $n >$D/count\n"
	"if [ \"$n\" = \"$KILLS\" ]; then\n"
	"        read -r pid comm state dyno rest </proc/$PPID/stat\n"
	"        kill -KILL $dyno\n"
	"fi\n"
	"case $BUSY in\n"
	"*\" $n \"*) sed \"s/ [0-9]* / ${n}0000 /\" $D/proc/stat >$D/new\n"
	"        mv $D/new $D/proc/stat; echo N=1;;\n"
	"*) echo N=100;;\n"
	"esac\n";

static struct command_result r;
static char root[200], out[220];

static void write_file(const char *name, const char *text)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", root, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static int make_machine(void **state)
{
	static char text[CPUS * 40];
	size_t used = 0;

	(void)state;
	snprintf(root, sizeof root, "%s", command_directory());
	snprintf(out, sizeof out, "%s/out", root);
	write_file("count", "0\n");
	for (int i = 0; i < CPUS; i++)
		used += (size_t)snprintf(text + used, sizeof text - used,
		                         "cpu%d 0 0 0 0 0 0 0 0 0 0\n", i);
	snprintf(text + used, sizeof text - used, "end\n");
	assert_int_equal(mkdir(strcat(root, "/proc"), 0700), 0);
	root[strlen(root) - strlen("/proc")] = '\0';
	write_file("proc/stat", text);
	return 0;
}

static int remove_machine(void **state)
{
	(void)state;
	command_remove(root);
	return 0;
}

enum { OPTIONS = 3 };

// run_sweep runs 4 trials or more with BUSY and further options, and returns the
// summary; NULL when there is none.
static json_t *run_sweep(const char *busy, const char *const *option)
{
	char d[230], b[100];
	const char *argv[COMMAND_ARGS_MAX] = {
		DYNO,        "sweep",    "--json",
		"--procs=1", "--reps=4", "--metric=N=([0-9.]+)",
		"-o",        out,        "--sysroot",
		root,        d,          b};
	int n = 12;

	snprintf(d, sizeof d, "--env=D=%s", root);
	snprintf(b, sizeof b, "--env=BUSY= %s ", busy);
	for (int i = 0; option[i]; i++)
		argv[n++] = option[i];
	argv[n++] = "--";
	argv[n++] = "sh";
	argv[n++] = "-c";
	argv[n] = script;
	command_run(&r, argv);
	return json_loads(r.out, 0, NULL);
}

#define sweep(busy, ...) \
	run_sweep(busy, (const char *const[OPTIONS + 1]){__VA_ARGS__})

static json_int_t number(const json_t *doc, const char *key)
{
	return json_integer_value(json_object_get(doc, key));
}

static const json_t *point(const json_t *doc, size_t i)
{
	return json_array_get(json_object_get(doc, "points"), i);
}

static double median(const json_t *doc, size_t i)
{
	return json_number_value(json_object_get(point(doc, i), "median"));
}

static void test_its_block_is_run_again(void **state)
{
	json_t *doc = sweep("3", "--procs=1,2");

	(void)state;
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(number(doc, "trials"), 10); // both points once more
	assert_int_equal(number(doc, "disturbed"), 1);
	assert_int_equal(number(doc, "blocks_again"), 1);
	assert_true(median(doc, 0) == 100 && median(doc, 1) == 100);
	assert_int_equal(number(point(doc, 0), "n") + number(point(doc, 1), "n"),
	                 9);
	assert_non_null(strstr(r.err, "1 was run again, and 0 could not"));
	json_decref(doc);
	assert_int_equal(command_count(out, "SELECT max(rep) FROM trial"), 4);
}

static void test_again_has_an_end(void **state)
{
	json_t *doc = sweep("1 5", NULL);

	(void)state;
	assert_int_equal(number(doc, "trials"), 6);
	assert_int_equal(number(doc, "blocks_again"), 2);
	json_decref(doc);
	remove_machine(state);
	make_machine(state);
	doc = sweep("1 7 8 9 10", "--reps=6");
	assert_int_equal(number(doc, "trials"), 9); // half as many again
	assert_int_equal(number(doc, "disturbed"), 4);
	assert_non_null(strstr(r.err, "1 could not be made up for"));
	assert_true(median(doc, 0) == 100);
	json_decref(doc);
}

// Where most is disturbed, that is the machine: nothing is repeated, all is used.
static void test_a_busy_machine_is_measured_as_it_is(void **state)
{
	json_t *doc = sweep("1 2 4 5 6", NULL);

	(void)state;
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(number(doc, "trials"), 4);
	assert_int_equal(number(doc, "disturbed"), 3);
	assert_true(
		json_is_true(json_object_get(point(doc, 0), "disturbed_used")));
	assert_true(median(doc, 0) == 1);
	assert_non_null(strstr(r.err, "most were disturbed"));
	json_decref(doc);
}

static bool says(const char *word, const char *option, const char *what)
{
	const char *const argv[] = {DYNO,
	                            word,
	                            out,
	                            option,
	                            strcmp(word, "compare") == 0 ? out : NULL,
	                            NULL};

	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	return strstr(r.out, what) || strstr(r.err, what);
}

// What is compared and exported has all, marked, unless that is left out.
static void test_exports_are_marked(void **state)
{
	(void)state;
	json_decref(sweep("3", NULL));
	assert_true(says("report", "--format=csv", ",1,1\r\n"));
	assert_true(says("report", "--format=go", "1 of 5 values"));
	assert_true(says("compare", "--csv", ",1,1,0,0\r\n"));
	assert_true(says("compare", "--markdown", "1 and 1 disturbed |"));
	assert_true(says("compare", "--without-disturbed",
	                 "1 and 1 disturbed left out\n"));
}

static void test_without_a_limit_nothing_is_marked(void **state)
{
	json_t *doc = sweep("3", "--foreign-limit=none");

	(void)state;
	assert_int_equal(number(doc, "trials"), 4);
	assert_int_equal(number(doc, "disturbed"), 0);
	json_decref(doc);
}

// The count of blocks that were run again is that of the store.
static void test_resume_keeps_the_count(void **state)
{
	json_t *doc = sweep("1", "--env=KILLS=5");

	(void)state;
	assert_null(doc);
	assert_true(WIFSIGNALED(r.status));
	assert_int_equal(command_count(out, "SELECT count(*) FROM trial"), 4);
	for (int i = 0; i < 2; i++) {
		command_run(&r, (const char *const[]){DYNO, "sweep", "--resume",
		                                      "--json", "--sysroot",
		                                      root, "-o", out, NULL});
		doc = json_loads(r.out, 0, NULL);
		assert_int_equal(number(doc, "trials"), 5);
		assert_int_equal(number(doc, "blocks_again"), 1);
		json_decref(doc);
	}
}

static void test_until_the_intervals_are_narrow(void **state)
{
	json_t *doc = sweep("none", "--reps=20", "--until=2%");

	(void)state;
	assert_int_equal(number(doc, "trials"), 6); // the least there can be
	assert_true(json_is_true(json_object_get(doc, "precise")));
	json_decref(doc);
}

static void test_until_has_an_end(void **state)
{
	// 1 and 100 in turn are never known to 2 %.
	json_t *doc = sweep("1 3 5 7 9", "--until=2%", "--foreign-limit=none",
	                    "--reps=9");

	(void)state;
	assert_int_equal(number(doc, "trials"), 9);
	assert_true(json_is_false(json_object_get(doc, "precise")));
	assert_non_null(strstr(r.err, "not every interval"));
	json_decref(doc);
	remove_machine(state);
	make_machine(state);
	// Only the undisturbed count, here too: six of them.
	doc = sweep("1 3 5 7", "--until=2%", "--reps=8");
	assert_int_equal(number(doc, "trials"), 10);
	assert_true(json_is_true(json_object_get(doc, "precise")));
	json_decref(doc);
}

// What the options say stands in a spec, in a dry run and in the plan.
static void test_it_is_written(void **state)
{
	(void)state;
	command_run(&r, (const char *const[]){
				DYNO, "sweep", "-w", "fib", "--until=1.5%",
				"--foreign-limit=2.5%", "--write-spec=-", NULL});
	assert_non_null(strstr(r.out, "until: 1.5%"));
	assert_non_null(strstr(r.out, "foreign-limit: 2.5%"));
	assert_non_null(strstr(r.out, "reps: 60"));
	command_run(&r, (const char *const[]){
				DYNO, "sweep", "-w", "fib", "--until=1.5%",
				"--foreign-limit=2.5%", "--dry-run", NULL});
	assert_non_null(strstr(r.out, "within 1.5 % of its median"));
	assert_non_null(strstr(r.out, "more than 2.5 % of the CPUs"));
	command_run(&r, (const char *const[]){DYNO, "sweep", "-w", "fib",
	                                      "--foreign-limit=none",
	                                      "--write-spec=-", NULL});
	assert_non_null(strstr(r.out, "foreign-limit: none"));
}

// The stores are written to disk again and again, which is somebody else's test.
static int in_memory(void **state)
{
	(void)state;
	return access("/dev/shm", W_OK) == 0 ? setenv("TMPDIR", "/dev/shm", 1)
	                                     : 0;
}

#define ON_MACHINE(t) \
	cmocka_unit_test_setup_teardown(t, make_machine, remove_machine)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_MACHINE(test_its_block_is_run_again),
		ON_MACHINE(test_again_has_an_end),
		ON_MACHINE(test_a_busy_machine_is_measured_as_it_is),
		ON_MACHINE(test_exports_are_marked),
		ON_MACHINE(test_without_a_limit_nothing_is_marked),
		ON_MACHINE(test_resume_keeps_the_count),
		ON_MACHINE(test_until_the_intervals_are_narrow),
		ON_MACHINE(test_until_has_an_end),
		cmocka_unit_test(test_it_is_written),
	};

	return cmocka_run_group_tests(tests, in_memory, NULL);
}
