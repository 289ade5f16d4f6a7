// test_machine.c - facts of made-up machines, and of one that tells nothing.
#include "../machine.h"
#include "fixture_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char *text_at(const json_t *facts, const char *name)
{
	return json_string_value(json_object_get(facts, name));
}

static double number_at(const json_t *facts, const char *name)
{
	return json_number_value(json_object_get(facts, name));
}

#define CPU "sys/devices/system/cpu/"

static void test_a_server(void **state)
{
	char *tree = fixture_tree_new();
	json_t *facts;

	(void)state;
	fixture_process(tree, "self", "0-2,7", "0::/ci/job\n");
	fixture_mounts(tree, "self", NULL, "/");
	fixture_file(tree, "sys/fs/cgroup/ci/cpu.max", "250000 100000\n");
	fixture_file(tree, "sys/fs/cgroup/ci/cpu.stat",
	             "nr_periods 8\nnr_throttled 2\n");
	fixture_file(tree, "sys/fs/cgroup/ci/job/cgroup.procs", "1\n");
	fixture_file(tree, CPU "online", "0-7\n");
	fixture_file(tree, CPU "smt/active", "1\n");
	fixture_file(tree, CPU "intel_pstate/no_turbo", "0\n");
	fixture_file(tree, CPU "cpufreq/policy0/scaling_governor", "powersave\n");
	fixture_file(tree, CPU "cpufreq/policy1/scaling_governor", "powersave\n");
	fixture_file(tree, CPU "cpufreq/policy2/scaling_governor",
	             "performance\n");
	fixture_file(tree, "sys/bus/event_source/devices/cpu_core/type", "4\n");
	fixture_file(tree, "sys/kernel/mm/transparent_hugepage/enabled",
	             "[always] madvise never\n");
	fixture_file(tree, "proc/cpuinfo",
	             "processor\t: 0\nmodel name\t: A Processor\n"
	             "flags\t\t: fpu vme sse\n\nprocessor : 1\n"
	             "model name\t: Another\nflags : x hypervisor\n");
	fixture_file(tree, "proc/loadavg", "3.25 2 1 1/100 1\n");
	fixture_file(tree, "proc/sys/kernel/randomize_va_space", "2\n");
	facts = machine_facts(tree);
	assert_string_equal(text_at(facts, "cpu"), "A Processor");
	assert_true(json_is_false(json_object_get(facts, "virtual_machine")));
	assert_true(json_is_true(json_object_get(facts, "smt")));
	assert_true(json_is_true(json_object_get(facts, "turbo")));
	assert_true(json_is_true(json_object_get(facts, "pmu")));
	assert_non_null(strstr(text_at(facts, "governor"), "powersave"));
	assert_non_null(strstr(text_at(facts, "governor"), "performance"));
	assert_int_equal(strlen(text_at(facts, "governor")),
	                 strlen("powersave,performance"));
	assert_string_equal(text_at(facts, "cpus_allowed"), "0-2,7");
	assert_true(number_at(facts, "cpus_online") == 8);
	assert_string_equal(text_at(facts, "aslr"), "2");
	assert_true(number_at(facts, "load_1m") == 3.25);
	assert_true(number_at(facts, "cgroup_cpus") == 2.5);
	assert_string_equal(text_at(facts, "cgroup_limit_at"), "/ci");
	assert_true(number_at(facts, "cgroup_throttled") == 0.25);
	json_decref(facts);
	// The other driver, and no limit.
	fixture_tree_remove(tree);
	tree = fixture_tree_new();
	fixture_process(tree, "self", "0", "0::/\n");
	fixture_mounts(tree, "self", NULL, "/");
	fixture_file(tree, "sys/fs/cgroup/cgroup.procs", "1\n");
	fixture_file(tree, CPU "cpufreq/boost", "0\n");
	fixture_file(tree, "sys/bus/event_source/devices/software/type", "1\n");
	facts = machine_facts(tree);
	assert_true(json_is_false(json_object_get(facts, "turbo")));
	assert_true(json_is_false(json_object_get(facts, "pmu")));
	assert_true(json_is_real(json_object_get(facts, "cgroup_cpus")));
	assert_true(number_at(facts, "cgroup_cpus") == 0);
	json_decref(facts);
	fixture_tree_remove(tree);
}

// What is not told is absent, and nothing else.
static void test_nothing(void **state)
{
	static const char *const absent[] = {"cpu",         "virtual_machine",
	                                     "cpus_online", "cpus_allowed",
	                                     "turbo",       "governor",
	                                     "smt",         "pmu",
	                                     "clock",       "thp",
	                                     "aslr",        "load_1m",
	                                     "cgroup_cpus"};
	char *tree = fixture_tree_new();
	json_t *facts = machine_facts(tree);

	(void)state;
	for (size_t i = 0; i < sizeof absent / sizeof *absent; i++)
		assert_null(json_object_get(facts, absent[i]));
	assert_non_null(text_at(facts, "kernel"));
	json_decref(facts);
	fixture_tree_remove(tree);
}

static void test_this_one(void **state)
{
	json_t *facts = machine_facts("");

	(void)state;
	assert_true(number_at(facts, "cpus_online") >= 1);
	assert_non_null(text_at(facts, "cpus_allowed"));
	json_decref(facts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_server),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_this_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
