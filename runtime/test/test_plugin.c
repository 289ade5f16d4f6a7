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

enum { MESSAGE = 512, CHILDREN = 40, FLOOD = 600 };

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
	expect_refusal("plugin_zeros.so", "ABI 0");
	expect_refusal("plugin_bad_abi.so", "ABI 3");
	expect_refusal("plugin_bad_size.so", "sizeof(struct dy_steal_policy)");
	expect_refusal("plugin_bad_name.so", "needs a name");
	expect_refusal("plugin_bad_summary.so", "summary");
	expect_refusal("plugin_bad_taken.so", "steal=near already");
	expect_refusal("plugin_bad_place.so", "place or overflow");
	expect_refusal("plugin_bad_steal.so", "victim");
	expect_refusal("plugin_bad_global.so", "first or amount");
	expect_refusal("plugin_bad_idle.so", "search, again or wake");
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
		dy_go_stack(brief, &done, 16 * 1024);
	dy_wg_wait(&done);
	dy_gomaxprocs(procs);
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

// Every hook may be called, that of a full queue and those that sysmon calls included:
// the last are asked about what lasts longer than it ever rests.
static void all_sorts(void *unused)
{
	everybody(unused);
	flood();
	dy_block(30 * DY_MS);
}

static void a_few_times(void *unused)
{
	for (int i = 0; i < 4; i++)
		all_sorts(unused);
}

static void until_ejected(void *unused)
{
	while (!ejected())
		all_sorts(unused);
	everybody(unused);
}

// Until it ends the process.
static void for_ever(void *unused)
{
	for (;;)
		all_sorts(unused);
}

static struct dy_config hostile(const char *axis, int hook, enum deed deed)
{
	static char spec[MESSAGE]; // until the next one

	snprintf(spec, sizeof spec, "%s=hostile:deed=%d:hook=%d", axis,
	         (int)deed, hook);
	return rt_config(4, spec);
}

static void expect_ejected(const char *axis, enum deed deed, const char *text)
{
	rt_expect_fatal(hostile(axis, 0, deed), until_ejected, 0, text);
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
	expect_ejected("place", DEED_NEGATIVE, "place=hostile: place answered");
	expect_ejected("place", DEED_AMOUNT,
	               "place=hostile: overflow answered 4294967295");
	expect_ejected("global", DEED_AMOUNT, "global=hostile: amount answered");
	expect_ejected("idle", DEED_AMOUNT, "idle=hostile: wake answered");
	expect_ejected("idle", DEED_AGAIN,
	               "idle=hostile: again answered 1 (3 times)");
}

static void expect_silence(const char *axis, enum deed deed)
{
	rt_expect_fatal(hostile(axis, 0, deed), a_few_times, 0, "");
	assert_string_equal(rt_last_words(), "");
}

static void test_the_slow_and_the_odd_are_let_be(void **state)
{
	static const enum deed odd[] = {DEED_NONE, DEED_HUGE, DEED_ZERO};

	(void)state;
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
		expect_silence("queue", odd[i]);
		expect_silence("place", odd[i]);
		expect_silence("steal", odd[i]);
		expect_silence("global", odd[i]);
		expect_silence("preempt", odd[i]);
		expect_silence("idle", odd[i]);
		expect_silence("syscall", odd[i]);
	}
	expect_silence("steal", DEED_STOP);
}

//---------------------------------------------------------------------------
// What any hook can do, in every hook
//---------------------------------------------------------------------------

static struct dy_config doing(int i, enum deed deed)
{
	return hostile(every_hook[i].axis, every_hook[i].hook, deed);
}

static void expect_hook(struct rt_child child, int i, const char *does)
{
	char text[MESSAGE];

	snprintf(text, sizeof text, "%s=hostile: its hook %s %s",
	         every_hook[i].axis, every_hook[i].name, does);
	rt_expect_end(child, HOOK_STATUS, text);
}

// All at a time: most of them only wait.
static void expect_of_every_hook(enum deed deed, const char *does)
{
	struct rt_child child[EVERY_HOOK];

	for (int i = 0; i < EVERY_HOOK; i++)
		child[i] = rt_start(doing(i, deed), for_ever);
	for (int i = 0; i < EVERY_HOOK; i++)
		expect_hook(child[i], i, does);
}

// One after the other: who shares a CPU with a dozen that are late may not get on for
// as long as if he never returned.
static void test_late_hooks_eject(void **state)
{
	char text[MESSAGE];

	(void)state;
	for (int i = 0; i < EVERY_HOOK; i++) {
		snprintf(text, sizeof text, "%s=hostile: %s returned more than",
		         every_hook[i].axis, every_hook[i].name);
		rt_expect_fatal(doing(i, DEED_LATE), until_ejected, 0, text);
	}
}

static void test_hooks_that_never_return_end_the_process(void **state)
{
	(void)state;
	expect_of_every_hook(DEED_LOOP, "does not return");
	expect_of_every_hook(DEED_SLEEP, "does not return");
}

static void test_faults_end_the_process_naming_the_hook(void **state)
{
	(void)state;
	expect_of_every_hook(DEED_NULL, "faulted (SIGSEGV at 0");
	expect_of_every_hook(DEED_CONST, "faulted (SIGSEGV at");
	expect_of_every_hook(DEED_TRAP, "faulted (SIG");
	expect_of_every_hook(DEED_ABORT, "faulted (SIGABRT");
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
