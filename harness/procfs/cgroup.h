// cgroup.h - the control groups that limit a process's CPU time, level by level.
#ifndef HARNESS_PROCFS_CGROUP_H
#define HARNESS_PROCFS_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// More levels than the kernel's own limit on nesting needs in practice; deeper
// ones are left out, and cgroup.hidden says so.
enum { CGROUP_LEVELS_MAX = 64 };

struct cgroup_level {
	char *path; // from the root of what is visible: "/kubepods/pod1"
	char *dir;  // where its files are
	// cpu.max, or cpu.cfs_quota_us and its period. Without these files there
	// is no limit and readable is false.
	bool readable, limited;
	double cpus; // quota / period
	int64_t quota_us, period_us;
	// cpu.stat, since the group was made.
	bool counted;
	uint64_t periods, throttled; // of which it ran out of quota
	double throttled_s;
};

struct cgroup {
	int version; // of the hierarchy with the cpu controller; 0: none is seen
	struct cgroup_level level[CGROUP_LEVELS_MAX]; // the leaf first
	size_t n;
	bool hidden; // there are levels above the last that cannot be seen
	// Can the process itself find its group? Go 1.25 looks where the group's
	// whole path lies below the mount point; later ones take off what the
	// mount already has.
	bool found_by_1_25, found_by_1_26;
	char why[160]; // why version is 0
};

// cgroup_read reads those of process pid ("self", "123") as /proc shows them
// below root. To be freed, whatever it found.
void cgroup_read(struct cgroup *c, const char *root, const char *pid);
void cgroup_free(struct cgroup *c);

// cgroup_tightest returns the index of the level with the smallest limit, the
// one nearest to the leaf of equals; -1 where none is limited.
int cgroup_tightest(const struct cgroup *c);

// cgroup_throttled returns the share of periods in which the level that was
// throttled most ran out of quota, 0 to 1; -1 where nothing was counted.
// *seconds, if not NULL, is the time that this level was throttled.
double cgroup_throttled(const struct cgroup *c, double *seconds);

// The parsers, apart for tests.

// cgroup_find finds the group in the text of /proc/PID/cgroup, which it cuts up,
// and the version of its hierarchy. NULL: there is none.
char *cgroup_find(char *text, int *version);

// cgroup_below returns the part of group that lies below a mount of this root
// ("" for the mount itself), or NULL where the mount does not hold it.
const char *cgroup_below(const char *group, const char *mount_root);

// cgroup_parse_max reads the text of cpu.max into a level: false if malformed.
bool cgroup_parse_max(const char *text, struct cgroup_level *l);

// cgroup_parse_stat reads the text of cpu.stat, of either version.
void cgroup_parse_stat(char *text, struct cgroup_level *l);

#endif
