// test_control.c - what a control concludes, and that it can tell a dead
// counter from a live one.
#include "../control.h"

#include "../os_counters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct counter sleeper = {
	.name = "sleeper", .stimulus = STIMULUS_SLEEP, .expected = 3};

static struct control_report all_given(void)
{
	struct control_report r = {.why = {NULL}};

	for (int i = 0; i < STIMULI; i++)
		r.given[i] = true;
	return r;
}

static void test_moved_is_present(void **state)
{
	struct control_report given = all_given();
	char why[COUNTER_WHY_MAX];

	(void)state;
	assert_true(control_verdict(&sleeper, 3, &given, why, sizeof why));
	assert_string_equal(why, "");
}

static void test_silent_is_absent(void **state)
{
	struct control_report given = all_given();
	char why[COUNTER_WHY_MAX];

	(void)state;
	assert_false(control_verdict(&sleeper, 0, &given, why, sizeof why));
	assert_string_equal(why, "sleeping did not move it");
	assert_false(control_verdict(&sleeper, 2, &given, why, sizeof why));
}

static void test_untried_is_absent(void **state)
{
	struct control_report given = all_given();
	char why[COUNTER_WHY_MAX];

	(void)state;
	given.given[STIMULUS_SLEEP] = false;
	given.why[STIMULUS_SLEEP] = "no time to sleep";
	assert_false(control_verdict(&sleeper, 99, &given, why, sizeof why));
	assert_string_equal(why, "no time to sleep");
}

// is_believed says whether one of the catalogue is, having moved so much.
static bool is_believed(const char *name, double moved)
{
	const struct counter *c = counters_catalogue((size_t)counters_find(name));
	struct control_report given = all_given();
	char why[COUNTER_WHY_MAX];

	return control_verdict(c, moved, &given, why, sizeof why);
}

// What is promised of 50 sleeps and of two moves.
static void test_the_figures_of_the_controls(void **state)
{
	(void)state;
	assert_int_equal(CONTROL_SLEEPS, 50);
	assert_int_equal(CONTROL_MOVES, 2);
	assert_false(is_believed("context-switches", 44));
	assert_true(is_believed("context-switches", 45));
	assert_false(is_believed("voluntary-switches", 44));
	assert_true(is_believed("voluntary-switches", 45));
	assert_false(is_believed("cpu-migrations", 0));
	assert_true(is_believed("cpu-migrations", 1));
}

// The stimuli are real: the kernel's own counts of them move.
static void test_stimuli_move_the_kernel(void **state)
{
	const struct counter *switches = counters_catalogue(
		(size_t)counters_find("voluntary-switches"));
	const struct counter *faults = counters_catalogue(
		(size_t)counters_find("minor-faults"));
	struct control_report given;
	double before[2], after[2];

	(void)state;
	assert_true(os_counters_read(switches, &before[0]));
	assert_true(os_counters_read(faults, &before[1]));
	control_stimulate(&given);
	assert_true(os_counters_read(switches, &after[0]));
	assert_true(os_counters_read(faults, &after[1]));
	control_tidy();
	assert_true(given.given[STIMULUS_SLEEP]);
	assert_true(given.given[STIMULUS_TOUCH]);
	assert_true(after[0] - before[0] >= switches->expected);
	assert_true(after[1] - before[1] >= faults->expected);
}

static void test_catalogue_is_sane(void **state)
{
	const struct counter *c;

	(void)state;
	for (size_t i = 0; (c = counters_catalogue(i)); i++) {
		assert_int_equal(counters_find(c->name), i);
		assert_int_equal(counters_find(c->event), i);
		assert_true(c->expected > 0);
		assert_true(strlen(c->unit) > 0 && strlen(c->help) > 0);
	}
	assert_int_equal(counters_find("nonesuch"), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_moved_is_present),
		cmocka_unit_test(test_silent_is_absent),
		cmocka_unit_test(test_untried_is_absent),
		cmocka_unit_test(test_the_figures_of_the_controls),
		cmocka_unit_test(test_stimuli_move_the_kernel),
		cmocka_unit_test(test_catalogue_is_sane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
