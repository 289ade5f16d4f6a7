// fixture_tree.h - a made-up machine: a private directory with proc and sys.
#ifndef HARNESS_TEST_FIXTURE_TREE_H
#define HARNESS_TEST_FIXTURE_TREE_H

#include <stddef.h>

// fixture_tree_new makes an empty one; its path is to be given to the others.
// fixture_tree_remove removes it with all that is in it, and frees the path.
char *fixture_tree_new(void);
void fixture_tree_remove(char *tree);

// fixture_file writes a file below the tree, making its directories; the text is
// formatted. fixture_bytes writes bytes from an offset on.
void fixture_file(const char *tree, const char *path, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void fixture_bytes(const char *tree, const char *path, const void *bytes,
                   size_t n, size_t offset);

// fixture_process writes proc/PID with the CPUs and the groups of a process:
// allowed is a list such as "0-3", groups the text of its cgroup file.
void fixture_process(const char *tree, const char *pid, const char *allowed,
                     const char *groups);

// fixture_mounts writes proc/PID/mountinfo with a line for the root and lines
// for the hierarchies of either version, if mounted from a root that is not
// NULL: v2 at sys/fs/cgroup, v1's cpu controller at sys/fs/cgroup/cpu,cpuacct.
void fixture_mounts(const char *tree, const char *pid, const char *v1_root,
                    const char *v2_root);

#endif
