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

enum { MESSAGE = 512, CROWD = 8, FLOOD = 400 };

static int load(void **state)
{
	char err[MESSAGE] = "";

	(void)state;
	dy_policy_load(PLUGINS "/plugin_hostile.so", err, sizeof err);
	assert_string_equal(err, "");
	dy_policy_load(PLUGINS "/plugin_patient.so", err, sizeof err);
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

static void brief(void *done)
{
	dy_wg_done(done);
}

// More than a ring holds, and no thief to take any.
static void flood(void)
{
	struct dy_waitgroup done = {0};
	int procs = dy_gomaxprocs(1);

	dy_wg_add(&done, FLOOD);
	for (int i = 0; i < FLOOD; i++)
		dy_go(brief, &done);
	dy_wg_wait(&done);
	dy_gomaxprocs(procs);
}

// Every hook of every axis is asked.
static void crowd(void *unused)
{
	(void)unused;
	for (int i = 0; i < 5; i++) {
		struct dy_waitgroup done = {0};

		flood();

		dy_wg_add(&done, CROWD);
		for (int k = 0; k < CROWD; k++)
			dy_go(wander, &done);
		dy_wg_wait(&done);
		dy_sleep(12 * DY_MS);
	}
}

// Until it ends the process.
static void for_ever(void *unused)
{
	for (;;)
		crowd(unused);
}

static void expect(const char *axis, int hook, enum deed deed, int status,
                   const char *text)
{
	char spec[MESSAGE];

	snprintf(spec, sizeof spec, "%s=hostile:deed=%d:hook=%d", axis,
	         (int)deed, hook);
	rt_expect_fatal(rt_config(4, spec),
	                status == HOOK_STATUS ? for_ever : crowd, status, text);
}

static void test_breaches_eject(void **state)
{
	(void)state;
	expect("steal", 0, DEED_FAR, 0, "steal=hostile: victim answered 1000000");
	expect("place", 0, DEED_FAR, 0, "place=hostile: place answered 77");
	expect("idle", 0, DEED_AGAIN, 0,
	       "idle=hostile: again answered 1 (3 times)");
}

static void test_faults_name_the_hook(void **state)
{
	static const struct {
		enum deed deed;
		const char *as;
	} fault[] = {{DEED_NULL, "SIGSEGV at 0"},
	             {DEED_CONST, "SIGSEGV at"},
	             {DEED_TRAP, "SIG"},
	             {DEED_ABORT, "SIGABRT"}};
	char text[MESSAGE];

	(void)state;
	for (int i = 0; i < EVERY_HOOK; i++) {
		for (size_t k = 0; k < sizeof fault / sizeof *fault; k++) {
			snprintf(text, sizeof text,
			         "%s=hostile: its hook %s faulted (%s",
			         every_hook[i].axis, every_hook[i].name,
			         fault[k].as);
			expect(every_hook[i].axis, every_hook[i].hook,
			       fault[k].deed, HOOK_STATUS, text);
		}
	}
}

static void test_what_never_returns_is_named(void **state)
{
	(void)state;
	expect("steal", 0, DEED_LOOP, HOOK_STATUS,
	       "steal=hostile: its hook victim does not return");
	expect("place", 0, DEED_SLEEP, HOOK_STATUS, "place does not return");
}

// Time of the host is none here: what is late there is not late here.
static void test_nobody_is_late(void **state)
{
	(void)state;
	expect("global", 0, DEED_NONE, 0, "");
	assert_string_equal(rt_last_words(), "");
}

static void work_long(void *unused)
{
	(void)unused;
	dy_work(200 * DY_MS);
}

// Its parameter is no slice: the monitor may rest as it does by Go's rule.
static void test_a_number_is_no_slice(void **state)
{
	(void)state;
	rt_expect_fatal(rt_config(1, "preempt=patient"), work_long, 0, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_breaches_eject, load),
		cmocka_unit_test(test_faults_name_the_hook),
		cmocka_unit_test(test_what_never_returns_is_named),
		cmocka_unit_test(test_nobody_is_late),
		cmocka_unit_test(test_a_number_is_no_slice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
