// test_gate_refs.c - dyno gate on two commits of a repository: which tree is run,
// what is built, what is left behind.
#include "gate_try.h"

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

enum { COMMAND = 2 * GATE_TRY_PATH };

static const char *dir, *repository, *private;

// sh runs a line of shell in the test's directory.
static void sh(const char *line)
{
	char text[2 * COMMAND];
	const char *const argv[] = {"/bin/sh", "-c", text, NULL};

	snprintf(text, sizeof text, "cd '%s' && %s", dir, line);
	if (gate_try(argv) != 0)
		fail_msg("%s: %s", line, gate_said.err);
}

#define GIT "git -c user.name=t -c user.email=t@t -c init.defaultBranch=main "

// The program is made by its build, out of a number in the tree.
static int make_repository(void **state)
{
	int err = gate_try_begin(state);

	dir = gate_try_file("");
	repository = gate_try_file("repository");
	private = gate_try_file("tmp");
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
	return chdir(repository) == 0 && chdir("sub") == 0 ? err : -1;
}

static int drop_repository(void **state)
{
	return chdir("/") == 0 ? gate_try_end(state) : -1;
}

#define BUILD "sed s/@/$(cat number)/ in >bench && chmod +x bench"

// gate runs one with these options, NULL where there is none.
static int gate(const char *base, const char *head, const char *build)
{
	char b[COMMAND], h[COMMAND], c[COMMAND];
	const char *argv[] = {
		DYNO,       "gate",     "-o",  gate_try_file("verdict.json"),
		"--seed=1", "--budget", "60s", NULL,
		NULL,       NULL,       NULL,  NULL,
		NULL};
	size_t n = 7;

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
	return gate_try(argv);
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
	char line[COMMAND];

	snprintf(line, sizeof line, "grep -qFe '%s' verdict.json", what);
	sh(line);
}

static void test_two_refs(void **state)
{
	(void)state;
	assert_int_equal(gate("one", "main", BUILD), 3);
	gate_try_has(gate_said.out, "+100.00 %");
	assert_clean();
	assert_verdict_has("one (");
	assert_verdict_has(": ./bench");
	assert_int_equal(access("bench", F_OK), -1); // built elsewhere
	assert_int_equal(gate("main", "one", BUILD), 0);
	gate_try_has(gate_said.out, "improved");
	assert_clean();
}

// What is not committed is judged too, and stays as it is.
static void test_working_tree(void **state)
{
	(void)state;
	sh("echo 300 >repository/sub/number");
	assert_int_equal(gate("HEAD", NULL, BUILD), 3);
	gate_try_has(gate_said.out, "+50.00 %");
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
		gate_try_has(gate_said.err, "git knows no commit");
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
	gate_try_has(gate_said.err, "head: went wrong");
	gate_try_has(gate_said.out, "head: its build ended with status 9");
	assert_verdict_has("\"verdict\": \"failed\"");
	assert_clean();
	assert_int_equal(gate("one", "main", "true"), 6);
	gate_try_has(gate_said.out, "base: there is no ./bench");
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
	assert_int_equal(gate_try(argv), 6);
	gate_try_has(gate_said.out, "its build was stopped after");
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
	const char *mark = gate_try_file("building");
	const char *output = gate_try_file("verdict.json");
	char build[3 * COMMAND];
	const char *const argv[] = {DYNO,  "gate",    "--base-ref=one",
	                            build, "-o",      output,
	                            "--",  "./bench", NULL};
	int status;
	pid_t pid;

	snprintf(build, sizeof build,
	         "--build=mkdir a && chmod 500 a && touch '%s'; sleep 1000",
	         mark);
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
	gate_try_has(gate_said.err, "--base-ref");
	assert_int_equal(gate(NULL, NULL, NULL), 2);
	gate_try_has(gate_said.err, "--base-ref");
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(gate("one", NULL, NULL), 2);
	gate_try_has(gate_said.err, "in a repository of git");
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
