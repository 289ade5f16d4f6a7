// test_cgroup.c - control groups found, and read at every level.
#include "../procfs/cgroup.h"
#include "../procfs/cpu_list.h"
#include "../procfs/mounts.h"
#include "fixture_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

//---------------------------------------------------------------------------
// Parsers
//---------------------------------------------------------------------------

static void test_which_hierarchy(void **state)
{
	static const struct {
		const char *text, *group;
		int version;
	} cases[] = {
		{"0::/a/b\n", "/a/b", 2},
		{"0::/\n", "/", 2},
		{"2:cpu,cpuacct:/v1\n0::/v2\n", "/v1", 1},
		{"0::/v2\n2:cpuacct,cpu:/v1\n", "/v1", 1},
		{"3:cpuset:/x\n4:cpuacct:/y\n0::/v2\n", "/v2", 2},
		{"1:name=systemd:/x\n", NULL, 0},
		{"5:cpu:/has:colon\n", "/has:colon", 1},
		{"", NULL, 0},
		{"0:\n0:::\n::\n\n\n", NULL, 0},
		{"0::relative\n", NULL, 0},
		{"0::/last, no line end", "/last, no line end", 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[128], *group;
		int version = -1;

		strcpy(text, cases[i].text);
		group = cgroup_find(text, &version);
		assert_int_equal(version, cases[i].version);
		if (cases[i].group)
			assert_string_equal(group, cases[i].group);
		else
			assert_null(group);
	}
}

static void test_below_a_mount(void **state)
{
	static const struct {
		const char *group, *root, *below;
	} cases[] = {
		{"/", "/", ""},
		{"/a", "/", "/a"},
		{"/a/b", "/a", "/b"},
		{"/a/b", "/a/b", ""},
		{"/ab", "/a", NULL},
		{"/a", "/a/b", NULL},
		{"/../init", "/", NULL},
		{"/..", "/", NULL},
		{"/../init", "/..", "/init"},
		{"/../../init", "/..", NULL},
		{"/..a", "/", "/..a"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *below = cgroup_below(cases[i].group, cases[i].root);

		if (cases[i].below)
			assert_string_equal(below, cases[i].below);
		else
			assert_null(below);
	}
}

static void test_mount_lines(void **state)
{
	static const char *const wrong[] = {
		"",
		"31",
		"31 23 0:28 / /sys/fs/cgroup",
		"31 23 0:28 / /sys/fs/cgroup rw shared:1 cgroup2 cgroup2 rw",
		"31 23 0:28 / /sys/fs/cgroup rw - cgroup2",
		"31 23 0:28 root /sys rw - cgroup2 cgroup2 rw",
		"31 23 0:28 /a\\ /sys rw - cgroup2 cgroup2 rw",
		"31 23 0:28 /a\\04 /sys rw - cgroup2 cgroup2 rw",
		"31 23 0:28 /a\\777 /sys rw - cgroup2 cgroup2 rw",
		"31 23 0:28 /a\\000 /sys rw - cgroup2 cgroup2 rw",
	};
	char line[128];
	struct mount m;

	(void)state;
	strcpy(line, "31 23 0:28 /a\\040b /sys/fs\\134x rw a:1 b:2 - cgroup "
	             "none rw,cpu,cpuacct");
	assert_true(mount_parse(line, &m));
	assert_string_equal(m.root, "/a b");
	assert_string_equal(m.point, "/sys/fs\\x");
	assert_string_equal(m.type, "cgroup");
	assert_true(mount_option(m.options, "cpu"));
	assert_true(mount_option(m.options, "cpuacct"));
	assert_false(mount_option(m.options, "cpus"));
	assert_false(mount_option("cpuset,acpu", "cpu"));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		strcpy(line, wrong[i]);
		assert_false(mount_parse(line, &m));
	}
}

static void test_cpu_max(void **state)
{
	static const char *const wrong[] = {"",       "max200",  "x 100000",
	                                    "50000",  "-1 1000", "0 100000",
	                                    "5000 0", "5000 -1", "maximum 1"};
	struct cgroup_level l = {.path = NULL};

	(void)state;
	assert_true(cgroup_parse_max("max 100000", &l));
	assert_true(l.readable);
	assert_false(l.limited);
	assert_true(cgroup_parse_max("150000 100000\n", &l));
	assert_true(l.limited);
	assert_true(l.cpus == 1.5);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(cgroup_parse_max(wrong[i], &l));
}

static void test_cpu_lists(void **state)
{
	static const char *const wrong[] = {
		"x",  "1-", "-1", "3-1", "1,,2", "65536", "0-99999999999",
		"1;2"};
	static struct cpu_list a, b;

	(void)state;
	assert_true(cpu_list_parse(&a, "0-3,8,60-70\n"));
	assert_int_equal(cpu_list_count(&a), 16);
	assert_true(cpu_list_parse(&b, "2-64"));
	cpu_list_keep(&a, &b);
	assert_int_equal(cpu_list_count(&a), 8);
	assert_true(cpu_list_parse(&a, "\n"));
	assert_int_equal(cpu_list_count(&a), 0);
	assert_true(cpu_list_parse(&a, "0-65535"));
	assert_int_equal(cpu_list_count(&a), 65536);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(cpu_list_parse(&a, wrong[i]));
}

//---------------------------------------------------------------------------
// Trees
//---------------------------------------------------------------------------

static void test_v2_levels(void **state)
{
	char *tree = fixture_tree_new();
	struct cgroup c;
	double seconds;

	(void)state;
	fixture_process(tree, "7", "0-3", "0::/pods/pod1/app\n");
	fixture_mounts(tree, "7", NULL, "/");
	fixture_mounts(tree, "self", NULL, "/");
	fixture_file(tree, "sys/fs/cgroup/cgroup.procs", "1\n");
	fixture_file(tree, "sys/fs/cgroup/pods/cpu.max", "max 100000\n");
	fixture_file(tree, "sys/fs/cgroup/pods/pod1/cpu.max", "150000 100000\n");
	fixture_file(tree, "sys/fs/cgroup/pods/pod1/cpu.stat",
	             "usage_usec 5\nnr_periods 200\nnr_throttled 50\n"
	             "throttled_usec 2500000\n");
	fixture_file(tree, "sys/fs/cgroup/pods/pod1/app/cpu.max", "max 100000\n");
	fixture_file(tree, "sys/fs/cgroup/pods/pod1/app/cgroup.procs", "7\n");
	cgroup_read(&c, tree, "7");
	assert_int_equal(c.version, 2);
	assert_int_equal(c.n, 4);
	assert_string_equal(c.level[0].path, "/pods/pod1/app");
	assert_string_equal(c.level[3].path, "/");
	assert_false(c.level[0].limited);
	assert_true(c.level[0].readable);
	assert_true(c.level[1].cpus == 1.5);
	assert_false(c.level[3].readable);
	assert_int_equal(cgroup_tightest(&c), 1);
	assert_true(cgroup_throttled(&c, &seconds) == 0.25);
	assert_true(seconds == 2.5);
	assert_true(c.found_by_1_25 && c.found_by_1_26);
	assert_false(c.hidden);
	cgroup_free(&c);
	// What is mounted here is itself below the root.
	fixture_file(tree, "sys/fs/cgroup/cgroup.type", "domain\n");
	cgroup_read(&c, tree, "7");
	assert_true(c.hidden);
	cgroup_free(&c);
	fixture_tree_remove(tree);
}

static void test_v1_levels(void **state)
{
	char *tree = fixture_tree_new();
	struct cgroup c;
	double seconds;

	(void)state;
	fixture_process(tree, "7", "0-3",
	                "4:cpu,cpuacct:/docker/abc\n0::/init\n");
	fixture_mounts(tree, "7", "/", "/");
	fixture_mounts(tree, "self", "/", "/");
#define V1 "sys/fs/cgroup/cpu,cpuacct/"
	fixture_file(tree, V1 "release_agent", "\n");
	fixture_file(tree, V1 "cgroup.procs", "1\n");
	fixture_file(tree, V1 "docker/cpu.cfs_quota_us", "800000\n");
	fixture_file(tree, V1 "docker/cpu.cfs_period_us", "100000\n");
	fixture_file(tree, V1 "docker/abc/cpu.cfs_quota_us", "425000\n");
	fixture_file(tree, V1 "docker/abc/cpu.cfs_period_us", "50000\n");
	fixture_file(tree, V1 "docker/abc/cpu.stat",
	             "nr_periods 10\nnr_throttled 1\nthrottled_time 3000000\n");
	cgroup_read(&c, tree, "7");
	assert_int_equal(c.version, 1);
	assert_int_equal(c.n, 3);
	assert_true(c.level[0].cpus == 8.5);
	assert_true(c.level[1].cpus == 8);
	assert_int_equal(cgroup_tightest(&c), 1);
	assert_true(cgroup_throttled(&c, &seconds) == 0.1);
	assert_true(seconds > 0.0029 && seconds < 0.0031);
	assert_false(c.hidden);
	cgroup_free(&c);
	fixture_file(tree, V1 "docker/abc/cpu.cfs_quota_us", "-1\n\n\n\n");
	cgroup_read(&c, tree, "7");
	assert_true(c.level[0].readable);
	assert_false(c.level[0].limited);
	cgroup_free(&c);
	fixture_tree_remove(tree);
#undef V1
}

// A container without a namespace of its own: the mount starts at its group.
static void test_mounted_from_the_group(void **state)
{
	char *tree = fixture_tree_new();
	struct cgroup c;

	(void)state;
	fixture_process(tree, "7", "0-3", "4:cpu:/docker/abc\n");
	fixture_mounts(tree, "7", "/docker/abc", NULL);
	fixture_mounts(tree, "self", "/docker/abc", NULL);
	fixture_file(tree, "sys/fs/cgroup/cpu,cpuacct/cgroup.procs", "1\n");
	fixture_file(tree, "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us",
	             "5000\n");
	fixture_file(tree, "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us",
	             "1000\n");
	cgroup_read(&c, tree, "7");
	assert_int_equal(c.n, 1);
	assert_true(c.level[0].cpus == 5);
	assert_true(c.found_by_1_26);
	assert_false(c.found_by_1_25);
	assert_true(c.hidden);
	cgroup_free(&c);
	fixture_tree_remove(tree);
}

// The group is not below our mounts, but below those of the process.
static void test_seen_through_the_process(void **state)
{
	char *tree = fixture_tree_new();
	struct cgroup c;

	(void)state;
	fixture_process(tree, "7", "0-3", "0::/../other/app\n");
	fixture_mounts(tree, "7", NULL, "/../other");
	fixture_mounts(tree, "self", NULL, "/");
	fixture_file(tree, "sys/fs/cgroup/cgroup.procs", "1\n");
	fixture_file(tree, "proc/7/root/sys/fs/cgroup/app/cpu.max", "1000 500\n");
	fixture_file(tree, "proc/7/root/sys/fs/cgroup/app/cpu.stat", "\n");
	cgroup_read(&c, tree, "7");
	assert_int_equal(c.version, 2);
	assert_int_equal(c.n, 2);
	assert_true(c.level[0].cpus == 2);
	cgroup_free(&c);
	fixture_tree_remove(tree);
}

static void test_what_is_not_there(void **state)
{
	char *tree = fixture_tree_new();
	struct cgroup c;

	(void)state;
	cgroup_read(&c, tree, "7");
	assert_int_equal(c.version, 0);
	assert_non_null(strstr(c.why, "/proc/7/cgroup"));
	fixture_process(tree, "7", "0-3", "3:cpuset:/a\n");
	cgroup_read(&c, tree, "7");
	assert_non_null(strstr(c.why, "no hierarchy"));
	fixture_process(tree, "8", "0-3", "0::/gone\n");
	fixture_mounts(tree, "8", NULL, "/");
	fixture_mounts(tree, "self", NULL, "/");
	cgroup_read(&c, tree, "8");
	assert_int_equal(c.version, 0);
	assert_non_null(strstr(c.why, "/gone"));
	assert_int_equal(cgroup_tightest(&c), -1);
	assert_true(cgroup_throttled(&c, NULL) < 0);
	cgroup_free(&c);
	fixture_tree_remove(tree);
}

// A chain of groups deeper than we keep ends, and says so.
static void test_very_deep(void **state)
{
	char *tree = fixture_tree_new(), group[512] = "0::", path[600];
	struct cgroup c;

	(void)state;
	for (int i = 0; i < CGROUP_LEVELS_MAX + 10; i++)
		strcat(group, "/d");
	strcpy(path, "sys/fs/cgroup");
	strcat(path, group + 3);
	strcat(path, "/cgroup.procs");
	fixture_process(tree, "7", "0-3", group);
	fixture_mounts(tree, "self", NULL, "/");
	fixture_file(tree, path, "7\n");
	cgroup_read(&c, tree, "7");
	assert_int_equal(c.n, CGROUP_LEVELS_MAX);
	assert_true(c.hidden);
	cgroup_free(&c);
	fixture_tree_remove(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_which_hierarchy),
		cmocka_unit_test(test_below_a_mount),
		cmocka_unit_test(test_mount_lines),
		cmocka_unit_test(test_cpu_max),
		cmocka_unit_test(test_cpu_lists),
		cmocka_unit_test(test_v2_levels),
		cmocka_unit_test(test_v1_levels),
		cmocka_unit_test(test_mounted_from_the_group),
		cmocka_unit_test(test_seen_through_the_process),
		cmocka_unit_test(test_what_is_not_there),
		cmocka_unit_test(test_very_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
