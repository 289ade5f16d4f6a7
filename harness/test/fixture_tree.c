// fixture_tree.c - a made-up machine: a private directory with proc and sys.
#include "fixture_tree.h"

#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

char *fixture_tree_new(void)
{
	char *tree = strdup(command_directory());

	assert_non_null(tree);
	return tree;
}

void fixture_tree_remove(char *tree)
{
	command_remove(tree);
	free(tree);
}

// open_below opens a file to be written, and makes the directories on its way.
static int open_below(const char *tree, const char *path)
{
	char full[PATH_MAX];
	int fd;

	assert_true(snprintf(full, sizeof full, "%s/%s", tree, path) <
	            (int)sizeof full);
	for (char *at = full + strlen(tree) + 1; (at = strchr(at, '/')); at++) {
		*at = '\0';
		assert_true(mkdir(full, 0700) == 0 || errno == EEXIST);
		*at = '/';
	}
	fd = open(full, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	return fd;
}

void fixture_bytes(const char *tree, const char *path, const void *bytes,
                   size_t n, size_t offset)
{
	int fd = open_below(tree, path);

	assert_int_equal(ftruncate(fd, (off_t)offset), 0);
	assert_int_equal(pwrite(fd, bytes, n, (off_t)offset), n);
	close(fd);
}

void fixture_file(const char *tree, const char *path, const char *fmt, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	assert_true(n >= 0);
	fixture_bytes(tree, path, text, (size_t)n, 0);
	free(text);
}

void fixture_process(const char *tree, const char *pid, const char *allowed,
                     const char *groups)
{
	char path[64];

	snprintf(path, sizeof path, "proc/%s/status", pid);
	fixture_file(tree, path,
	             "Name:\tserver\nCpus_allowed:\tff\nCpus_allowed_list:\t%s\n",
	             allowed);
	snprintf(path, sizeof path, "proc/%s/comm", pid);
	fixture_file(tree, path, "server\n");
	snprintf(path, sizeof path, "proc/%s/cgroup", pid);
	fixture_file(tree, path, "%s", groups);
	snprintf(path, sizeof path, "proc/%s/environ", pid);
	fixture_bytes(tree, path, "HOME=/\0PATH=/bin\0", 17, 0);
}

void fixture_mounts(const char *tree, const char *pid, const char *v1_root,
                    const char *v2_root)
{
	char path[64], v1[512] = "", v2[512] = "";

	if (v1_root)
		snprintf(v1, sizeof v1,
		         "33 31 0:30 %s /sys/fs/cgroup/cpu,cpuacct rw shared:3 - "
		         "cgroup cgroup rw,cpu,cpuacct\n",
		         v1_root);
	if (v2_root)
		snprintf(v2, sizeof v2,
		         "31 23 0:28 %s /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 "
		         "rw,nsdelegate\n",
		         v2_root);
	snprintf(path, sizeof path, "proc/%s/mountinfo", pid);
	fixture_file(tree, path,
	             "23 1 259:1 / / rw,relatime shared:1 - ext4 /dev/vda rw\n"
	             "32 31 0:29 / /sys/fs/cgroup/cpuset rw - cgroup cgroup "
	             "rw,cpuset\n%s%s",
	             v1, v2);
}
