// test_doctor.c - what dyno doctor makes of facts, and of this machine.
#include "../doctor/findings.h"
#include "../doctor/short_run.h"
#include "command.h"
#include "fixture_tree.h"

#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct finding *find(const struct findings *f, const char *name)
{
	for (size_t i = 0; i < f->n; i++)
		if (strcmp(f->v[i].name, name) == 0)
			return &f->v[i];
	fail_msg("no finding %s", name);
	return NULL;
}

// One fact or two, what is looked at, and what it must say.
static const struct {
	const char *facts, *name;
	enum finding_level level;
	const char *says; // part of the value, or of the text
} cases[] = {
	{"{'governor':'performance'}", "governor", FINDING_FINE, NULL},
	{"{'governor':'powersave'}", "governor", FINDING_CHANGE, "cpupower"},
	{"{'governor':'performance,powersave'}", "governor", FINDING_CHANGE,
         "cpupower"},
	{"{}", "governor", FINDING_UNKNOWN, "no frequency governor"},
	{"{'virtual_machine':true}", "governor", FINDING_UNKNOWN, "host"},
	{"{'turbo':false}", "turbo", FINDING_FINE, "off"},
	{"{'turbo':true}", "turbo", FINDING_KNOW, "no_turbo"},
	{"{}", "turbo", FINDING_UNKNOWN, NULL},
	{"{'smt':true}", "SMT", FINDING_KNOW, "--pin core"},
	{"{'smt':false}", "SMT", FINDING_FINE, "off"},
	{"{'smt':false,'virtual_machine':true}", "SMT", FINDING_FINE, "guest"},
	{"{'pmu':false}", "PMU", FINDING_KNOW, "absent"},
	{"{'pmu':true}", "PMU", FINDING_FINE, "present"},
	{"{'counters':{'all':9,'present':9}}", "counters", FINDING_FINE, "9 of 9"},
	{"{'counters':{'all':9,'present':8}}", "counters", FINDING_KNOW,
         "list counters"},
	{"{'counters':{'all':9,'present':9},'counter_mode':'user'}", "counters",
         FINDING_KNOW, "perf_event_paranoid"},
	{"{}", "counters", FINDING_UNKNOWN, NULL},
	{"{'clock':'tsc'}", "clock", FINDING_FINE, "tsc"},
	{"{'clock':'hpet'}", "clock", FINDING_CHANGE, "clocksource=tsc"},
	{"{'clock':'tsc','short_run':{'clock_s':25e-9}}", "clock", FINDING_FINE,
         "25 ns"},
	{"{'thp':'[always] madvise never'}", "THP", FINDING_KNOW, "madvise"},
	{"{'thp':'always [madvise] never'}", "THP", FINDING_FINE, "madvise"},
	{"{'thp':'garbage'}", "THP", FINDING_UNKNOWN, NULL},
	{"{'aslr':'2'}", "ASLR", FINDING_FINE, NULL},
	{"{'aslr':'0'}", "ASLR", FINDING_KNOW, "randomize_va_space=2"},
	{"{'cpus_allowed':'0-3','cpus_online':4}", "affinity", FINDING_FINE,
         "4 of 4"},
	{"{'cpus_allowed':'0,2','cpus_online':4}", "affinity", FINDING_KNOW,
         "2 of 4"},
	{"{'cpus_allowed':'0-'}", "affinity", FINDING_UNKNOWN, NULL},
	{"{'cgroup_cpus':0.0}", "quota", FINDING_FINE, "none"},
	{"{'cgroup_cpus':2.5,'cpus_allowed':'0-3','cgroup_limit_at':'/ci',"
         "'cgroup_throttled':0.25}",
         "quota", FINDING_CHANGE, "above 2."},
	{"{'cgroup_cpus':0.5,'cpus_allowed':'0-3'}", "quota", FINDING_CHANGE,
         "above 1."},
	{"{'cgroup_cpus':4.0,'cpus_allowed':'0-3'}", "quota", FINDING_FINE,
         "4 CPUs"},
	{"{}", "quota", FINDING_UNKNOWN, NULL},
	{"{'load_1m':0.1}", "load", FINDING_FINE, NULL},
	{"{'load_1m':3.0}", "load", FINDING_KNOW, NULL},
	{"{'short_run':{'foreign_cpus':0.0,'cpus':4}}", "free CPUs",
         FINDING_FINE, "4.0 of 4"},
	{"{'short_run':{'foreign_cpus':0.2,'cpus':4}}", "free CPUs",
         FINDING_KNOW, "3.8 of 4"},
	{"{'short_run':{'foreign_cpus':6.0,'cpus':4}}", "free CPUs",
         FINDING_CHANGE, "0.0 of 4"},
	{"{}", "free CPUs", FINDING_UNKNOWN, NULL},
	{"{'short_run':{'steal':0.0}}", "steal", FINDING_FINE, NULL},
	{"{'short_run':{'steal':0.01}}", "steal", FINDING_KNOW, "1.00 %"},
	{"{'short_run':{'steal':0.1}}", "steal", FINDING_CHANGE, NULL},
	{"{'short_run':{'lost':0.01}}", "noise", FINDING_FINE, "1.0 %"},
	{"{'short_run':{'lost':0.05}}", "noise", FINDING_KNOW, NULL},
	{"{'short_run':{'lost':0.5}}", "noise", FINDING_CHANGE, NULL},
	{"{'short_run':{'wake_s':5e-6}}", "wake-up", FINDING_FINE, "5 us"},
	{"{'short_run':{'wake_s':2e-4}}", "wake-up", FINDING_KNOW, "halt_poll_ns"},
	{"{'overhead':{'round_s':6e-8,'between_s':5e-6}}", "overhead",
         FINDING_FINE, "60 ns in a round, 5.0 us between"},
	{"{'overhead':{'round_s':1e-6,'between_s':5e-6}}", "overhead",
         FINDING_KNOW, "less than 100 us"},
	{"{'overhead':{'round_s':1e-6}}", "overhead", FINDING_UNKNOWN, "run null"},
	{"{}", "overhead", FINDING_UNKNOWN, NULL},
	{"{'optimized':true}", "build", FINDING_FINE, NULL},
	{"{'optimized':false}", "build", FINDING_CHANGE, "release"},
	// Facts of another type are no facts.
	{"{'governor':3,'load_1m':'x'}", "governor", FINDING_UNKNOWN, NULL},
	{"{'short_run':[1]}", "noise", FINDING_UNKNOWN, NULL},
};

static void test_facts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char text[256];
		const struct finding *f;
		struct findings all;
		json_t *facts;

		strcpy(text, cases[i].facts);
		for (char *at = text; (at = strchr(at, '\'')); at++)
			*at = '"';
		facts = json_loads(text, 0, NULL);
		assert_non_null(facts);
		findings_judge(&all, facts);
		f = find(&all, cases[i].name);
		if (f->level != cases[i].level)
			print_error("%s: %s %s %s\n", cases[i].facts,
			            finding_level_name(f->level), f->value,
			            f->text);
		assert_int_equal(f->level, cases[i].level);
		// What is not fine comes with a text.
		assert_int_equal(f->level != FINDING_FINE, *f->text != '\0');
		if (cases[i].says)
			assert_true(strstr(f->value, cases[i].says) ||
			            strstr(f->text, cases[i].says));
		json_decref(facts);
	}
}

//---------------------------------------------------------------------------
// The short run
//---------------------------------------------------------------------------

static void test_lost_time(void **state)
{
	double same[40], slow[40], stall = 0;

	(void)state;
	for (int i = 0; i < 40; i++) {
		same[i] = 0.5;
		slow[i] = i % 4 ? 1 : 5; // 10 of 40 take five times as long
	}
	assert_true(short_run_lost(same, 40, &stall) == 0);
	assert_true(stall == 0);
	assert_true(short_run_lost(slow, 40, &stall) == 0.5);
	assert_true(stall == 4);
	// A lucky piece is not the measure.
	same[7] = 0.001;
	assert_true(short_run_lost(same, 40, &stall) == 0);
	assert_true(short_run_lost(same, 0, &stall) == 0);
	assert_true(short_run_lost(same, 1, &stall) == 0);
	assert_true(stall == 4);
}

static void test_short_run(void **state)
{
	struct short_run r;

	(void)state;
	assert_int_equal(short_run(&r, 100000000), 0);
	assert_true(r.cpus >= 1);
	assert_true(r.seconds > 0);
	assert_true(r.lost >= 0 && r.lost < 1);
	assert_true(r.stall_s >= 0);
	assert_true(r.wake_s > 0 && r.wake_99_s >= r.wake_s);
	assert_true(r.clock_s > 0);
	assert_true(r.foreign_cpus >= 0);
}

//---------------------------------------------------------------------------
// The command
//---------------------------------------------------------------------------

static struct command_result r;

static void test_this_machine(void **state)
{
	const char *const argv[] = {DYNO, "doctor", "--duration=100ms", NULL};

	(void)state;
	command_run(&r, argv);
	assert_string_equal(r.err, "");
	assert_int_equal(command_exit(&r),
	                 strstr(r.out, "To be changed") ? 4 : 0);
	assert_non_null(strstr(r.out, "noise"));
	assert_non_null(strstr(r.out, "counters"));
	assert_non_null(strstr(r.out, "ns in a round"));
}

// A tree that tells nothing: unknown, and not fine.
static void test_json_of_nothing(void **state)
{
	char *tree = fixture_tree_new();
	const char *const argv[] = {DYNO, "doctor", "--sysroot",
	                            tree, "--json", "--duration=100ms",
	                            NULL};
	json_t *doc, *list, *facts;
	size_t unknown = 0, change = 0, i;
	json_t *f;

	(void)state;
	command_run(&r, argv);
	doc = json_loads(r.out, 0, NULL);
	assert_non_null(doc);
	list = json_object_get(doc, "findings");
	json_array_foreach(list, i, f)
	{
		const char *level = json_string_value(json_object_get(f, "level"));

		unknown += strcmp(level, "unknown") == 0;
		change += strcmp(level, "change") == 0;
	}
	assert_true(unknown >= 8);
	assert_int_equal(command_exit(&r), change ? 4 : 0);
	assert_int_equal(json_is_true(json_object_get(doc, "fit")), !change);
	facts = json_object_get(doc, "facts");
	assert_non_null(json_object_get(facts, "short_run"));
	assert_null(json_object_get(facts, "governor"));
	assert_true(json_number_value(json_object_get(
			    json_object_get(facts, "overhead"), "round_s")) > 0);
	json_decref(doc);
	fixture_tree_remove(tree);
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *words[3], *says;
	} mistakes[] = {
		{{"doctor", "house"}, "options only"},
		{{"doctor", "--duration=1ms"}, "100ms to 60s"},
		{{"doctor", "--duration=2m"}, "100ms to 60s"},
		{{"doctor", "--duration=2"}, "with its unit"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
		const char *argv[5] = {DYNO};

		memcpy(argv + 1, mistakes[i].words, sizeof mistakes[i].words);
		command_run(&r, argv);
		assert_int_equal(command_exit(&r), 2);
		assert_non_null(strstr(r.err, mistakes[i].says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts),
		cmocka_unit_test(test_lost_time),
		cmocka_unit_test(test_short_run),
		cmocka_unit_test(test_this_machine),
		cmocka_unit_test(test_json_of_nothing),
		cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
