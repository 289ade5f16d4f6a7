// cgroup.c - how many CPUs' worth of time the control groups allow.
//
// A quota may stand at any level from the process's own group up to the root of
// what is mounted here, and the tightest one rules; so all levels are read.
// Both versions are looked at, since a machine may mount both and limit with
// either. What cannot be read is no limit.
//
//	/proc/self/cgroup     the group, per hierarchy, from that hierarchy's root
//	/proc/self/mountinfo  where a hierarchy is mounted, and from which root
//	v2  DIR/cpu.max                "quota period" or "max period", in us
//	v1  DIR/cpu.cfs_quota_us       -1: none
//	    DIR/cpu.cfs_period_us
//
// Source: the kernel's Documentation/admin-guide/cgroup-v2.rst and
// scheduler/sched-bwc.rst. Go 1.25 reads its own group only.
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "port/port.h"

// A host of many containers has a mountinfo of megabytes.
enum { TEXT_MAX = 1 << 23 };

// Reads a small file as a string; false: there is none, or it is too long.
static bool read_text(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t at = 0;
	ssize_t got;

	if (fd < 0)
		return false;
	do {
		got = read(fd, text + at, size - 1 - at);
		if (got > 0)
			at += (size_t)got;
	} while ((got > 0 && at < size - 1) || (got < 0 && errno == EINTR));
	close(fd);
	text[at] = '\0';
	return got == 0;
}

static bool read_in(const char *dir, const char *name, char *text, size_t size)
{
	char path[PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/%s", dir, name);

	return n > 0 && n < (int)sizeof path && read_text(path, text, size);
}

static double quota_v2(const char *dir)
{
	char text[64];
	long long quota, period;

	if (!read_in(dir, "cpu.max", text, sizeof text) ||
	    sscanf(text, "%lld %lld", &quota, &period) != 2 || quota <= 0 ||
	    period <= 0)
		return 0;
	return (double)quota / (double)period;
}

static double quota_v1(const char *dir)
{
	char quota[32], period[32];
	long long q, p;

	if (!read_in(dir, "cpu.cfs_quota_us", quota, sizeof quota) ||
	    !read_in(dir, "cpu.cfs_period_us", period, sizeof period))
		return 0;
	q = strtoll(quota, NULL, 10);
	p = strtoll(period, NULL, 10);
	return q > 0 && p > 0 ? (double)q / (double)p : 0;
}

// Of two quotas, 0 meaning none, the tighter.
static double tighter(double a, double b)
{
	if (a == 0 || b == 0)
		return a + b;
	return a < b ? a : b;
}

// From the group's directory up to where its hierarchy is mounted.
static double tightest(char *dir, size_t mount_len, double (*quota)(const char *))
{
	double limit = quota(dir);

	while (strlen(dir) > mount_len) {
		*strrchr(dir, '/') = '\0';
		limit = tighter(limit, quota(dir));
	}
	return limit;
}

static bool has_word(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += n) {
		bool begins = at == list || at[-1] == ',';

		if (begins && (at[n] == ',' || at[n] == '\0'))
			return true;
	}
	return false;
}

// mountinfo writes blanks and backslashes in octal.
static void unescape(char *s)
{
	char *to = s;

	while (*s) {
		if (s[0] == '\\' && s[1] && s[2] && s[3]) {
			*to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 +
			               (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

struct mount {
	char *root, *point, *type, *options;
};

static bool parse_mount(char *line, struct mount *m)
{
	char *save = NULL, *field = strtok_r(line, " ", &save);

	for (int i = 0; field && i < 3; i++)
		field = strtok_r(NULL, " ", &save);
	m->root = field;
	m->point = strtok_r(NULL, " ", &save);
	do {
		field = strtok_r(NULL, " ", &save);
	} while (field && strcmp(field, "-") != 0);
	m->type = strtok_r(NULL, " ", &save);
	strtok_r(NULL, " ", &save); // the source
	m->options = strtok_r(NULL, " ", &save);
	if (!m->root || !m->point || !m->type || !m->options)
		return false;
	unescape(m->root);
	unescape(m->point);
	return true;
}

// Outside of the namespace that it is named from, nothing of a group can be seen.
static bool leads_out(const char *path)
{
	return strncmp(path, "/..", 3) == 0 && (path[3] == '/' || !path[3]);
}

// The group's path in its hierarchy, from a line "id:controllers:path".
static bool find_group(char *text, bool v2, char *group, size_t size)
{
	char *save = NULL;

	for (char *line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *list = strchr(line, ':');
		char *path = list ? strchr(list + 1, ':') : NULL;

		if (!path || path[1] != '/')
			continue;
		*path++ = '\0';
		if (v2 ? list[1] == '\0' : has_word(list + 1, "cpu"))
			return !leads_out(path) &&
			       snprintf(group, size, "%s", path) < (int)size;
	}
	return false;
}

// How much of the group's path the root of the mount stands for.
static size_t below(const char *group, const char *root)
{
	size_t n = strcmp(root, "/") == 0 ? 0 : strlen(root);
	bool is = strncmp(group, root, n) == 0 &&
	          (group[n] == '/' || group[n] == '\0');

	return is ? n : 0; // no: a root that is seen from another namespace
}

// The group's directory under this mount, if it lies there.
static bool group_dir(const char *sysroot, const struct mount *m,
                      const char *group, char *dir, size_t size,
                      size_t *mount_len)
{
	int n;

	group += below(group, m->root);
	n = snprintf(dir, size, "%s%s", sysroot, m->point);
	if (n < 0 || (size_t)n >= size)
		return false;
	*mount_len = (size_t)n;
	if (strcmp(group, "/") == 0)
		return true;
	n = snprintf(dir + n, size - (size_t)n, "%s", group);
	return n >= 0 && *mount_len + (size_t)n < size;
}

// What is too long for a stack.
struct buffers {
	char text[TEXT_MAX], group[PATH_MAX], dir[PATH_MAX];
};

static double limit_in(const char *sysroot, bool v2, struct buffers *b)
{
	char *save = NULL;
	size_t mount_len;
	double limit = 0;

	if (!read_in(sysroot, "proc/self/cgroup", b->text, sizeof b->text) ||
	    !find_group(b->text, v2, b->group, sizeof b->group) ||
	    !read_in(sysroot, "proc/self/mountinfo", b->text, sizeof b->text))
		return 0;
	for (char *line = strtok_r(b->text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		struct mount m;

		if (!parse_mount(line, &m) ||
		    strcmp(m.type, v2 ? "cgroup2" : "cgroup") != 0 ||
		    (!v2 && !has_word(m.options, "cpu")))
			continue;
		if (group_dir(sysroot, &m, b->group, b->dir, sizeof b->dir,
		              &mount_len))
			limit = tighter(limit,
			                tightest(b->dir, mount_len,
			                         v2 ? quota_v2 : quota_v1));
	}
	return limit;
}

double port_cpu_limit(const char *sysroot)
{
	struct buffers *b = malloc(sizeof *b);
	double limit;

	if (!b)
		return 0;
	limit = tighter(limit_in(sysroot, true, b), limit_in(sysroot, false, b));
	free(b);
	return limit;
}
