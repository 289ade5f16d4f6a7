// test_quota.c - quotas as an axis: that they bind, and that no control group
// stays, however a trial and dyno end.
#include "command.h"

#include "../numbers.h"
#include "../procfs/cgroup.h"
#include "../procfs/small_file.h"
#include "../quota.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct command_result r;

// can_limit says whether a group that is made below home can have a limit, which in
// the second version home must hand on.
static bool can_limit(const char *home, int version)
{
	char dir[4096], file[4200];
	bool ok;

	snprintf(dir, sizeof dir, "%s/test-%ld", home, (long)getpid());
	snprintf(file, sizeof file, "%s/%s", dir,
	         version == 1 ? "cpu.cfs_quota_us" : "cpu.max");
	if (mkdir(dir, 0755) != 0)
		return false;
	ok = access(file, W_OK) == 0;
	return rmdir(dir) == 0 && ok;
}

// allowed says whether groups can be made here, without a message.
static bool allowed(void)
{
	struct cgroup own;
	bool ok = false;

	cgroup_read(&own, "", "self");
	for (size_t i = 0; i < own.n; i++)
		ok |= can_limit(own.level[i].dir, own.version);
	cgroup_free(&own);
	return ok;
}

static bool inhabited(const char *home, const char *name)
{
	char *line = small_file_line(home, "%s/cgroup.procs", name);

	const bool any = line && *line;

	free(line);
	return any;
}

// groups counts those of a dyno that are there, or those that hold a process.
static int groups(pid_t pid, bool with_process)
{
	struct cgroup own;
	char name[64];
	int n = 0;

	snprintf(name, sizeof name, "dyno-%ld-", (long)pid);
	cgroup_read(&own, "", "self");
	for (size_t i = 0; i < own.n; i++) {
		DIR *d = opendir(own.level[i].dir);

		for (struct dirent *e; d && (e = readdir(d));)
			n += strncmp(e->d_name, name, strlen(name)) == 0 &&
			     (!with_process ||
			      inhabited(own.level[i].dir, e->d_name));
		if (d)
			closedir(d);
	}
	cgroup_free(&own);
	return n;
}

// until waits for a number of groups, as long as it takes up to a minute.
static bool until(pid_t pid, bool with_process, int wanted)
{
	const struct timespec a_while = {.tv_nsec = 10000000};

	for (int i = 0; i < 6000; i++) {
		if (groups(pid, with_process) == wanted)
			return true;
		nanosleep(&a_while, NULL);
	}
	return false;
}

static void test_numbers(void **state)
{
	static const char *const bad[] = {"",       "x",    "0",     "0.001",
	                                  "-1",     "1.",   ".5",    "1,,",
	                                  "1.2345", "4097", "1e2",   "0x1",
	                                  "nan",    "1.5 ", "99999", "none1"};
	struct numbers list = {.n = 0};

	(void)state;
	assert_int_equal(numbers_cpus(&list, "0.5,1,1.25,none,1.500,0.01"), 0);
	assert_int_equal(list.n, 6);
	assert_int_equal(list.v[0], 500);
	assert_int_equal(list.v[1], 1000);
	assert_int_equal(list.v[2], 1250);
	assert_int_equal(list.v[3], 0);
	assert_int_equal(list.v[4], 1500);
	assert_int_equal(list.v[5], 10);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_true(numbers_cpus(&list, bad[i]) < 0);
	numbers_free(&list);
}

// It tells its group's quota, of either version, as Q=50000.
static const char tell_quota[] =
	"g=$(sed -n 's/^[0-9]*:[^:]*\\bcpu\\b[^:]*://p' /proc/self/cgroup)\n"
	"m=$(awk '$0 ~ / - cgroup / && $NF ~ /(^|,)cpu(,|$)/ {print $5}' "
	"/proc/self/mountinfo)\n"
	"[ \"$m\" ] || g=$(sed -n 's/^0:://p' /proc/self/cgroup)\n"
	"[ \"$m\" ] || m=$(awk '/ - cgroup2 / {print $5}' /proc/self/mountinfo)\n"
	"echo Q=$(cat $m$g/cpu.cfs_quota_us $m$g/cpu.max 2>/dev/null)\n";

// check_in_group checks what that told to the dyno that ran it.
static void check_in_group(void)
{
	json_t *doc, *quota;

	assert_int_equal(command_exit(&r), 0);
	doc = json_loads(r.out, 0, NULL);
	assert_true(json_number_value(json_object_get(
			    json_array_get(json_object_get(doc, "metrics"), 0),
			    "value")) == 50000);
	quota = json_object_get(doc, "quota");
	assert_true(json_number_value(json_object_get(quota, "cpus")) == 0.5);
	assert_non_null(json_object_get(quota, "throttled_s"));
	json_decref(doc);
}

static void test_program_is_in_its_group(void **state)
{
	(void)state;
	if (!allowed())
		skip();
	command_run(&r, (const char *const[]){DYNO, "run", "--json", "--quota=0.5",
	                                      "--metric", "Q=([0-9]*)", "--",
	                                      "sh", "-c", tell_quota, NULL});
	check_in_group();
}

// A busy loop within a tenth of a CPU runs into its limit.
static void test_throttled_is_told(void **state)
{
	json_t *doc;

	(void)state;
	if (!allowed())
		skip();
	command_run(&r, (const char *const[]){DYNO, "run", "fib", "-P1",
	                                      "--json", "--quota=0.1",
	                                      "--duration=100ms",
	                                      "--counters=none", NULL});
	assert_int_equal(command_exit(&r), 0);
	doc = json_loads(r.out, 0, NULL);
	assert_true(
		json_integer_value(json_object_get(json_object_get(doc, "quota"),
	                                           "throttled_periods")) > 0);
	json_decref(doc);
}

static void test_table_tells_of_the_quota(void **state)
{
	(void)state;
	if (!allowed())
		skip();
	command_run(&r, (const char *const[]){DYNO, "run", "--quota=1.5", "--",
	                                      "true", NULL});
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "by the quota of 1.5 CPUs, in 0 of "));
}

// A quota of dyno's own, as a container has one, is told by every trial.
static void test_own_quota_is_told(void **state)
{
	json_t *doc;

	(void)state;
	if (!allowed())
		skip();
	command_run(&r, (const char *const[]){
				DYNO, "run", "--json", "--quota=0.05",
				"--metric", "\"throttled_s\": *([0-9.e-]+)",
				"--", DYNO, "run", "--json", "--", "sh", "-c",
				"while [ $((i += 1)) -lt 300000 ]; "
				"do :; done",
				NULL});
	assert_int_equal(command_exit(&r), 0);
	doc = json_loads(r.out, 0, NULL);
	assert_true(json_number_value(json_object_get(
			    json_array_get(json_object_get(doc, "metrics"), 0),
			    "value")) > 0);
	json_decref(doc);
}

static void test_axis(void **state)
{
	const char *dir = command_directory();

	(void)state;
	if (!allowed())
		skip();
	command_run(&r, (const char *const[]){DYNO, "sweep", "-q", "-n2",
	                                      "--quota=0.5,none", "-o", dir,
	                                      "--foreign-limit=none", "--",
	                                      "true", NULL});
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(command_count(dir, "SELECT count(*) FROM trial"), 4);
	assert_int_equal(command_count(dir, "SELECT count(*) FROM point WHERE "
	                                    "json_extract(params, "
	                                    "'$.quota_mcpu') = 500"),
	                 1);
	assert_int_equal(command_count(dir, "SELECT count(*) FROM trial WHERE "
	                                    "json_extract(doc, '$.quota.cpus') "
	                                    "= 0.5"),
	                 2);
	command_run(&r, (const char *const[]){DYNO, "sweep", "--resume", "-o",
	                                      dir, NULL});
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(command_count(dir, "SELECT count(*) FROM trial"), 4);
	command_remove(dir);
}

// begin_long starts a dyno whose trial lasts, and waits until the
// program is in its group.
static pid_t begin_long(void)
{
	pid_t pid = command_start(
		(const char *const[]){DYNO, "run", "--quota=0.5", "--timeout=1m",
	                              "--", "sleep", "50", NULL});

	assert_true(until(pid, true, 1));
	return pid;
}

static void test_interrupt_leaves_nothing(void **state)
{
	pid_t pid;

	(void)state;
	if (!allowed())
		skip();
	pid = begin_long();
	kill(pid, SIGINT);
	waitpid(pid, NULL, 0);
	assert_int_equal(groups(pid, false), 0);
}

static void test_killed_leaves_nothing(void **state)
{
	pid_t pid;

	(void)state;
	if (!allowed())
		skip();
	pid = begin_long();
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	assert_true(until(pid, false, 0));
}

// What nobody could remove, the next start does; of the living it stays.
static void test_stale_is_removed(void **state)
{
	struct cgroup own;
	char dead[4096], living[4096];
	pid_t pid = fork();

	(void)state;
	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	if (!allowed())
		skip();
	cgroup_read(&own, "", "self");
	snprintf(dead, sizeof dead, "%s/dyno-%ld-0", own.level[0].dir, (long)pid);
	snprintf(living, sizeof living, "%s/dyno-%ld-0", own.level[0].dir,
	         (long)getpid());
	cgroup_free(&own);
	assert_int_equal(mkdir(dead, 0755), 0);
	assert_int_equal(mkdir(living, 0755), 0);
	command_run(&r, (const char *const[]){DYNO, "run", "--quota=1", "--",
	                                      "true", NULL});
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(access(dead, F_OK), -1);
	assert_int_equal(rmdir(living), 0);
}

//---------------------------------------------------------------------------
// Without the right
//---------------------------------------------------------------------------

#define AS_NOBODY \
	"/usr/bin/setpriv", "--reuid=65534", "--regid=65534", \
		"--clear-groups", "--"

static bool can_be_nobody(void)
{
	return geteuid() == 0 && access("/usr/bin/setpriv", X_OK) == 0;
}

// stand_in puts a script before everything else of the name systemd-run.
static void stand_in(const char *dir, const char *script)
{
	char path[300], search[600];
	FILE *f;

	snprintf(path, sizeof path, "%s/systemd-run", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s", script);
	fclose(f);
	assert_int_equal(chmod(path, 0755), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	snprintf(search, sizeof search, "%s:/usr/bin:/bin", dir);
	setenv("PATH", search, 1);
}

static void run_as_nobody(void)
{
	command_run(&r,
	            (const char *const[]){AS_NOBODY, DYNO, "run", "--quota=0.5",
	                                  "--", "/bin/true", NULL});
}

// Without the right there is no trial, and both reasons are said.
static void test_without_the_right(void **state)
{
	const char *dir = command_directory(), *path = getenv("PATH");
	char *before = strdup(path ? path : "/usr/bin:/bin");

	(void)state;
	if (!can_be_nobody())
		skip();
	stand_in(dir, "echo there is no bus >&2; exit 1\n");
	run_as_nobody();
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "control group"));
	assert_non_null(strstr(r.err, "systemd-run: there is no bus"));
	assert_non_null(strstr(r.err, "root"));
	// One that gives nothing is not asked again and again.
	stand_in(dir,
	         "while [ \"$1\" != -- ]; do shift; done; shift; exec \"$@\"\n");
	run_as_nobody();
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "in a scope of systemd's"));
	setenv("PATH", "/nonexistent", 1);
	run_as_nobody();
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "there is no systemd-run"));
	setenv("PATH", before, 1);
	free(before);
	command_remove(dir);
}

// The stand-in tells its process id, waits until it has been moved, and becomes the
// command, as systemd-run does.
static const char scope_script[] = "cd \"${0%/*}\"; echo \"$*\" >>asked\n"
				   "while [ \"$1\" != -- ]; do shift; done; shift\n"
				   "echo $$ >ask; read ok <answer; exec \"$@\"\n";

static void give(const char *dir, const char *name, const char *text)
{
	char path[4300];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f) {
		fputs(text, f);
		fclose(f);
	}
}

// be_systemd moves who asks into the group, until it is killed.
static pid_t be_systemd(const char *dir, const char *group)
{
	char ask[300], pid[32];
	pid_t child = fork();
	FILE *f;

	if (child)
		return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(ask, sizeof ask, "%s/ask", dir);
	while ((f = fopen(ask, "r"))) {
		if (fgets(pid, sizeof pid, f))
			give(group, "cgroup.procs", pid);
		fclose(f);
		give(dir, "answer", "ok\n");
	}
	_exit(1);
}

// delegate gives a group, and what is in it, to nobody.
static void delegate(const char *group)
{
	static const char *const files[] = {"", "/cgroup.procs", "/tasks",
	                                    "/cgroup.subtree_control"};
	char path[4200];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		snprintf(path, sizeof path, "%s%s", group, files[i]);
		if (access(path, F_OK) == 0)
			assert_int_equal(chown(path, 65534, 65534), 0);
	}
}

// make_scope makes a group that has a limit, and is nobody's.
static void make_scope(char *group, size_t size)
{
	struct cgroup own;
	size_t i = 0;

	cgroup_read(&own, "", "self");
	while (i + 1 < own.n && !can_limit(own.level[i].dir, own.version))
		i++;
	snprintf(group, size, "%s/test-scope-%ld", own.level[i].dir,
	         (long)getpid());
	cgroup_free(&own);
	assert_int_equal(mkdir(group, 0755), 0);
	delegate(group);
}

// remove_scope removes it as systemd does, with what dyno stepped into; of trials
// nothing is in it.
static void remove_scope(const char *group)
{
	DIR *d = opendir(group);
	char path[4400];

	for (struct dirent *e; d && (e = readdir(d));)
		if (strncmp(e->d_name, "dyno-", 5) == 0) {
			assert_non_null(strstr(e->d_name, "-own"));
			snprintf(path, sizeof path, "%s/%s", group, e->d_name);
			assert_int_equal(rmdir(path), 0);
		}
	closedir(d);
	assert_int_equal(rmdir(group), 0);
}

// Who may make no group is in one of systemd's, and makes them there.
static void test_systemd_gives_a_group(void **state)
{
	char group[4096], path[300], *asked;
	const char *dir = command_directory();
	pid_t systemd;

	(void)state;
	if (!allowed() || !can_be_nobody())
		skip();
	stand_in(dir, scope_script);
	for (int i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/%s", dir, i ? "ask" : "answer");
		assert_int_equal(mkfifo(path, 0666), 0);
		assert_int_equal(chmod(path, 0666), 0);
	}
	give(dir, "asked", "");
	snprintf(path, sizeof path, "%s/asked", dir);
	assert_int_equal(chmod(path, 0666), 0);
	make_scope(group, sizeof group);
	systemd = be_systemd(dir, group);
	command_run(&r, (const char *const[]){AS_NOBODY, DYNO, "run", "--json",
	                                      "--quota=0.5", "--metric",
	                                      "Q=([0-9]*)", "--", "sh", "-c",
	                                      tell_quota, NULL});
	kill(systemd, SIGKILL);
	waitpid(systemd, NULL, 0);
	check_in_group();
	asked = small_file_line(dir, "asked");
	assert_non_null(asked);
	assert_non_null(strstr(asked, "--user --scope"));
	assert_non_null(strstr(asked, "Delegate=yes -- true"));
	free(asked);
	remove_scope(group);
	command_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_program_is_in_its_group),
		cmocka_unit_test(test_throttled_is_told),
		cmocka_unit_test(test_table_tells_of_the_quota),
		cmocka_unit_test(test_own_quota_is_told),
		cmocka_unit_test(test_axis),
		cmocka_unit_test(test_interrupt_leaves_nothing),
		cmocka_unit_test(test_killed_leaves_nothing),
		cmocka_unit_test(test_stale_is_removed),
		cmocka_unit_test(test_without_the_right),
		cmocka_unit_test(test_systemd_gives_a_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
