// mounts.h - lines of /proc/PID/mountinfo.
#ifndef HARNESS_PROCFS_MOUNTS_H
#define HARNESS_PROCFS_MOUNTS_H

#include <stdbool.h>

// Points into the line that was parsed.
struct mount {
	char *root;    // which directory of the file system is mounted
	char *point;   // where
	char *type;    // "cgroup2"
	char *options; // of the file system: "rw,cpu,cpuacct"
};

// mount_parse cuts a line into its fields, in place; false: it is malformed.
bool mount_parse(char *line, struct mount *m);

// mount_option says whether a list separated by commas has this word.
bool mount_option(const char *list, const char *word);

#endif
