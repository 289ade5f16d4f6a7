// cgroup.c - the control groups that limit a process's CPU time, level by level.
//
// A quota may stand at any level from the process's own group (the leaf) up to
// the root, and the tightest one rules. Go reads the leaf only, so it matters at
// which level a limit was set, and all are kept.
//
//	/proc/PID/cgroup      the group in each hierarchy, "id:controllers:path"
//	/proc/PID/mountinfo   where a hierarchy is mounted, and from which root
//	v2  DIR/cpu.max       "quota period" or "max period", in us
//	v1  DIR/cpu.cfs_quota_us (-1: none), DIR/cpu.cfs_period_us
//	    DIR/cpu.stat      how often and how long the group was throttled
//
// A machine may mount both versions; the cpu controller belongs to one of them:
// to v1 if one of its hierarchies names it, else to v2.
//
// /proc shows the groups and mounts of another process as seen from the reader's
// own control-group namespace. So the levels are read below our own mounts,
// which reach further up than a container's; where these do not hold the group,
// below the process's, through /proc/PID/root.
//
// Source: the kernel's Documentation/admin-guide/cgroup-v2.rst and
// scheduler/sched-bwc.rst; for what Go finds, internal/runtime/cgroup of 1.25
// and 1.26, and go.dev/issue/76390.
#include "cgroup.h"

#include "mounts.h"
#include "small_file.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

//---------------------------------------------------------------------------
// Parsers
//---------------------------------------------------------------------------

char *cgroup_find(char *text, int *version)
{
	char *line, *v2 = NULL;

	while ((line = small_file_next(&text))) {
		char *list = strchr(line, ':');
		char *path = list ? strchr(list + 1, ':') : NULL;

		if (!path || path[1] != '/')
			continue;
		*path++ = '\0';
		if (mount_option(list + 1, "cpu")) {
			*version = 1;
			return path;
		}
		if (strncmp(line, "0:", 2) == 0)
			v2 = path;
	}
	*version = v2 ? 2 : 0;
	return v2;
}

const char *cgroup_below(const char *group, const char *mount_root)
{
	size_t n = strcmp(mount_root, "/") == 0 ? 0 : strlen(mount_root);
	const char *below = group + n;

	if (strncmp(group, mount_root, n) != 0 || (*below && *below != '/'))
		return NULL;
	// "/..": outside our namespace and outside this mount.
	if (strncmp(below, "/..", 3) == 0 && (below[3] == '/' || !below[3]))
		return NULL;
	return strcmp(below, "/") == 0 ? "" : below;
}

static void set_limit(struct cgroup_level *l, int64_t quota, int64_t period)
{
	l->readable = true;
	l->limited = quota > 0 && period > 0;
	if (!l->limited)
		return;
	l->quota_us = quota;
	l->period_us = period;
	l->cpus = (double)quota / (double)period;
}

bool cgroup_parse_max(const char *text, struct cgroup_level *l)
{
	int64_t quota, period;

	if (strncmp(text, "max", 3) == 0 && strchr(" \n", text[3])) {
		set_limit(l, 0, 0);
		return true;
	}
	if (sscanf(text, "%" SCNd64 " %" SCNd64, &quota, &period) != 2 ||
	    quota <= 0 || period <= 0)
		return false;
	set_limit(l, quota, period);
	return true;
}

void cgroup_parse_stat(char *text, struct cgroup_level *l)
{
	char *line;

	while ((line = small_file_next(&text))) {
		char *value = strchr(line, ' ');
		uint64_t v;

		if (!value)
			continue;
		*value++ = '\0';
		v = strtoull(value, NULL, 10);
		if (strcmp(line, "nr_periods") == 0) {
			l->periods = v;
			l->counted = true;
		} else if (strcmp(line, "nr_throttled") == 0) {
			l->throttled = v;
		} else if (strcmp(line, "throttled_usec") == 0) {
			l->throttled_s = (double)v * 1e-6;
		} else if (strcmp(line, "throttled_time") == 0) {
			l->throttled_s = (double)v * 1e-9;
		}
	}
}

//---------------------------------------------------------------------------
// One level
//---------------------------------------------------------------------------

static bool read_number(const char *dir, const char *name, int64_t *v)
{
	char *text = small_file_line(dir, "%s", name), *end;
	bool ok;

	if (!text)
		return false;
	errno = 0;
	*v = strtoll(text, &end, 10);
	ok = end != text && !errno;
	free(text);
	return ok;
}

static void read_limit(struct cgroup_level *l, int version, const char *dir)
{
	int64_t quota, period;
	char *text;

	if (version == 1) {
		if (read_number(dir, "cpu.cfs_quota_us", &quota) &&
		    read_number(dir, "cpu.cfs_period_us", &period))
			set_limit(l, quota, period);
		return;
	}
	text = small_file_line(dir, "cpu.max");
	if (text)
		cgroup_parse_max(text, l);
	free(text);
}

static bool add_level(struct cgroup *c, const char *dir, const char *path)
{
	struct cgroup_level *l = &c->level[c->n];
	struct small_file stat;

	if (c->n == CGROUP_LEVELS_MAX)
		return false;
	*l = (struct cgroup_level){.path = strdup(*path ? path : "/"),
	                           .dir = strdup(dir)};
	if (!l->path || !l->dir) {
		free(l->path);
		free(l->dir);
		return false;
	}
	c->n++;
	read_limit(l, c->version, dir);
	if (small_file_read(&stat, dir, "cpu.stat") == 0)
		cgroup_parse_stat(stat.text, l);
	free(stat.text);
	return true;
}

//---------------------------------------------------------------------------
// All levels
//---------------------------------------------------------------------------

// holds says whether a mount is one of the hierarchy with the cpu controller.
static bool holds(const struct mount *m, int version)
{
	return version == 2 ? strcmp(m->type, "cgroup2") == 0
	                    : strcmp(m->type, "cgroup") == 0 &&
	                              mount_option(m->options, "cpu");
}

static bool exists(const char *dir, const char *name)
{
	struct small_file f;
	int err = small_file_read(&f, dir, "%s", name);

	free(f.text);
	return !err;
}

// below_root says whether the top directory of a mount is no hierarchy's root:
// some files are in every group but the root, others in the root only.
static bool below_root(const char *dir, int version)
{
	return version == 2 ? exists(dir, "cgroup.type")
	                    : !exists(dir, "release_agent");
}

// climb reads every level from the leaf up to the mount point. dir is cut.
static void climb(struct cgroup *c, char *dir, size_t mount_len)
{
	bool all;

	while ((all = add_level(c, dir, dir + mount_len)) &&
	       strlen(dir) > mount_len)
		*strrchr(dir, '/') = '\0';
	c->hidden = !all || below_root(dir, c->version);
}

// visit looks for the group below the mounts in this text, which it cuts up;
// prefix is where their mount points lie. false: none of them holds it.
static bool visit(struct cgroup *c, const char *prefix, char *mounts,
                  const char *group)
{
	char dir[2 * PATH_MAX], *line;
	struct mount m;

	while ((line = small_file_next(&mounts))) {
		const char *below;
		int mount_len, n;

		if (!mount_parse(line, &m) || !holds(&m, c->version) ||
		    !(below = cgroup_below(group, m.root)))
			continue;
		mount_len = snprintf(dir, sizeof dir, "%s%s", prefix, m.point);
		n = snprintf(dir, sizeof dir, "%s%s%s", prefix, m.point, below);
		if (n < 0 || (size_t)n >= sizeof dir ||
		    !(exists(dir, "cgroup.procs") || exists(dir, "cpu.stat")))
			continue;
		climb(c, dir, (size_t)mount_len);
		return true;
	}
	return false;
}

// note_findable says what Go finds, given the process's own mounts.
static void note_findable(struct cgroup *c, char *mounts, const char *group)
{
	bool first = true;
	struct mount m;
	char *line;

	while ((line = small_file_next(&mounts))) {
		if (!mount_parse(line, &m) || !holds(&m, c->version))
			continue;
		if (first)
			c->found_by_1_25 = strcmp(m.root, "/") == 0 ||
			                   strcmp(group, "/") == 0;
		first = false;
		c->found_by_1_26 |= cgroup_below(group, m.root) != NULL;
	}
}

// look_below visits the mounts of one process.
static bool look_below(struct cgroup *c, const char *root, const char *prefix,
                       const char *pid, const char *group)
{
	struct small_file mounts;
	bool found = false;

	if (small_file_read(&mounts, root, "proc/%s/mountinfo", pid) == 0)
		found = visit(c, prefix, mounts.text, group);
	free(mounts.text);
	return found;
}

static void read_group(struct cgroup *c, const char *root, const char *pid,
                       const char *group)
{
	struct small_file mounts;
	char prefix[2 * PATH_MAX];
	int n = snprintf(prefix, sizeof prefix, "%s/proc/%s/root", root, pid);

	if (small_file_read(&mounts, root, "proc/%s/mountinfo", pid) == 0)
		note_findable(c, mounts.text, group);
	free(mounts.text);
	if (look_below(c, root, root, "self", group) ||
	    (n > 0 && (size_t)n < sizeof prefix &&
	     look_below(c, root, prefix, pid, group)))
		return;
	snprintf(c->why, sizeof c->why,
	         "group %.64s of the cpu controller is not mounted here", group);
	c->version = 0;
}

void cgroup_read(struct cgroup *c, const char *root, const char *pid)
{
	struct small_file f;
	int err = small_file_read(&f, root, "proc/%s/cgroup", pid);
	char *group;

	*c = (struct cgroup){.version = 0};
	if (err) {
		snprintf(c->why, sizeof c->why, "/proc/%s/cgroup: %s", pid,
		         strerror(-err));
		return;
	}
	group = cgroup_find(f.text, &c->version);
	if (group)
		read_group(c, root, pid, group);
	else
		snprintf(c->why, sizeof c->why,
		         "no hierarchy of control groups has a cpu controller");
	free(f.text);
}

void cgroup_free(struct cgroup *c)
{
	for (size_t i = 0; i < c->n; i++) {
		free(c->level[i].path);
		free(c->level[i].dir);
	}
	c->n = 0;
}

//---------------------------------------------------------------------------
// What they say together
//---------------------------------------------------------------------------

int cgroup_tightest(const struct cgroup *c)
{
	int tightest = -1;

	for (int i = 0; i < (int)c->n; i++)
		if (c->level[i].limited &&
		    (tightest < 0 || c->level[i].cpus < c->level[tightest].cpus))
			tightest = i;
	return tightest;
}

double cgroup_throttled(const struct cgroup *c, double *seconds)
{
	double most = -1;

	for (size_t i = 0; i < c->n; i++) {
		const struct cgroup_level *l = &c->level[i];
		double share = l->periods
		                       ? (double)l->throttled / (double)l->periods
		                       : 0;

		if (!l->counted || share <= most)
			continue;
		most = share;
		if (seconds)
			*seconds = l->throttled_s;
	}
	return most;
}
