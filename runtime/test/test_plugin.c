// test_plugin.c - plugins: what is refused when it is loaded, that a good one runs
// on g0 and is called, and that a bad one is ejected or ends the process by name.
#include <dyno/policy.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "plugins/deeds.h"
#include "rt.h"

enum { MESSAGE = 512, CHILDREN = 40 };

static void expect_refusal(const char *file, const char *fault)
{
	char path[MESSAGE], err[MESSAGE] = "";

	snprintf(path, sizeof path, "%s/%s", PLUGINS, file);
	assert_int_equal(dy_policy_load(path, err, sizeof err), -EINVAL);
	if (!strstr(err, fault) || !strstr(err, file))
		fail_msg("%s is refused without a word of \"%s\": %s", file,
		         fault, err);
	assert_null(strchr(err, '\n'));
	assert_int_equal(dy_policy_check("steal=bad", NULL, 0), -EINVAL);
}

static void test_what_is_no_plugin_is_refused(void **state)
{
	(void)state;
	expect_refusal("nothing.so", "No such file");
	expect_refusal("CTestTestfile.cmake", "cannot be loaded");
	expect_refusal("plugin_empty.so", "dy_plugin_steal");
	expect_refusal("plugin_bad_abi.so", "ABI 3");
	expect_refusal("plugin_bad_size.so", "sizeof(struct dy_steal_policy)");
	expect_refusal("plugin_bad_name.so", "needs a name");
	expect_refusal("plugin_bad_summary.so", "summary");
	expect_refusal("plugin_bad_taken.so", "steal=near already");
	expect_refusal("plugin_bad_place.so", "place or overflow");
	expect_refusal("plugin_bad_steal.so", "victim");
	expect_refusal("plugin_bad_global.so", "first or amount");
	expect_refusal("plugin_bad_order.so", "order 9");
	expect_refusal("plugin_bad_mechanism.so", "mechanism 9");
	expect_refusal("plugin_bad_period.so", "must be the period");
	expect_refusal("plugin_bad_end.so", "end 9");
	expect_refusal("plugin_bad_layout.so", "layout 9");
	expect_refusal("plugin_bad_lists.so", "how many, within 1 to 64");
	expect_refusal("plugin_bad_slice.so", "must be the slice");
	expect_refusal("plugin_bad_polls.so", "how many to a look");
	expect_refusal("plugin_bad_mode.so", "mode 9");
	expect_refusal("plugin_bad_places.so", "from 1 on");
	expect_refusal("plugin_bad_unit.so", "unit");
	expect_refusal("plugin_bad_range.so", "min <= initial <= max");
	expect_refusal("plugin_bad_params.so", "more than 4 parameters");
}

static void load(const char *file)
{
	char path[MESSAGE], err[MESSAGE] = "";

	snprintf(path, sizeof path, "%s/%s", PLUGINS, file);
	dy_policy_load(path, err, sizeof err);
	assert_string_equal(err, "");
}

static int load_both(void **state)
{
	(void)state;
	load("plugin_good.so");
	load("plugin_hostile.so");
	return 0;
}

static void test_a_loaded_policy_is_a_choice(void **state)
{
	char text[MESSAGE] = "";

	(void)state;
	assert_int_equal(
		dy_policy_canon("steal=good:amount=3", text, sizeof text), 0);
	assert_string_equal(text, "go1.27,steal=good:amount=3");
	assert_int_equal(dy_policy_check("steal=good:0", text, sizeof text),
	                 -EINVAL);
	assert_non_null(strstr(text, "from 1 to 100"));
	dy_policy_check("steal=bat", text, sizeof text);
	assert_non_null(strstr(text, "half-tail, good, hostile"));
	expect_refusal("plugin_good.so", "already");
}

//---------------------------------------------------------------------------

struct crowd {
	struct dy_waitgroup done;
	uint32_t ran[CHILDREN];
};

struct member {
	struct crowd *crowd;
	int i;
};

static void wander(void *arg)
{
	struct member m = *(struct member *)arg;

	for (int i = 0; i < 20; i++) {
		dy_work(2000);
		dy_yield();
	}
	dy_block(0);
	m.crowd->ran[m.i]++;
	dy_wg_done(&m.crowd->done);
}

// Everybody once, however they are placed, queued and stolen.
static void everybody(void *unused)
{
	struct crowd crowd = {.ran = {0}};
	struct member member[CHILDREN];

	(void)unused;
	dy_wg_add(&crowd.done, CHILDREN);
	for (int i = 0; i < CHILDREN; i++) {
		member[i] = (struct member){&crowd, i};
		dy_go_stack(wander, &member[i], 16 * 1024);
		if (i == CHILDREN / 2)
			dy_gomaxprocs(2);
	}
	dy_sleep(DY_MS);
	dy_wg_wait(&crowd.done);
	for (int i = 0; i < CHILDREN; i++)
		rt_check(crowd.ran[i] == 1);
}

static bool ejected(void)
{
	bool any = false;

	for (size_t axis = 0; dy_policy_axis(axis); axis++)
		any |= dy_policy_ejected(axis) != NULL;
	return any;
}

#define ALL_GOOD \
	"queue=good,place=good,steal=good,global=good,preempt=good," \
	"idle=good,syscall=good"

static void test_good_plugins_run(void **state)
{
	static const char *const specs[] = {"queue=good",   "place=good",
	                                    "steal=good",   "global=good",
	                                    "preempt=good", "idle=good",
	                                    "syscall=good", ALL_GOOD};

	(void)state;
	for (size_t i = 0; i < sizeof specs / sizeof specs[0]; i++) {
		rt_run(4, specs[i], everybody, NULL);
		assert_false(ejected());
	}
}

static void on_and_on(void *unused)
{
	for (int i = 0; i < 30; i++)
		everybody(unused);
}

// Until the plugin's hooks have been called often enough, and once more.
static void until_ejected(void *unused)
{
	while (!ejected())
		everybody(unused);
	everybody(unused);
}

// Longer than the monitor ever rests: it asks about each call.
static void call_once(void *unused)
{
	(void)unused;
	dy_block(30 * DY_MS);
}

static void call_until_ejected(void *unused)
{
	while (!ejected())
		call_once(unused);
}

static void expect_of(dy_fn fn, const char *axis, enum deed deed, int status,
                      const char *text)
{
	char spec[MESSAGE];

	snprintf(spec, sizeof spec, "%s=hostile:deed=%d", axis, (int)deed);
	rt_expect_fatal(rt_config(4, spec), fn, status, text);
}

static void expect_ejected(const char *axis, enum deed deed, const char *text)
{
	expect_of(until_ejected, axis, deed, 0, text);
}

static void test_bad_answers_eject(void **state)
{
	(void)state;
	expect_ejected("steal", DEED_FAR,
	               "ejected, Go's rule takes its place: steal=hostile: victim "
	               "answered 1000000 (3 times)");
	expect_ejected("steal", DEED_NEGATIVE,
	               "steal=hostile: victim answered -2");
	expect_ejected("steal", DEED_AMOUNT,
	               "steal=hostile: amount answered 4294967295");
	expect_ejected("place", DEED_FAR, "place=hostile: place answered 77");
	expect_ejected("global", DEED_AMOUNT, "global=hostile: amount answered");
	expect_ejected("idle", DEED_AGAIN,
	               "idle=hostile: again answered 1 (3 times)");
}

static void expect_silence(const char *axis, enum deed deed)
{
	expect_of(on_and_on, axis, deed, 0, "");
	assert_string_equal(rt_last_words(), "");
}

static void test_the_slow_and_the_odd_are_let_be(void **state)
{
	(void)state;
	expect_silence("steal", DEED_NONE);
	expect_silence("steal", DEED_HUGE);
	expect_silence("steal", DEED_ZERO);
	expect_silence("steal", DEED_STOP);
	expect_silence("place", DEED_NONE);
	expect_silence("global", DEED_NONE);
	expect_silence("queue", DEED_NONE);
	expect_silence("preempt", DEED_NONE);
	expect_silence("idle", DEED_NONE);
	expect_silence("syscall", DEED_NONE);
}

static void test_late_hooks_eject(void **state)
{
	(void)state;
	expect_ejected("steal", DEED_LATE, "steal=hostile: victim returned");
	expect_ejected("place", DEED_LATE, "place=hostile: place returned");
	expect_ejected("global", DEED_LATE, "global=hostile:");
	expect_ejected("queue", DEED_LATE, "queue=hostile: key returned");
	expect_ejected("preempt", DEED_LATE, "preempt=hostile: expired returned");
	expect_ejected("idle", DEED_LATE, "idle=hostile: search returned");
	expect_of(call_until_ejected, "syscall", DEED_LATE, 0,
	          "syscall=hostile: retake returned");
}

static const struct {
	const char *axis, *hook;
} hooks[] = {{"steal", "steal=hostile: its hook victim"},
             {"place", "place=hostile: its hook place"},
             {"global", "global=hostile: its hook "},
             {"queue", "queue=hostile: its hook key"},
             {"preempt", "preempt=hostile: its hook expired"},
             {"idle", "idle=hostile: its hook search"}};

static void expect_ended(const char *axis, enum deed deed, const char *text)
{
	expect_of(on_and_on, axis, deed, HOOK_STATUS, text);
}

enum { HOOKS = sizeof hooks / sizeof hooks[0] };

static void test_hooks_that_never_return_end_the_process(void **state)
{
	(void)state;
	for (int i = 0; i < HOOKS; i += 2) // each takes more than a second
		expect_ended(hooks[i].axis, DEED_LOOP, hooks[i].hook);
	assert_non_null(strstr(rt_last_words(), "does not return"));
	expect_ended("place", DEED_SLEEP, "place does not return");
	expect_ended("global", DEED_SLEEP, "does not return");
}

static void test_faults_end_the_process_naming_the_hook(void **state)
{
	(void)state;
	for (int i = 0; i < HOOKS; i++)
		expect_ended(hooks[i].axis, DEED_NULL, hooks[i].hook);
	expect_ended("place", DEED_NULL, "faulted (SIGSEGV at 0");
	expect_ended("steal", DEED_CONST, "victim faulted (SIGSEGV");
	expect_ended("place", DEED_TRAP, "place faulted (SIG");
	expect_ended("queue", DEED_ABORT, "key faulted (SIGABRT");
	expect_of(call_once, "syscall", DEED_NULL, HOOK_STATUS,
	          "syscall=hostile: its hook retake faulted");
}

// What failed in a child is nothing to the next run.
static void test_the_next_run_is_unharmed(void **state)
{
	(void)state;
	rt_run(4, "steal=hostile:deed=1", everybody, NULL);
	rt_run(4, "steal=good", everybody, NULL);
	assert_false(ejected());
	assert_null(dy_policy_ejected(1000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_no_plugin_is_refused),
		cmocka_unit_test_setup(test_a_loaded_policy_is_a_choice,
	                               load_both),
		cmocka_unit_test(test_good_plugins_run),
		cmocka_unit_test(test_bad_answers_eject),
		cmocka_unit_test(test_the_slow_and_the_odd_are_let_be),
		cmocka_unit_test(test_late_hooks_eject),
		cmocka_unit_test(test_hooks_that_never_return_end_the_process),
		cmocka_unit_test(test_faults_end_the_process_naming_the_hook),
		cmocka_unit_test(test_the_next_run_is_unharmed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
