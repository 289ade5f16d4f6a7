// test_trial_process.c - children that behave, crash, hang, flood and breed.
#include "../interrupt.h"
#include "../trial_process.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static hwloc_topology_t topology;

// run starts the fake trial; pin is a plan's name.
static int run(struct trial_process *p, const char *behaviour, const char *pin,
               uint64_t timeout)
{
	char program[] = FAKE_TRIAL;
	char *argv[] = {program, NULL};
	struct pin plan;
	int err;

	setenv("FAKE_TRIAL", behaviour, 1);
	assert_int_equal(pin_plan(topology, pin, 1, &plan), 0);
	*p = (struct trial_process){.argv = argv,
	                            .topology = topology,
	                            .pin = &plan,
	                            .timeout = timeout};
	err = trial_process_run(p);
	pin_free(&plan);
	return err;
}

static const uint64_t long_time = UINT64_C(60000000000);

static void test_output_and_status(void **state)
{
	struct trial_process p;

	(void)state;
	assert_int_equal(run(&p, "wrong", "none", long_time), 0);
	assert_true(WIFEXITED(p.status));
	assert_int_equal(WEXITSTATUS(p.status), 6);
	assert_non_null(strstr(p.output, "\"outcome\":\"wrong\""));
	assert_int_equal(p.output_len, strlen(p.output));
	assert_string_equal(p.errors, "one and one is three\n");
	assert_false(p.timed_out);
	trial_process_free(&p);
}

static void test_crash(void **state)
{
	struct trial_process p;

	(void)state;
	assert_int_equal(run(&p, "crash", "none", long_time), 0);
	assert_true(WIFSIGNALED(p.status));
	assert_int_equal(WTERMSIG(p.status), SIGSEGV);
	trial_process_free(&p);
}

static void test_timeout(void **state)
{
	struct trial_process p;

	(void)state;
	assert_int_equal(run(&p, "hang", "none", 50000000), 0);
	assert_true(p.timed_out);
	assert_int_equal(WTERMSIG(p.status), SIGTERM);
	trial_process_free(&p);
}

static void test_who_ignores_sigterm_is_killed(void **state)
{
	int by = SIGTERM;

	(void)state;
	// On a busy machine it may be stopped before it comes to ignore anything.
	for (uint64_t t = 50000000; by == SIGTERM && t < long_time; t *= 4) {
		struct trial_process p;

		assert_int_equal(run(&p, "stubborn", "none", t), 0);
		assert_true(p.timed_out);
		by = WTERMSIG(p.status);
		trial_process_free(&p);
	}
	assert_int_equal(by, SIGKILL);
}

static void test_flood_is_cut(void **state)
{
	struct trial_process p;

	(void)state;
	assert_int_equal(run(&p, "flood", "none", long_time), 0);
	assert_true(p.output_cut);
	assert_in_range(p.output_len, 1, TRIAL_OUTPUT_MAX);
	assert_int_equal(WEXITSTATUS(p.status), 0);
	trial_process_free(&p);
}

static void test_end_of_errors_is_kept(void **state)
{
	static char whole[1 << 21];
	struct trial_process p;
	size_t n = 0;

	(void)state;
	for (int i = 0; i < 100000; i++)
		n += (size_t)sprintf(whole + n, "line %d\n", i);
	assert_int_equal(run(&p, "noisy", "none", long_time), 0);
	assert_string_equal(p.errors, whole + n - TRIAL_STDERR_MAX);
	assert_non_null(p.output);
	trial_process_free(&p);
}

// What a trial leaves behind is gone, and its open outputs hold nobody up.
static void test_nothing_is_left_behind(void **state)
{
	struct trial_process p;

	(void)state;
	assert_int_equal(run(&p, "parent", "none", long_time), 0);
	assert_int_equal(WEXITSTATUS(p.status), 0);
	assert_false(p.timed_out);
	assert_non_null(p.output);
	trial_process_free(&p);
}

// gone says whether a process whose id stands in the file is gone, and forgets
// the file.
static bool gone(const char *path)
{
	FILE *f = fopen(path, "re");
	int pid = 0;

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%d", &pid), 1);
	fclose(f);
	unlink(path);
	return kill(pid, 0) != 0 && errno == ESRCH;
}

static void test_a_daemon_is_gone(void **state)
{
	char path[] = "/tmp/dyno-pid-XXXXXX";
	struct trial_process p;

	(void)state;
	close(mkstemp(path));
	unlink(path);
	setenv("FAKE_TRIAL_PID", path, 1);
	assert_int_equal(run(&p, "daemon", "none", long_time), 0);
	assert_int_equal(p.status, 0);
	assert_false(p.left);
	assert_true(gone(path));
	trial_process_free(&p);
	unsetenv("FAKE_TRIAL_PID");
}

// A daemon is gone also after who ran the trial is killed, soon.
static void test_a_daemon_does_not_outlive_us(void **state)
{
	const struct timespec a_while = {.tv_nsec = 10000000};
	char path[] = "/tmp/dyno-pid-XXXXXX";
	pid_t pid;

	(void)state;
	close(mkstemp(path));
	unlink(path);
	setenv("FAKE_TRIAL_PID", path, 1);
	pid = fork();
	if (pid == 0) {
		struct trial_process p;

		run(&p, "daemon-hang", "none", long_time);
		_exit(0);
	}
	while (access(path, F_OK) != 0)
		nanosleep(&a_while, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (int i = 0; i < 1000; i++) {
		FILE *f = fopen(path, "re");
		int daemon = 0, n = f ? fscanf(f, "%d", &daemon) : 0;

		fclose(f);
		assert_int_equal(n, 1);
		if (kill(daemon, 0) != 0)
			break;
		nanosleep(&a_while, NULL);
	}
	assert_true(gone(path));
	unsetenv("FAKE_TRIAL_PID");
}

static void test_environment(void **state)
{
	char *v[] = {(char[]){"FAKE_TRIAL=wrong"}, (char[]){"UNSET_ME"}};
	const struct words env = {v, 2};
	char program[] = FAKE_TRIAL;
	char *argv[] = {(char[]){"another name"}, NULL};
	struct pin plan = {.bound = false};
	struct trial_process p = {.path = program,
	                          .argv = argv,
	                          .env = &env,
	                          .topology = topology,
	                          .pin = &plan,
	                          .timeout = long_time};

	(void)state;
	setenv("FAKE_TRIAL", "ok", 1);
	assert_int_equal(trial_process_run(&p), 0);
	assert_int_equal(WEXITSTATUS(p.status), 6);
	assert_string_equal(getenv("FAKE_TRIAL"), "ok");
	trial_process_free(&p);
}

// Two at once: one is stopped when the other has ended.
static void test_two_at_once(void **state)
{
	char program[] = FAKE_TRIAL;
	char *argv[] = {program, NULL};
	struct pin plan = {.bound = false};
	struct trial_process a = {.argv = argv,
	                          .topology = topology,
	                          .pin = &plan,
	                          .timeout = long_time},
			     b = a;
	struct trial_process *both[] = {&a, &b};

	(void)state;
	setenv("FAKE_TRIAL", "hang", 1);
	assert_int_equal(trial_process_start(&a), 0);
	setenv("FAKE_TRIAL", "wrong", 1);
	assert_int_equal(trial_process_start(&b), 0);
	while (!b.ended)
		trial_process_step(both, 2, UINT64_MAX);
	assert_false(a.ended);
	assert_int_equal(WEXITSTATUS(b.status), 6);
	trial_process_stop(&a);
	while (!a.ended)
		trial_process_step(both, 2, UINT64_MAX);
	assert_int_equal(WTERMSIG(a.status), SIGTERM);
	assert_false(a.timed_out);
	trial_process_free(&a);
	trial_process_free(&b);
}

static void test_bound_to_its_cpus(void **state)
{
	char first[32], want[64];
	struct trial_process p;
	struct pin plan;

	(void)state;
	assert_int_equal(pin_plan(topology, "compact", 1, &plan), 0);
	snprintf(first, sizeof first, "%d", plan.cpu[0]);
	snprintf(want, sizeof want, "CPUs 1, first %d\n",
	         plan.cpu[0] == 0 ? 0 : -1);
	pin_free(&plan);
	assert_int_equal(run(&p, "bound", first, long_time), 0);
	assert_string_equal(p.errors, want);
	trial_process_free(&p);
}

static void test_no_such_program(void **state)
{
	char program[] = "/nonexistent/program";
	char *argv[] = {program, NULL};
	struct pin plan = {.bound = false};
	struct trial_process p = {.argv = argv,
	                          .topology = topology,
	                          .pin = &plan,
	                          .timeout = long_time};

	(void)state;
	assert_int_equal(trial_process_run(&p), -ENOENT);
}

static int set_up(void **state)
{
	(void)state;
	interrupt_catch();
	topology = pin_topology();
	return topology ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	hwloc_topology_destroy(topology);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output_and_status),
		cmocka_unit_test(test_crash),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_who_ignores_sigterm_is_killed),
		cmocka_unit_test(test_flood_is_cut),
		cmocka_unit_test(test_end_of_errors_is_kept),
		cmocka_unit_test(test_nothing_is_left_behind),
		cmocka_unit_test(test_a_daemon_is_gone),
		cmocka_unit_test(test_a_daemon_does_not_outlive_us),
		cmocka_unit_test(test_environment),
		cmocka_unit_test(test_two_at_once),
		cmocka_unit_test(test_bound_to_its_cpus),
		cmocka_unit_test(test_no_such_program),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
