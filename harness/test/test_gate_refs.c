// test_gate_refs.c - dyno gate on two commits of a repository: which tree is run,
// what is built, what is left behind.
#include "command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PATH = 4096, COMMAND = 3 * PATH };

static char dir[PATH], repository[COMMAND], private[COMMAND];
static struct command_result result;

// sh runs a line of shell in the test's directory.
static void sh(const char *line)
{
	char text[2 * COMMAND];
	const char *const argv[] = {"/bin/sh", "-c", text, NULL};

	snprintf(text, sizeof text, "cd '%s' && %s", dir, line);
	command_run(&result, argv);
	if (command_exit(&result) != 0)
		fail_msg("%s: %s", line, result.err);
}

#define GIT "git -c user.name=t -c user.email=t@t -c init.defaultBranch=main "

// The program is made by its build, out of a number in the tree.
static int make_repository(void **state)
{
	(void)state;
	snprintf(dir, sizeof dir, "%s", command_directory());
	snprintf(repository, sizeof repository, "%s/repository", dir);
	snprintf(private, sizeof private, "%s/tmp", dir);
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	sh("mkdir tmp && " GIT "init -q repository");
	sh("mkdir repository/sub && echo 100 >repository/sub/number");
	sh("printf '#!/bin/sh\\necho BenchmarkA 1 @ ns/op\\n' >repository/sub/in");
	sh("printf bench >repository/.gitignore");
	sh("cd repository && git add . && " GIT "commit -qm one && git tag one");
	sh("cd repository && echo 200 >sub/number && " GIT "commit -qam two");
	// As in a hook, whose variables would lead git astray.
	setenv("GIT_DIR", private, 1);
	setenv("TMPDIR", private, 1);
	return chdir(repository) == 0 && chdir("sub") == 0 ? 0 : -1;
}

static int drop_repository(void **state)
{
	(void)state;
	if (chdir("/") != 0)
		return -1;
	command_remove(dir);
	return 0;
}

#define BUILD "sed s/@/$(cat number)/ in >bench && chmod +x bench"

// gate runs one with these options, NULL where there is none.
static int gate(const char *base, const char *head, const char *build)
{
	char output[2 * COMMAND], b[PATH], h[PATH], c[PATH];
	const char *argv[] = {DYNO,       "gate", "-o", output, "--seed=1",
	                      "--budget", "60s",  NULL, NULL,   NULL,
	                      NULL,       NULL,   NULL};
	size_t n = 7;

	snprintf(output, sizeof output, "%s/verdict.json", dir);
	snprintf(b, sizeof b, "--base-ref=%s", base ? base : "");
	snprintf(h, sizeof h, "--head-ref=%s", head ? head : "");
	snprintf(c, sizeof c, "--build=%s", build ? build : "");
	if (base)
		argv[n++] = b;
	if (head)
		argv[n++] = h;
	if (build)
		argv[n++] = c;
	argv[n++] = "--";
	argv[n] = "./bench";
	command_run(&result, argv);
	return command_exit(&result);
}

static void assert_in(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("no '%s' in\n%s%s", what, result.out, result.err);
}

// entries counts what is in a directory, hidden files not.
static int entries(const char *path)
{
	DIR *all = opendir(path);
	int n = 0;

	for (struct dirent *e; all && (e = readdir(all));)
		n += e->d_name[0] != '.';
	if (all)
		closedir(all);
	return n;
}

// Neither a directory nor git's note of a tree is left.
static void assert_clean(void)
{
	char notes[2 * COMMAND];

	snprintf(notes, sizeof notes, "%s/.git/worktrees", repository);
	assert_int_equal(entries(private), 0);
	assert_int_equal(entries(notes), 0);
}

static void assert_verdict_has(const char *what)
{
	char line[PATH];

	snprintf(line, sizeof line, "grep -qFe '%s' verdict.json", what);
	sh(line);
}

static void test_two_refs(void **state)
{
	(void)state;
	assert_int_equal(gate("one", "main", BUILD), 3);
	assert_in(result.out, "+100.00 %");
	assert_clean();
	assert_verdict_has("one (");
	assert_verdict_has(": ./bench");
	assert_int_equal(access("bench", F_OK), -1); // built elsewhere
	assert_int_equal(gate("main", "one", BUILD), 0);
	assert_in(result.out, "improved");
	assert_clean();
}

// What is not committed is judged too, and stays as it is.
static void test_working_tree(void **state)
{
	(void)state;
	sh("echo 300 >repository/sub/number");
	assert_int_equal(gate("HEAD", NULL, BUILD), 3);
	assert_in(result.out, "+50.00 %");
	assert_verdict_has("working tree (");
	assert_verdict_has("-dirty): ./bench");
	assert_clean();
	sh("grep -q 300 repository/sub/number");
	sh("cd repository/sub && unset GIT_DIR && git checkout -q number && rm bench");
}

static void test_no_such_ref(void **state)
{
	static const char *const refs[] = {"nonesuch", "", "--all", "HEAD:sub"};

	(void)state;
	for (size_t i = 0; i < sizeof refs / sizeof *refs; i++) {
		assert_int_equal(gate(refs[i], NULL, BUILD), 2);
		assert_in(result.err, "git knows no commit");
		assert_clean();
	}
	assert_int_equal(gate("one", "nonesuch", BUILD), 2);
	assert_clean();
}

static void test_build_that_fails(void **state)
{
	(void)state;
	assert_int_equal(gate("one", "main",
	                      "echo made; test $(cat number) = 100 || "
	                      "{ echo went wrong; exit 9; }; " BUILD),
	                 6);
	assert_in(result.err, "head: went wrong");
	assert_in(result.out, "head: its build ended with status 9");
	assert_verdict_has("\"verdict\": \"failed\"");
	assert_clean();
	assert_int_equal(gate("one", "main", "true"), 6);
	assert_in(result.out, "base: there is no ./bench");
	assert_clean();
}

static void test_build_that_hangs(void **state)
{
	const char *const argv[] = {DYNO,
	                            "gate",
	                            "--base-ref=one",
	                            "-o",
	                            "/dev/null",
	                            "--head-ref=main",
	                            "--build=sleep 1000",
	                            "--build-timeout=100ms",
	                            "--",
	                            "./bench",
	                            NULL};

	(void)state;
	command_run(&result, argv);
	assert_int_equal(command_exit(&result), 6);
	assert_in(result.out, "its build was stopped after");
	assert_clean();
}

static void wait_for(const char *path)
{
	const struct timespec pause = {.tv_nsec = 10000000};

	for (int i = 0; i < 3000 && access(path, F_OK) != 0; i++)
		nanosleep(&pause, NULL);
	assert_int_equal(access(path, F_OK), 0);
}

// stop_while_building starts a gate whose build does not end, and sends a signal.
static int stop_while_building(int sig)
{
	char mark[2 * COMMAND], build[3 * COMMAND], output[2 * COMMAND];
	const char *const argv[] = {DYNO,  "gate",    "--base-ref=one",
	                            build, "-o",      output,
	                            "--",  "./bench", NULL};
	int status;
	pid_t pid;

	snprintf(mark, sizeof mark, "%s/building", dir);
	snprintf(build, sizeof build,
	         "--build=mkdir a && chmod 500 a && touch '%s'; sleep 1000",
	         mark);
	snprintf(output, sizeof output, "%s/verdict.json", dir);
	pid = command_start(argv);
	wait_for(mark);
	unlink(mark);
	kill(pid, sig);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_verdict_has("unfinished");
	return status;
}

static void test_interrupted(void **state)
{
	(void)state;
	assert_int_equal(WEXITSTATUS(stop_while_building(SIGTERM)), 130);
	assert_clean();
}

// What a gate that was killed has left is removed by the next; what a living one
// has is not.
static void test_killed(void **state)
{
	char lock[2 * COMMAND];

	(void)state;
	assert_true(WIFSIGNALED(stop_while_building(SIGKILL)));
	assert_int_equal(entries(private), 1);
	snprintf(lock, sizeof lock, "%s/dyno-gate-other", private);
	assert_int_equal(mkdir(lock, 0700), 0);
	assert_int_equal(gate("one", "one", BUILD), 0);
	assert_clean();
}

static void test_usage(void **state)
{
	(void)state;
	assert_int_equal(gate(NULL, "one", BUILD), 2);
	assert_in(result.err, "--base-ref");
	assert_int_equal(gate(NULL, NULL, NULL), 2);
	assert_in(result.err, "--base-ref");
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(gate("one", NULL, NULL), 2);
	assert_in(result.err, "in a repository of git");
	assert_int_equal(chdir(repository), 0);
	assert_int_equal(chdir("sub"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_two_refs),
		cmocka_unit_test(test_working_tree),
		cmocka_unit_test(test_no_such_ref),
		cmocka_unit_test(test_build_that_fails),
		cmocka_unit_test(test_build_that_hangs),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_usage),
	};

	return cmocka_run_group_tests(tests, make_repository, drop_repository);
}
