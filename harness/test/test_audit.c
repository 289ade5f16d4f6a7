// test_audit.c - dyno audit on a made-up machine: who is shown, in which order,
// and in three forms.
#include "command.h"
#include "fixture_elf.h"
#include "fixture_tree.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static struct command_result r;

// put_process adds one process in a group of its own name.
static void put_process(const char *tree, const char *pid, const char *version,
                        int throttled, int waited)
{
	const struct fixture_elf want = {.version = version};
	static struct fixture_image image;
	char path[128], group[64];

	snprintf(group, sizeof group, "0::/app%s\n", pid);
	fixture_process(tree, pid, "0-7", group);
	fixture_mounts(tree, pid, NULL, "/");
	snprintf(path, sizeof path, "sys/fs/cgroup/app%s/cpu.stat", pid);
	fixture_file(tree, path, "nr_periods 100\nnr_throttled %d\n", throttled);
	snprintf(path, sizeof path, "proc/%s/task/%s/schedstat", pid, pid);
	fixture_file(tree, path, "%d000000000 %d000000000 1\n", 100 - waited,
	             waited);
	fixture_elf_make(&image, &want);
	snprintf(path, sizeof path, "proc/%s/exe", pid);
	fixture_bytes(tree, path, image.bytes, image.n, 0);
}

static char *machine(void)
{
	char *tree = fixture_tree_new();

	fixture_file(tree, "sys/devices/system/cpu/online", "0-7\n");
	fixture_mounts(tree, "self", NULL, "/");
	put_process(tree, "3", "go1.26.8", 0, 40);
	put_process(tree, "20", "go1.19.8", 50, 0);
	put_process(tree, "100", "go1.24.1", 0, 10);
	put_process(tree, "101", "go1.24.1", 0, 10);
	put_process(tree, "5", NULL, 90, 90);
	fixture_file(tree, "proc/100/comm", "a,\"b\"\n");
	fixture_file(tree, "proc/sys/kernel/ostype", "Linux\n");
	// A kernel thread has no program.
	fixture_process(tree, "2", "0-7", "0::/\n");
	return tree;
}

static void audit(const char *tree, const char *form)
{
	const char *const argv[] = {DYNO, "audit", "--sysroot",
	                            tree, form,    NULL};

	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	assert_string_equal(r.err, "");
}

// The throttled first, then who waits, then by number.
static void test_ranking(void **state)
{
	static const char csv[] =
		"pid,program,go,gomaxprocs,rule,cpus_allowed,quota_cpus,"
		"throttled_percent,throttled_s,waited_percent,notes\n"
		"20,[server],1.19.8,8,affinity,8,,50,0,0,\n"
		"3,[server],1.26.8,8,affinity,8,,0,0,40,\n"
		"100,\"[a,\"\"b\"\"]\",1.24.1,8,affinity,8,,0,0,10,\n"
		"101,[server],1.24.1,8,affinity,8,,0,0,10,\n";
	char *tree = machine();

	(void)state;
	audit(tree, "--csv");
	assert_string_equal(r.out, csv);
	fixture_tree_remove(tree);
}

static void test_json(void **state)
{
	static const json_int_t order[] = {20, 3, 100, 101};
	char *tree = machine();
	json_t *doc, *list;

	(void)state;
	audit(tree, "--json");
	doc = json_loads(r.out, 0, NULL);
	list = json_object_get(doc, "processes");
	assert_int_equal(json_array_size(list), 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(json_integer_value(json_object_get(
					 json_array_get(list, i), "pid")),
		                 order[i]);
	assert_int_equal(json_integer_value(json_object_get(doc, "others")), 2);
	assert_int_equal(json_integer_value(json_object_get(doc, "hidden")), 0);
	json_decref(doc);
	fixture_tree_remove(tree);
}

static void test_table(void **state)
{
	char *tree = machine();

	(void)state;
	audit(tree, NULL);
	assert_non_null(
		strstr(r.out, "4 Go programs; 2 other processes, 0 hidden"));
	fixture_tree_remove(tree);
}

static void test_nobody(void **state)
{
	char *tree = fixture_tree_new();
	const char *const argv[] = {DYNO, "audit", "--sysroot", tree, NULL};

	(void)state;
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 1);
	assert_non_null(strstr(r.err, "/proc mounted?"));
	fixture_file(tree, "proc/version", "\n");
	audit(tree, NULL);
	assert_non_null(strstr(r.out, "0 Go programs"));
	audit(tree, "--csv");
	assert_non_null(strstr(r.out, "pid,"));
	fixture_tree_remove(tree);
}

// Whatever runs here, and may go away meanwhile.
static void test_this_machine(void **state)
{
	(void)state;
	audit("/", NULL);
	assert_non_null(strstr(r.out, "other process"));
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *words[3], *says;
	} cases[] = {
		{{"audit", "7"}, "dyno why 7"},
		{{"audit", "--csv", "--json"}, "choose one"},
		{{"audit", "--sysroot=/dev/null"}, "--sysroot"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *argv[5] = {DYNO};

		memcpy(argv + 1, cases[i].words, sizeof cases[i].words);
		command_run(&r, argv);
		assert_int_equal(command_exit(&r), 2);
		assert_non_null(strstr(r.err, cases[i].says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ranking),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_this_machine),
		cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
