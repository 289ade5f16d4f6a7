// test_why.c - dyno why as a user calls it, on this machine and on made-up ones.
#include "command.h"
#include "fixture_elf.h"
#include "fixture_tree.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static struct command_result r;

// A machine with eight CPUs and one Go server, limited to 1.5 CPUs.
static char *server(const char *version)
{
	const struct fixture_elf want = {.version = version};
	static struct fixture_image image;
	char *tree = fixture_tree_new();

	fixture_elf_make(&image, &want);
	fixture_bytes(tree, "proc/7/exe", image.bytes, image.n, 0);
	fixture_file(tree, "sys/devices/system/cpu/online", "0-7\n");
	fixture_process(tree, "7", "0-7", "0::/app\n");
	fixture_process(tree, "self", "0-7", "0::/app\n");
	fixture_mounts(tree, "7", NULL, "/");
	fixture_mounts(tree, "self", NULL, "/");
	fixture_file(tree, "sys/fs/cgroup/app/cpu.max", "150000 100000\n");
	fixture_file(tree, "sys/fs/cgroup/app/cgroup.procs", "7\n");
	return tree;
}

static json_t *why_of(const char *tree, const char *pid)
{
	const char *const argv[] = {DYNO, "why",    pid, "--sysroot",
	                            tree, "--json", NULL};
	json_t *doc;

	command_run(&r, argv);
	doc = json_loads(r.out, 0, NULL);
	assert_non_null(doc);
	return doc;
}

static const char *text_at(const json_t *doc, const char *name)
{
	return json_string_value(json_object_get(doc, name));
}

static json_int_t number_at(const json_t *doc, const char *name)
{
	return json_integer_value(json_object_get(doc, name));
}

static void test_go(void **state)
{
	char *tree = server("go1.26.8");
	json_t *doc = why_of(tree, "7"), *program, *levels;

	(void)state;
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(number_at(doc, "gomaxprocs"), 2);
	assert_string_equal(text_at(doc, "rule"), "quota");
	program = json_object_get(doc, "program");
	assert_string_equal(text_at(program, "version"), "go1.26.8");
	levels = json_object_get(json_object_get(doc, "cgroup"), "levels");
	assert_int_equal(json_array_size(levels), 2);
	assert_string_equal(text_at(json_array_get(levels, 0), "path"), "/app");
	json_decref(doc);
	fixture_tree_remove(tree);
}

static void test_c_program(void **state)
{
	char *tree = server(NULL);
	json_t *doc = why_of(tree, "7");

	(void)state;
	assert_int_equal(command_exit(&r), 6);
	assert_true(json_is_null(json_object_get(doc, "gomaxprocs")));
	assert_non_null(strstr(text_at(doc, "why"), "no Go program"));
	json_decref(doc);
	fixture_tree_remove(tree);
}

// No file to read is not the same as no Go program.
static void test_no_file(void **state)
{
	char *tree = server("go1.26.8");
	const char *const argv[] = {DYNO, "why", "8", "--sysroot", tree, NULL};

	(void)state;
	fixture_process(tree, "8", "0-7", "0::/app\n");
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 6);
	assert_non_null(strstr(r.out, "GOMAXPROCS is unknown"));
	assert_non_null(strstr(r.out, "it has no file"));
	fixture_tree_remove(tree);
}

// A program that is not running is read where it lies, its surroundings below
// the root.
static void test_program(void **state)
{
	char *tree = server("go1.19.8"), path[4200];
	const char *const argv[] = {DYNO, "why", "--sysroot", tree,
	                            "--", path,  "--json",    NULL};

	(void)state;
	snprintf(path, sizeof path, "%s/proc/7/exe", tree);
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "GOMAXPROCS is 8"));
	assert_non_null(strstr(r.out, "Go 1.19.8"));
	assert_non_null(strstr(r.out, "1.5 CPUs"));
	fixture_tree_remove(tree);
}

// This test is a C program, and it runs.
static void test_this_machine(void **state)
{
	char pid[16];
	const char *const argv[] = {DYNO, "why", pid, NULL};

	(void)state;
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 6);
	assert_non_null(strstr(r.out, "no Go program"));
	assert_non_null(strstr(r.out, "affinity"));
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *words[5], *says;
	} cases[] = {
		{{"why"}, "name one process id"},
		{{"why", "1", "2"}, "name one process id"},
		{{"why", "1", "--", "ls"}, "name one process id"},
		{{"why", "ls"}, "dyno why -- ls"},
		{{"why", "-1"}, "-1"},
		{{"why", "+1"}, "no process id"},
		{{"why", "2147483647"}, "no process 2147483647"},
		{{"why", "--", "/nonexistent"}, "No such file"},
		{{"why", "--", "no-such-program-here"}, "No such file"},
		{{"why", "1", "--sysroot=/nonexistent"}, "--sysroot"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *argv[7] = {DYNO};

		memcpy(argv + 1, cases[i].words, sizeof cases[i].words);
		command_run(&r, argv);
		assert_int_equal(command_exit(&r), 2);
		assert_non_null(strstr(r.err, cases[i].says));
		assert_string_equal(r.out, "");
	}
}

// What a process calls itself cannot move the cursor or break the document.
static void test_hostile_names(void **state)
{
	char *tree = server("go1.26\033[2J\xff");
	const char *const argv[] = {DYNO, "why", "7", "--sysroot", tree, NULL};
	json_t *doc;

	(void)state;
	fixture_file(tree, "proc/7/comm", "\033[2J\xff\r\n");
	fixture_file(tree, "proc/7/cgroup", "0::/\033]0;x\007\n");
	fixture_file(tree, "sys/fs/cgroup/\033]0;x\007/cgroup.procs", "7\n");
	fixture_bytes(tree, "proc/7/environ", "GOMAXPROCS=\033[2J\xff\0", 17, 0);
	command_run(&r, argv);
	assert_null(strchr(r.out, '\033'));
	assert_null(strchr(r.out, '\r'));
	doc = why_of(tree, "7");
	json_decref(doc);
	fixture_tree_remove(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_go),
		cmocka_unit_test(test_c_program),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_this_machine),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_hostile_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
