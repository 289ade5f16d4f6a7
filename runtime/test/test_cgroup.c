// test_cgroup.c - the CPU quota of control groups, read from trees of files that
// look like /proc and /sys as the kernel makes them, and as it should not.
#define _GNU_SOURCE
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "port/port.h"
#include "rt.h"

static char root[] = "/tmp/dyno-cgroup-XXXXXX";

#define V2_MOUNT \
	"30 25 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw\n"
#define V1_MOUNT \
	"31 25 0:27 / /sys/fs/cgroup/cpu rw shared:5 - cgroup cgroup rw,cpuacct,cpu\n"
#define V1_OTHERS \
	"32 25 0:28 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n" \
	"33 25 0:29 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=cpu\n"
#define OTHER_MOUNTS \
	"25 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw\n" \
	"26 25 0:5 / /dev rw - devtmpfs none rw\n"

static int remove_one(const char *path, const struct stat *s, int type,
                      struct FTW *f)
{
	(void)s, (void)type, (void)f;
	return remove(path);
}

static int clear(void **state)
{
	(void)state;
	return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int start(void **state)
{
	(void)state;
	strcpy(root + sizeof root - 7, "XXXXXX");
	return mkdtemp(root) ? 0 : -1;
}

static void make_directories(char *path)
{
	for (char *at = path + strlen(root) + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		mkdir(path, 0700);
		*at = '/';
	}
}

static void put_bytes(const char *name, const void *text, size_t n)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", root, name);
	make_directories(path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void put(const char *name, const char *text)
{
	put_bytes(name, text, strlen(text));
}

static void put_proc(const char *groups, const char *mounts)
{
	put("proc/self/cgroup", groups);
	put("proc/self/mountinfo", mounts);
}

static void put_v1(const char *group, const char *quota, const char *period)
{
	char name[PATH_MAX];

	snprintf(name, sizeof name, "sys/fs/cgroup/cpu%s/cpu.cfs_quota_us",
	         group);
	put(name, quota);
	snprintf(name, sizeof name, "sys/fs/cgroup/cpu%s/cpu.cfs_period_us",
	         group);
	put(name, period);
}

static void expect_limit(double cpus)
{
	double got = port_cpu_limit(root);

	if (got < cpus - 1e-6 || got > cpus + 1e-6)
		fail_msg("%f CPUs, not %f", got, cpus);
}

//---------------------------------------------------------------------------
// As it should be
//---------------------------------------------------------------------------

static void test_v2(void **state)
{
	(void)state;
	put_proc("0::/a/b\n", OTHER_MOUNTS V2_MOUNT);
	expect_limit(0);
	put("sys/fs/cgroup/a/b/cpu.max", "150000 100000\n");
	expect_limit(1.5);
	put("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
	expect_limit(0);
	put("sys/fs/cgroup/a/b/cpu.max", "20000 80000\n");
	expect_limit(0.25);
}

static void test_v1(void **state)
{
	(void)state;
	put_proc("9:cpuset:/no\n4:cpuacct,cpu:/a/b\n1:name=cpu:/no\n",
	         OTHER_MOUNTS V1_OTHERS V1_MOUNT);
	put("sys/fs/cgroup/cpuset/no/cpu.cfs_quota_us", "1000\n");
	put("sys/fs/cgroup/cpuset/no/cpu.cfs_period_us", "1000\n");
	expect_limit(0);
	put_v1("/a/b", "250000\n", "100000\n");
	expect_limit(2.5);
	put_v1("/a/b", "-1\n", "100000\n");
	expect_limit(0);
}

static void test_an_ancestor_may_be_tighter(void **state)
{
	(void)state;
	put_proc("0::/a/b/c\n", V2_MOUNT);
	put("sys/fs/cgroup/a/b/c/cpu.max", "400000 100000\n");
	put("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
	expect_limit(4);
	put("sys/fs/cgroup/a/cpu.max", "300000 100000\n");
	expect_limit(3);
	put("sys/fs/cgroup/cpu.max", "200000 100000\n");
	expect_limit(2);
	put("sys/fs/cgroup/a/b/c/cpu.max", "100000 100000\n");
	expect_limit(1);
	// Neither a sibling's nor what lies above the mount.
	put("sys/fs/cgroup/a/x/cpu.max", "1000 100000\n");
	put("sys/fs/cpu.max", "1000 100000\n");
	expect_limit(1);
}

static void test_an_ancestor_may_be_tighter_in_v1(void **state)
{
	(void)state;
	put_proc("4:cpu:/a/b\n", V1_MOUNT);
	put_v1("/a/b", "400000\n", "100000\n");
	put_v1("/a", "-1\n", "100000\n");
	expect_limit(4);
	put_v1("/a", "100000\n", "50000\n");
	expect_limit(2);
	put_v1("", "300000\n", "200000\n");
	expect_limit(1.5);
}

static void test_of_two_versions_the_tighter(void **state)
{
	(void)state;
	put_proc("4:cpu,cpuacct:/one\n0::/two\n",
	         "40 25 0:40 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n" V1_OTHERS
	                 V1_MOUNT);
	put("sys/fs/cgroup/unified/two/cpu.max", "300000 100000\n");
	expect_limit(3);
	put_v1("/one", "200000\n", "100000\n");
	expect_limit(2);
	put("sys/fs/cgroup/unified/two/cpu.max", "100000 100000\n");
	expect_limit(1);
}

//---------------------------------------------------------------------------
// Where the group is
//---------------------------------------------------------------------------

// In a container the mount shows the group itself, and the path is as the host
// sees it.
static void test_a_mount_may_begin_below_the_root(void **state)
{
	(void)state;
	put_proc("0::/docker/0a/job\n",
	         "30 25 0:26 /docker/0a /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n");
	put("sys/fs/cgroup/job/cpu.max", "300000 100000\n");
	expect_limit(3);
	put("sys/fs/cgroup/cpu.max", "200000 100000\n");
	expect_limit(2);
	put("proc/self/cgroup", "0::/docker/0a\n");
	expect_limit(2);
	// A name that only begins like the mount's root is another group.
	put("sys/fs/cgroupb/cpu.max", "1000 100000\n");
	put("proc/self/cgroup", "0::/docker/0ab\n");
	expect_limit(2);
}

// In a namespace of its own the process is at the root, or beyond it.
static void test_a_namespace_has_its_own_root(void **state)
{
	(void)state;
	put_proc("0::/\n", V2_MOUNT);
	put("sys/fs/cgroup/cpu.max", "250000 100000\n");
	expect_limit(2.5);
	put("sys/fs/x/cpu.max", "1000 100000\n");
	put("sys/cpu.max", "1000 100000\n");
	put("proc/self/cgroup", "0::/../x\n");
	expect_limit(0);
	put("proc/self/cgroup", "0::/..\n");
	expect_limit(0);
	put("sys/fs/cgroup/..x/cpu.max", "100000 100000\n");
	put("proc/self/cgroup", "0::/..x\n"); // a name like any other
	expect_limit(1);
}

static void test_names_may_have_blanks_and_colons(void **state)
{
	(void)state;
	put_proc("0::/own group/a:b/c\\d\n",
	         "30 25 0:26 /own\\040group /sys/fs/c\\040\\134\\040g rw - "
	         "cgroup2 none rw\n");
	put("sys/fs/c \\ g/a:b/c\\d/cpu.max", "300000 100000\n");
	expect_limit(3);
}

static void test_a_mount_has_any_number_of_options(void **state)
{
	(void)state;
	put_proc("0::/a\n", "30 25 0:26 / /cg rw - cgroup2 cgroup2 rw\n");
	put("cg/a/cpu.max", "300000 100000\n");
	expect_limit(3);
	put_proc("0::/a\n", "30 25 0:26 / /cg rw shared:1 master:2 "
	                    "propagate_from:3 unbindable - cgroup2 x rw\n");
	expect_limit(3);
}

static void test_every_mount_of_a_hierarchy_counts(void **state)
{
	(void)state;
	put_proc("0::/a\n",
	         V2_MOUNT "41 25 0:26 / /mnt/again rw - cgroup2 cgroup2 rw\n");
	put("mnt/again/a/cpu.max", "300000 100000\n");
	expect_limit(3);
	put("sys/fs/cgroup/a/cpu.max", "200000 100000\n");
	expect_limit(2);
}

// Hosts of many containers have thousands of mounts.
static void test_the_mount_may_be_the_last_of_thousands(void **state)
{
	enum { MOUNTS = 5000 };
	size_t room = MOUNTS * 100;
	char *text = malloc(room), *at = text;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < MOUNTS; i++)
		at += sprintf(
			at,
			"%d 25 0:%d / /var/lib/layer/%032d rw - overlay none rw\n",
			100 + i, 100 + i, i);
	assert_true((size_t)(at - text) + sizeof V2_MOUNT < room);
	strcpy(at, V2_MOUNT);
	put_proc("0::/a\n", text);
	put("sys/fs/cgroup/a/cpu.max", "300000 100000\n");
	expect_limit(3);
	free(text);
}

//---------------------------------------------------------------------------
// As it should not be: what cannot be read is no limit
//---------------------------------------------------------------------------

static void test_missing_files_are_no_limit(void **state)
{
	(void)state;
	expect_limit(0);
	put("proc/self/mountinfo", V2_MOUNT V1_MOUNT);
	put("sys/fs/cgroup/a/cpu.max", "300000 100000\n");
	expect_limit(0);
	put("proc/self/cgroup", "0::/a\n");
	expect_limit(3);
	put("proc/self/mountinfo", OTHER_MOUNTS);
	expect_limit(0);
	put("proc/self/mountinfo", "");
	expect_limit(0);
}

static void test_an_unreadable_quota_does_not_hide_others(void **state)
{
	char path[PATH_MAX];

	(void)state;
	put_proc("0::/a/b\n", V2_MOUNT);
	put("sys/fs/cgroup/a/cpu.max", "300000 100000\n");
	put("sys/fs/cgroup/a/b/x", "");
	snprintf(path, sizeof path, "%s/sys/fs/cgroup/a/b/cpu.max", root);
	assert_int_equal(mkdir(path, 0700), 0); // root may read any file
	expect_limit(3);
}

static void test_a_malformed_quota_is_none(void **state)
{
	static const char *const v2[] = {
		"",      "\n",          "max",        "100000",   "100000 \n",
		"x y\n", "-5 100000\n", "100000 0\n", "0 100000", "1 -100000",
	};
	static const char *const v1[] = {"",    "\n",        "x\n",
	                                 "0\n", "-100000\n", "-1"};
	char endless[4096];

	(void)state;
	put_proc("4:cpu:/b\n0::/a\n", V2_MOUNT V1_MOUNT);
	for (size_t i = 0; i < sizeof v2 / sizeof v2[0]; i++) {
		put("sys/fs/cgroup/a/cpu.max", v2[i]);
		expect_limit(0);
	}
	memset(endless, '9', sizeof endless);
	put_bytes("sys/fs/cgroup/a/cpu.max", endless, sizeof endless);
	expect_limit(0);
	put_bytes("sys/fs/cgroup/a/cpu.max", "1\0000 1", 6);
	expect_limit(0);
	for (size_t i = 0; i < sizeof v1 / sizeof v1[0]; i++) {
		put_v1("/b", v1[i], "100000\n");
		expect_limit(0);
		put_v1("/b", "100000\n", v1[i]);
		expect_limit(0);
	}
}

static void test_malformed_lines_are_passed_over(void **state)
{
	(void)state;
	put_proc("\n:\n::\n0\n0:\nx:y\n0::/a\n",
	         "\n \n30\n30 25 0:26 /\n30 25 0:26 / /x rw\n"
	         "30 25 0:26 / /x rw -\n30 25 0:26 / /x rw - cgroup2\n"
	         "30 25 0:26 / /x rw - cgroup2 x\n"
	         "30 25 0:26 \\ \\0 rw - cgroup2 x rw\n"
	         "30 25 0:26 \\777\\9 /y\\zzz rw - cgroup2 x rw\n" V2_MOUNT);
	put("sys/fs/cgroup/a/cpu.max", "300000 100000\n");
	expect_limit(3);
}

static void test_paths_may_be_too_long(void **state)
{
	enum { LONG = 3 * PATH_MAX };
	char *group = malloc(LONG), *mounts = malloc(2 * LONG);

	(void)state;
	assert_true(group && mounts);
	memset(group, 'a', LONG - 1);
	memcpy(group, "0::/", 4);
	group[LONG - 1] = '\0';
	put_proc(group, V2_MOUNT);
	put("sys/fs/cgroup/cpu.max", "300000 100000\n");
	(void)port_cpu_limit(root); // no more than: it comes back
	snprintf(mounts, 2 * LONG, "30 25 0:26 / %s rw - cgroup2 x rw\n%s",
	         group + 3, V2_MOUNT);
	put_proc("0::/\n", mounts);
	expect_limit(3);
	free(group);
	free(mounts);
}

#define in_a_tree(f) cmocka_unit_test_setup_teardown(f, start, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		in_a_tree(test_v2),
		in_a_tree(test_v1),
		in_a_tree(test_an_ancestor_may_be_tighter),
		in_a_tree(test_an_ancestor_may_be_tighter_in_v1),
		in_a_tree(test_of_two_versions_the_tighter),
		in_a_tree(test_a_mount_may_begin_below_the_root),
		in_a_tree(test_a_namespace_has_its_own_root),
		in_a_tree(test_names_may_have_blanks_and_colons),
		in_a_tree(test_a_mount_has_any_number_of_options),
		in_a_tree(test_every_mount_of_a_hierarchy_counts),
		in_a_tree(test_the_mount_may_be_the_last_of_thousands),
		in_a_tree(test_missing_files_are_no_limit),
		in_a_tree(test_an_unreadable_quota_does_not_hide_others),
		in_a_tree(test_a_malformed_quota_is_none),
		in_a_tree(test_malformed_lines_are_passed_over),
		in_a_tree(test_paths_may_be_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
