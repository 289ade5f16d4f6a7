// test_serve.c - a program that serves, and its load: when it begins, where it runs,
// and that nothing of either is left.
#include "dyno_runs.h"

#include <jansson.h>
#include <netinet/in.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static struct command_result r;

// The load begins when the server is ready, its output is measured, and the
// server is gone when it has ended.
static void test_load(void **state)
{
	json_t *doc;

	(void)state;
	DYNO_RUNS("run", "--json", "-P2", "--metric", SAY, "--ready=^up$",
	          "--load", "sh -c 'echo P=\"$0\"' 41", "--", "sh", "-c",
	          "echo up; exec sleep 60");
	assert_int_equal(command_exit(&r), 0);
	assert_true(dyno_metric(&r) == 41);
	doc = json_loads(r.out, 0, NULL);
	assert_string_equal(json_string_value(json_array_get(
				    json_object_get(doc, "load"), 3)),
	                    "41");
	json_decref(doc);
}

// load_has_own says whether the load of a program at this GOMAXPROCS has CPUs of its
// own; the metric is how many.
static bool load_has_own(const char *procs)
{
	json_t *doc;
	const json_t *cpus;
	bool own;

	DYNO_RUNS("run", "--json", procs, "--metric", SAY, "--ready=up",
	          "--load=sh -c 'echo P=$(nproc)'", "--", "sh", "-c",
	          "echo up; exec sleep 60");
	assert_int_equal(command_exit(&r), 0);
	doc = json_loads(r.out, 0, NULL);
	cpus = json_object_get(doc, "load_cpus");
	own = json_is_true(json_object_get(cpus, "own"));
	assert_true(json_number_value(json_object_get(cpus, "share")) > 0);
	assert_true(json_number_value(json_object_get(cpus, "share")) < 1);
	json_decref(doc);
	return own;
}

// A load has CPUs of its own where the program leaves some.
static void test_load_has_its_own_cpus(void **state)
{
	cpu_set_t here;
	int cpus;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof here, &here), 0);
	cpus = CPU_COUNT(&here);
	assert_int_equal(load_has_own("--procs=1"), cpus > 1);
	assert_true(dyno_metric(&r) == (cpus > 1 ? cpus - 1 : 1));
	assert_false(load_has_own("--procs=4096"));
	assert_true(dyno_metric(&r) == cpus);
	// What is not set follows from the CPUs, and is left alone.
	assert_false(load_has_own("--procs=default"));
	assert_true(dyno_metric(&r) == cpus);
}

static void test_load_fails(void **state)
{
	(void)state;
	DYNO_RUNS("run", "--metric", SAY, "--ready=up", "--load=sleep 60", "--",
	          "sh", "-c", "echo up; sleep 0.1");
	assert_int_equal(command_exit(&r), 6);
	assert_non_null(strstr(r.err, "ended by itself"));
	DYNO_RUNS("run", "--metric", SAY, "--ready=up", "--timeout=200ms",
	          "--load=sleep 60", "--", "sleep", "60");
	assert_int_equal(command_exit(&r), 6);
	assert_non_null(strstr(r.err, "not ready"));
	DYNO_RUNS("run", "--metric", SAY, "--ready=up", "--load=sh -c 'exit 3'",
	          "--", "sh", "-c", "echo up; exec sleep 60");
	assert_int_equal(command_exit(&r), 6);
	assert_non_null(strstr(r.err, "exit status 3"));
}

// A port that listens is ready: here one of this test's own.
static void test_ready_port(void **state)
{
	struct sockaddr_in a = {.sin_family = AF_INET,
	                        .sin_addr = {htonl(INADDR_LOOPBACK)}};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof a;
	char ready[64];

	(void)state;
	assert_int_equal(bind(fd, (struct sockaddr *)&a, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
	snprintf(ready, sizeof ready, "--ready=tcp:127.0.0.1:%d",
	         ntohs(a.sin_port));
	DYNO_RUNS("run", "--timeout=200ms", ready, "--load=true", "--", "sleep",
	          "60");
	assert_int_equal(command_exit(&r), 6);
	assert_int_equal(listen(fd, 8), 0);
	DYNO_RUNS("run", ready, "--load=true", "--", "sleep", "60");
	assert_int_equal(command_exit(&r), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_load_has_its_own_cpus),
		cmocka_unit_test(test_load_fails),
		cmocka_unit_test(test_ready_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
