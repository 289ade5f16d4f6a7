// test_sim_plugin.c - plugins on the virtual machine: what a hook does there is seen and
// named as on the real one.
#include <dyno/policy.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "plugins/deeds.h"
#include "rt.h"

enum { MESSAGE = 512, CROWD = 8 };

static int load(void **state)
{
	char err[MESSAGE] = "";

	(void)state;
	dy_policy_load(PLUGINS "/plugin_hostile.so", err, sizeof err);
	assert_string_equal(err, "");
	return 0;
}

static void wander(void *done)
{
	for (int i = 0; i < 4; i++) {
		dy_work(50 * DY_US);
		dy_yield();
		dy_block(30 * DY_US);
	}
	dy_wg_done(done);
}

// Every hook of every axis is asked.
static void crowd(void *unused)
{
	(void)unused;
	for (int i = 0; i < 5; i++) {
		struct dy_waitgroup done = {0};

		dy_wg_add(&done, CROWD);
		for (int k = 0; k < CROWD; k++)
			dy_go(wander, &done);
		dy_wg_wait(&done);
		dy_sleep(12 * DY_MS);
	}
}

static void expect(const char *axis, enum deed deed, int status, const char *text)
{
	char spec[MESSAGE];

	snprintf(spec, sizeof spec, "%s=hostile:deed=%d", axis, (int)deed);
	rt_expect_fatal(rt_config(4, spec), crowd, status, text);
}

static void test_breaches_eject(void **state)
{
	(void)state;
	expect("steal", DEED_FAR, 0, "steal=hostile: victim answered 1000000");
	expect("place", DEED_FAR, 0, "place=hostile: place answered 77");
	expect("idle", DEED_AGAIN, 0, "idle=hostile: again answered 1 (3 times)");
}

static void test_faults_name_the_hook(void **state)
{
	(void)state;
	expect("steal", DEED_NULL, HOOK_STATUS,
	       "steal=hostile: its hook victim faulted (SIGSEGV at 0");
	expect("place", DEED_ABORT, HOOK_STATUS,
	       "place=hostile: its hook place faulted (SIGABRT");
	expect("queue", DEED_TRAP, HOOK_STATUS, "queue=hostile: its hook key");
	expect("global", DEED_CONST, HOOK_STATUS, "global=hostile: its hook ");
	expect("preempt", DEED_NULL, HOOK_STATUS, "its hook expired");
	expect("idle", DEED_NULL, HOOK_STATUS, "its hook search");
	expect("syscall", DEED_NULL, HOOK_STATUS, "its hook retake");
}

static void test_what_never_returns_is_named(void **state)
{
	(void)state;
	expect("steal", DEED_LOOP, HOOK_STATUS,
	       "steal=hostile: its hook victim does not return");
	expect("place", DEED_SLEEP, HOOK_STATUS, "place does not return");
}

// Time of the host is none here: what is late there is not late here.
static void test_nobody_is_late(void **state)
{
	(void)state;
	expect("global", DEED_NONE, 0, "");
	assert_string_equal(rt_last_words(), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_breaches_eject, load),
		cmocka_unit_test(test_faults_name_the_hook),
		cmocka_unit_test(test_what_never_returns_is_named),
		cmocka_unit_test(test_nobody_is_late),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
