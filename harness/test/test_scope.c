// test_scope.c - quotas for who may make no control group: systemd gives one, or
// there are none, and it is said why.
#include "command.h"
#include "quota_try.h"

#include "../procfs/cgroup.h"
#include "../procfs/small_file.h"

#include <dirent.h>
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
#include <unistd.h>

#include <cmocka.h>

static struct command_result r;

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
	while (i + 1 < own.n &&
	       !quota_try_can_limit(own.level[i].dir, own.version))
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
	if (!quota_try_allowed() || !can_be_nobody())
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
	                                      quota_try_tell, NULL});
	kill(systemd, SIGKILL);
	waitpid(systemd, NULL, 0);
	quota_try_check(&r);
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
		cmocka_unit_test(test_without_the_right),
		cmocka_unit_test(test_systemd_gives_a_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
