// test_quota.c - quotas as an axis: that they bind, and that no control group
// stays, however a trial and dyno end.
#include "command.h"
#include "quota_try.h"

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
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static struct command_result r;

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

static void test_program_is_in_its_group(void **state)
{
	(void)state;
	if (!quota_try_allowed())
		skip();
	command_run(&r,
	            (const char *const[]){DYNO, "run", "--json", "--quota=0.5",
	                                  "--metric", "Q=([0-9]*)", "--", "sh",
	                                  "-c", quota_try_tell, NULL});
	quota_try_check(&r);
}

// A busy loop within a tenth of a CPU runs into its limit.
static void test_throttled_is_told(void **state)
{
	json_t *doc;

	(void)state;
	if (!quota_try_allowed())
		skip();
	command_run(&r, (const char *const[]){DYNO, "run", "fib", "-P1", "--json",
	                                      "--quota=0.1", "--duration=100ms",
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
	if (!quota_try_allowed())
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
	if (!quota_try_allowed())
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
	if (!quota_try_allowed())
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
	if (!quota_try_allowed())
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
	if (!quota_try_allowed())
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
	if (!quota_try_allowed())
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
