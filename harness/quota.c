// quota.c - a control group of our own, which limits the CPU time of a trial.
//
// It lies below the group of dyno itself, so that dyno's own limits stay in
// force: cpu.cfs_quota_us in the first version of control groups, cpu.max in the
// second. There a group with processes in it cannot hand its controllers on, the
// hierarchy's root aside, and so the groups above are tried next. Who may write in
// none of them is given one by systemd, where there is one (scope.c); that one dyno
// has to itself, and makes room by stepping into a group below it.
//
// The name has dyno's process id. Three clear up: dyno when a trial has ended;
// the keeper, when dyno has died meanwhile; and the next dyno, when both have.
#include "quota.h"

#include "complain.h"
#include "procfs/cgroup.h"
#include "procfs/small_file.h"
#include "scope.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char prefix[] = "dyno-";

enum {
	PERIOD_US = 100000, // the kernel's default, and that of containers
	PATIENCE = 100,     // rounds of 10 ms for a group that is being emptied
};

//---------------------------------------------------------------------------
// Files of a group
//---------------------------------------------------------------------------

// put writes a file of a group: 0 or -errno.
static int put(const char *dir, const char *name, const char *text)
{
	char path[4096];
	ssize_t n;
	int fd, err;

	if (snprintf(path, sizeof path, "%s/%s", dir, name) >= (int)sizeof path)
		return -ENAMETOOLONG;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = write(fd, text, strlen(text));
	err = n < 0 ? -errno : 0;
	close(fd);
	return err;
}

int quota_enter(const char *dir)
{
	return put(dir, "cgroup.procs", "0");
}

int quota_remove(const char *dir)
{
	const struct timespec a_while = {.tv_nsec = 10000000};

	for (int i = 0; i < PATIENCE; i++) {
		if (rmdir(dir) == 0 || errno == ENOENT)
			return 0;
		if (errno != EBUSY)
			break;
		nanosleep(&a_while, NULL);
	}
	return -errno;
}

static int limit(const char *dir, int version, int64_t thousandths)
{
	long long quota = (long long)thousandths * (PERIOD_US / 1000);
	char text[64];
	int err;

	if (version == 2) {
		snprintf(text, sizeof text, "%lld %d", quota, PERIOD_US);
		return put(dir, "cpu.max", text);
	}
	snprintf(text, sizeof text, "%d", PERIOD_US);
	err = put(dir, "cpu.cfs_period_us", text);
	snprintf(text, sizeof text, "%lld", quota);
	return err ? err : put(dir, "cpu.cfs_quota_us", text);
}

//---------------------------------------------------------------------------
// Making one
//---------------------------------------------------------------------------

// A group of the second version with processes in it can have others below it only
// as a thread's, whatever it hands on; the hierarchy's root, which has no type, can.
static bool inhabited(const char *home)
{
	char *type = small_file_line(home, "cgroup.type");
	char *first = small_file_line(home, "cgroup.procs");
	bool is = type && first && *first;

	free(type);
	free(first);
	return is;
}

static bool holds_processes(const char *dir)
{
	char *type = small_file_line(dir, "cgroup.type");
	bool is = type && strcmp(type, "domain") == 0;

	free(type);
	return is;
}

// step_aside moves dyno out of a group that it has to itself, into one below it: 0
// or -errno.
static int step_aside(const char *home)
{
	static bool done;
	char dir[4096];
	int err;

	if (done || !scope_inside())
		return -EBUSY;
	if (snprintf(dir, sizeof dir, "%s/%s%ld-own", home, prefix,
	             (long)getpid()) >= (int)sizeof dir)
		return -ENAMETOOLONG;
	if (mkdir(dir, 0755) != 0)
		return -errno;
	err = quota_enter(dir);
	if (!err && inhabited(home))
		err = -EBUSY; // by others
	done = !err;
	if (err && quota_enter(home) == 0)
		rmdir(dir);
	return err;
}

// make_below makes a group that can have a limit: 0 or -errno.
static int make_below(const char *home, int version, const char *dir)
{
	const char *file = version == 2 ? "cpu.max" : "cpu.cfs_quota_us";
	char path[4096];
	int err = 0;

	if (version == 2 && inhabited(home))
		err = step_aside(home);
	if (err)
		return err;
	if (mkdir(dir, 0755) != 0)
		return -errno;
	snprintf(path, sizeof path, "%s/%s", dir, file);
	if (access(path, W_OK) != 0)
		err = version == 2 ? put(home, "cgroup.subtree_control", "+cpu")
		                   : -EACCES;
	if (!err && access(path, W_OK) != 0)
		err = -errno;
	if (!err && version == 2 && !holds_processes(dir))
		err = -EBUSY;
	if (err)
		rmdir(dir);
	return err;
}

// make makes a group where it can: 0, and dir; or -errno and the reason.
static int make(char **dir, int *version, char *why, size_t whylen)
{
	static unsigned made;
	struct cgroup own;
	int err = -ENOENT;

	cgroup_read(&own, "", "self");
	*version = own.version;
	snprintf(why, whylen, "%s", own.why);
	for (size_t i = 0; err && i < own.n; i++) {
		if (asprintf(dir, "%s/%s%ld-%u", own.level[i].dir, prefix,
		             (long)getpid(), made++) < 0) {
			err = -ENOMEM;
			break;
		}
		err = make_below(own.level[i].dir, own.version, *dir);
		if (!err)
			break;
		snprintf(why, whylen, "%s: %s", *dir, strerror(-err));
		free(*dir);
	}
	cgroup_free(&own);
	return err;
}

// begin makes a group with its limit: 0, or -errno and the reason.
static int begin(int64_t thousandths, char **dir, char *why, size_t whylen)
{
	int version, err = make(dir, &version, why, whylen);

	if (!err && (err = limit(*dir, version, thousandths)) != 0) {
		snprintf(why, whylen, "%s takes no limit of %g CPUs: %s", *dir,
		         (double)thousandths / 1000, strerror(-err));
		quota_remove(*dir);
		free(*dir);
	}
	return err;
}

int quota_begin(int64_t thousandths, char **dir)
{
	char why[512] = "no memory";
	int err = begin(thousandths, dir, why, sizeof why);

	if (err)
		complain("no control group for a quota can be made here: %s",
		         why);
	return err;
}

json_t *quota_end(const char *dir, int64_t thousandths)
{
	struct cgroup_level l = {.counted = false};
	struct small_file f;
	json_t *told;
	int err;

	if (small_file_read(&f, dir, "cpu.stat") == 0)
		cgroup_parse_stat(f.text, &l);
	free(f.text);
	err = quota_remove(dir);
	if (err)
		complain("the control group %s stays, because it cannot be removed: %s",
		         dir, strerror(-err));
	told = json_pack("{s:f}", "cpus", (double)thousandths / 1000);
	if (l.counted) {
		json_object_set_new(told, "periods",
		                    json_integer((json_int_t)l.periods));
		json_object_set_new(told, "throttled_periods",
		                    json_integer((json_int_t)l.throttled));
		json_object_set_new(told, "throttled_s",
		                    json_real(l.throttled_s));
	}
	return told;
}

//---------------------------------------------------------------------------
// What others left
//---------------------------------------------------------------------------

// abandoned says whether a name is of a dyno that has died.
static bool abandoned(const char *name)
{
	long pid;
	char *end;

	if (strncmp(name, prefix, strlen(prefix)) != 0)
		return false;
	pid = strtol(name + strlen(prefix), &end, 10);
	return pid > 0 && *end == '-' && kill((pid_t)pid, 0) != 0 &&
	       errno == ESRCH;
}

// kill_all kills what is in a group that nobody looks after any more.
static void kill_all(const char *dir)
{
	struct small_file f;
	char *rest, *line;

	if (small_file_read(&f, dir, "cgroup.procs") != 0)
		return;
	rest = f.text;
	while ((line = small_file_next(&rest)))
		if (atoi(line) > 0)
			kill(atoi(line), SIGKILL);
	free(f.text);
}

static void sweep_out(const char *home)
{
	DIR *d = opendir(home);
	char path[4096];

	for (struct dirent *e; d && (e = readdir(d));)
		if (abandoned(e->d_name) &&
		    snprintf(path, sizeof path, "%s/%s", home, e->d_name) <
		            (int)sizeof path) {
			kill_all(path);
			quota_remove(path); // or the next dyno does
		}
	if (d)
		closedir(d);
}

int quota_check(void)
{
	char why[512] = "no memory", systemd[300] = "";
	struct cgroup own;
	char *dir;
	int err;

	cgroup_read(&own, "", "self");
	for (size_t i = 0; i < own.n; i++)
		sweep_out(own.level[i].dir);
	cgroup_free(&own);
	err = begin(1000, &dir, why, sizeof why);
	if (err) {
		scope_begin(systemd, sizeof systemd);
		complain("no control group for a quota can be made here (%s; %s): "
		         "run as root, or where a cpu controller is delegated to "
		         "you",
		         why, systemd);
		return err;
	}
	err = quota_remove(dir);
	free(dir);
	return err;
}
