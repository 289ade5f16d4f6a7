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
	struct trial_process p;

	(void)state;
	assert_int_equal(run(&p, "stubborn", "none", 50000000), 0);
	assert_true(p.timed_out);
	assert_int_equal(WTERMSIG(p.status), SIGKILL);
	trial_process_free(&p);
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
		cmocka_unit_test(test_bound_to_its_cpus),
		cmocka_unit_test(test_no_such_program),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
