// test_plugin.c - the real dyno with plugins: they are listed and run, wherever
// the option stands, and a bad one harms no trial but its own.
#include "command.h"

#include <dyno/policy.h>
#include <jansson.h>
#include <runtime/test/plugins/deeds.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define GOOD PLUGINS "/plugin_good.so"
#define HOSTILE PLUGINS "/plugin_hostile.so"
#define SHORT "--size=tiny", "--duration=10ms", "-P2", "--counters=none"

static struct command_result r;

#define dyno(...) \
	command_run(&r, (const char *const[]){DYNO, __VA_ARGS__, NULL})

static void test_plugins_are_listed(void **state)
{
	(void)state;
	dyno("list", "policies");
	assert_null(strstr(r.out, "each in turn"));
	dyno("list", "policies", "--plugin", GOOD);
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "each in turn"));
	assert_non_null(strstr(r.out, "how many at a time, 1 to 100, default 2"));
}

static void test_a_plugin_runs(void **state)
{
	json_t *doc;

	(void)state;
	dyno("run", "fib", SHORT, "--json", "--policy=steal=good:3", "--plugin",
	     GOOD, "--plugin=" GOOD);
	assert_string_equal(r.err, "");
	assert_int_equal(command_exit(&r), 0);
	doc = json_loads(r.out, 0, NULL);
	assert_string_equal(json_string_value(json_object_get(doc, "policy")),
	                    "go1.27,steal=good:amount=3");
	assert_int_equal(json_array_size(json_object_get(doc, "plugins")), 1);
	assert_int_equal(json_array_size(json_object_get(doc, "ejected")), 0);
	json_decref(doc);
}

static void expect_refusal(const char *file, const char *says)
{
	dyno("run", "fib", "--plugin", file);
	assert_int_equal(command_exit(&r), 2);
	assert_string_equal(r.out, "");
	if (!strstr(r.err, says))
		fail_msg("\"%s\" is not in \"%s\"", says, r.err);
}

static void test_refusals(void **state)
{
	char abi[64];

	(void)state;
	expect_refusal("/nonexistent.so", "No such file");
	expect_refusal("/etc/passwd", "cannot be loaded");
	snprintf(abi, sizeof abi, "is of ABI %d, this is %d", DY_POLICY_ABI + 1,
	         DY_POLICY_ABI);
	expect_refusal(PLUGINS "/plugin_bad_abi.so", abi);
	expect_refusal(PLUGINS "/plugin_crash.so",
	               "crashes when it is loaded (SIGABRT)");
	dyno("run", "fib", "--policy=steal=god", "--plugin", GOOD);
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "did you mean go"));
}

static void hostile(char option[64], enum deed deed)
{
	snprintf(option, 64, "--policy=place=hostile:%d", (int)deed);
}

// A wrong answer, no return, a fault.
static void test_only_the_trial_of_a_bad_policy_suffers(void **state)
{
	const char *dir = command_directory();
	char option[512], out[512], far[64], loop[64], null[64];

	(void)state;
	snprintf(out, sizeof out, "%s/e", dir);
	snprintf(option, sizeof option, "--output=%s/e", dir);
	hostile(far, DEED_FAR);
	hostile(loop, DEED_LOOP);
	hostile(null, DEED_NULL);
	dyno("sweep", "-w", "spawnjoin", SHORT, "-n1", "--seed=1", "-q", option,
	     "--foreign-limit=none", "--plugin", HOSTILE, far, loop, null,
	     "--policy=go1.27");
	assert_int_equal(command_exit(&r), 6);
	assert_int_equal(command_count(out, "SELECT count(*) FROM trial WHERE "
	                                    "outcome = 'ok'"),
	                 1);
	assert_int_equal(command_count(out, "SELECT count(*) FROM trial WHERE "
	                                    "outcome = 'crash'"),
	                 2);
	assert_int_equal(command_count(out, "SELECT count(*) FROM trial WHERE "
	                                    "outcome = 'error'"),
	                 1);
	command_remove(dir);
}

// A spec that a sweep writes names the file in full, and before the policy.
static void test_a_spec_names_its_plugins(void **state)
{
	const char *dir = command_directory();
	char file[512], option[512];

	(void)state;
	snprintf(file, sizeof file, "%s/s.yaml", dir);
	snprintf(option, sizeof option, "--write-spec=%s/s.yaml", dir);
	dyno("sweep", "-w", "fib", SHORT, "--plugin", GOOD,
	     "--policy=steal=good", option);
	assert_string_equal(r.err, "");
	dyno("sweep", file, "--dry-run");
	assert_string_equal(r.err, "");
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "steal=good"));
	command_remove(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plugins_are_listed),
		cmocka_unit_test(test_a_plugin_runs),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_only_the_trial_of_a_bad_policy_suffers),
		cmocka_unit_test(test_a_spec_names_its_plugins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
