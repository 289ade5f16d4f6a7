// test_policy.c - policy specs: what is accepted, the canonical form, and that
// every refusal says what would be right.
#include <dyno/policy.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/registry.h"
#include "rt.h"

enum { MESSAGE = 512 };

static void expect_canon(const char *spec, const char *canon)
{
	char text[MESSAGE] = "";

	assert_int_equal(dy_policy_check(spec, text, sizeof text), 0);
	assert_string_equal(text, "");
	assert_int_equal(dy_policy_canon(spec, text, sizeof text), 0);
	assert_string_equal(text, canon);
	// The canonical form is a spec, and its own canonical form.
	assert_int_equal(dy_policy_canon(canon, text, sizeof text), 0);
	assert_string_equal(text, canon);
}

static void test_specs_that_mean_the_same_have_one_form(void **state)
{
	(void)state;
	expect_canon("go1.27", "go1.27");
	expect_canon("go1.14", "go1.27");
	expect_canon("steal=go", "go1.27");
	expect_canon("go1.27,steal=go,global=go61,preempt=sysmon", "go1.27");
	expect_canon("preempt=sysmon:10ms", "go1.27");
	expect_canon("steal=one", "go1.27,steal=one");
	expect_canon("go1.5", "go1.27,preempt=poll");
	expect_canon("go1.2", "go1.27,place=no-runnext,preempt=poll");
	expect_canon("go1.1",
	             "go1.27,place=no-runnext,global=never,preempt=none");
	expect_canon("global=never,steal=near", "go1.27,steal=near,global=never");
	expect_canon("steal=one,steal=none", "go1.27,steal=none");
	expect_canon("go1.5,preempt=sysmon", "go1.27");
}

static void test_parameters_have_units(void **state)
{
	static const char *const same[] = {
		"preempt=sysmon:1ms",       "preempt=sysmon:1000us",
		"preempt=sysmon:1000000ns", "preempt=sysmon:1000000",
		"preempt=sysmon:slice=1ms", "preempt=sysmon:2ms:slice=1ms",
	};

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
		expect_canon(same[i], "go1.27,preempt=sysmon:slice=1000000ns");
	expect_canon("preempt=poll:10s",
	             "go1.27,preempt=poll:slice=10000000000ns");
	expect_canon("preempt=sysmon:20us",
	             "go1.27,preempt=sysmon:slice=20000ns");
}

static void test_a_form_that_does_not_fit_is_an_error(void **state)
{
	char text[7];

	(void)state;
	assert_int_equal(dy_policy_canon("go1.27", text, 6), -ENAMETOOLONG);
	assert_int_equal(dy_policy_canon("go1.27", text, 7), 0);
	assert_string_equal(text, "go1.27");
}

static void test_go_is_compiled_in_and_others_are_tables(void **state)
{
	struct policy p;

	(void)state;
	assert_int_equal(policy_parse("go1.27", &p, NULL, 0), 0);
	assert_null(p.table[AXIS_STEAL]);
	assert_null(p.table[AXIS_GLOBAL]);
	assert_null(p.table[AXIS_PREEMPT]);
	assert_int_equal(
		policy_parse("steal=near,preempt=sysmon:3ms", &p, NULL, 0), 0);
	assert_ptr_equal(p.table[AXIS_STEAL], &policy_steal_near);
	assert_ptr_equal(p.table[AXIS_PREEMPT], &policy_preempt_sysmon);
	assert_int_equal(p.param[AXIS_PREEMPT][0], 3000000);
}

// A refusal is one line, and names every one of the choices, up to a NULL.
static void expect_refusal(const char *spec, const char *const *choices)
{
	char text[MESSAGE] = "";

	assert_int_equal(dy_policy_check(spec, text, sizeof text), -EINVAL);
	assert_null(strchr(text, '\n'));
	assert_true(strlen(text) > 10);
	for (; *choices; choices++) {
		if (!strstr(text, *choices))
			fail_msg("\"%s\" is refused without a word of \"%s\": %s",
			         spec, *choices, text);
	}
}

#define CHOICES(...) ((const char *const[]){__VA_ARGS__, NULL})

static const char *const axes[] = {"queue",   "place", "steal",   "global",
                                   "preempt", "idle",  "syscall", NULL};
static const char *const presets[] = {"go1.27",   "go1.14",  "go1.5", "go1.2",
                                      "go1.1",    "go1.0",   "cilk",  "tokio",
                                      "shinjuku", "caladan", "fair",  NULL};
static const char *const steals[] = {"go",     "none",   "half", "one",
                                     "sticky", "loaded", "near", NULL};

// They may come from a file, and end on a terminal.
static void test_messages_are_printable(void **state)
{
	char err[512], tiny[12];

	(void)state;
	assert_int_equal(dy_policy_check("go1.27,steal=\x1b[2J\x9b\n\xc3\xa4\x7f",
	                                 err, sizeof err),
	                 -EINVAL);
	assert_non_null(strstr(err, "\"\\x1b[2J\\x9b\\x0a\\xc3\\xa4\\x7f\""));
	for (const char *c = err; *c; c++)
		assert_true(*c >= ' ' && *c <= '~');
	for (size_t n = 1; n <= sizeof tiny; n++) {
		memset(tiny, 'z', sizeof tiny);
		dy_policy_check("\t\t\t\t", tiny, n);
		assert_non_null(memchr(tiny, 0, n));
	}
}

static void test_an_unknown_name_lists_the_known_ones(void **state)
{
	(void)state;
	expect_refusal("go1.99", presets);
	expect_refusal("", presets);
	expect_refusal(",", presets);
	expect_refusal("colour=red", axes);
	expect_refusal("=", axes);
	expect_refusal("=go", axes);
	expect_refusal("go1.27,", axes);
	expect_refusal("go1.27,,steal=one", axes);
	expect_refusal("steal=one,", axes);
	expect_refusal("steal=one,go1.27", axes);
	expect_refusal("steal=", steals);
	expect_refusal("steal=on", steals);
	expect_refusal("steal=onee", steals);
	expect_refusal("steal=one=two", steals);
	expect_refusal("Steal=one", axes);
	expect_refusal("global=x", CHOICES("go61", "never", "always"));
	expect_refusal("preempt=x", CHOICES("sysmon", "poll", "none"));
	expect_refusal("steal=\xc3\xa9\xff", steals);
	expect_refusal("go1.27,steal", CHOICES("steal=NAME"));
}

static void test_a_bad_parameter_is_named_with_its_range(void **state)
{
	static const char *const bad[] = {
		"preempt=sysmon:",
		"preempt=sysmon:fast",
		"preempt=sysmon:1",
		"preempt=sysmon:-1ms",
		"preempt=sysmon:1m",
		"preempt=sysmon:1 ms",
		"preempt=sysmon:1msx",
		"preempt=sysmon:11s",
		"preempt=sysmon:19us",
		"preempt=sysmon:1.5ms",
		"preempt=sysmon:9999999999999999999s",
		"preempt=sysmon:9223372036854775807s",
		"preempt=sysmon:18446744073s",
		"preempt=sysmon:slice=",
		"preempt=sysmon:slice",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		expect_refusal(bad[i],
		               CHOICES("slice", "20000", "10000000000", "ms"));
	expect_refusal("preempt=sysmon:quantum=1ms",
	               CHOICES("sysmon", "quantum", "slice"));
	expect_refusal("preempt=sysmon:1ms:2ms",
	               CHOICES("sysmon", "2ms", "slice"));
	expect_refusal("steal=one:::", CHOICES("one", "no parameter", "none"));
	expect_refusal("steal=one:amount=1", CHOICES("one", "amount"));
}

// The words of the message that help must not be pushed out by the bad name.
static void test_a_long_name_leaves_room_for_the_choices(void **state)
{
	static char spec[100000];

	(void)state;
	memset(spec, 'x', sizeof spec - 1);
	expect_refusal(spec, presets);
	memcpy(spec, "steal=", 6);
	expect_refusal(spec, steals);
	memcpy(spec, "preempt=sysmon:", 15);
	expect_refusal(spec, CHOICES("slice", "20000", "10000000000"));
	spec[15] = '=';
	expect_refusal(spec, CHOICES("sysmon", "slice"));
	memset(spec, ',', 100);
	expect_refusal(spec, presets);
	spec[50000] = '=';
	memset(spec, 'y', 100);
	expect_refusal(spec, axes);
}

static void test_a_message_is_cut_to_its_buffer(void **state)
{
	char text[8] = "aaaaaaa";

	(void)state;
	assert_int_equal(dy_policy_check("nonsense", text, 5), -EINVAL);
	assert_int_equal(strlen(text), 4);
	assert_int_equal(text[5], 'a');
	assert_int_equal(dy_policy_check("nonsense", NULL, 0), -EINVAL);
}

static void test_choices_multiply_what_they_promise(void **state)
{
	(void)state;
	assert_int_equal(dy_policy_rounds("go1.27"), 61);
	assert_int_equal(dy_policy_rounds("go1.27,global=adaptive"), 127);
	assert_int_equal(dy_policy_rounds("steal=half-tail,place=tail"), 61);
	assert_int_equal(dy_policy_rounds("queue=lifo"), 0);
	assert_int_equal(dy_policy_rounds("go1.1"), 0);
	assert_int_equal(dy_policy_rounds("nonsense"), 0);
}

static void test_the_catalogue_is_complete_and_parses(void **state)
{
	const char *spec, *help;
	char text[128];

	(void)state;
	for (size_t i = 0; dy_policy_axis(i); i++) {
		assert_string_equal(dy_policy_axis(i), axes[i]);
		assert_non_null(dy_policy_axis_help(i));
		for (size_t j = 0; dy_policy_choice(i, j); j++) {
			const struct dy_policy_head *head = dy_policy_choice(i,
			                                                     j);

			assert_int_equal(head->abi, DY_POLICY_ABI);
			assert_true(strlen(head->summary) > 10);
			snprintf(text, sizeof text, "%s=%s", axes[i], head->name);
			assert_int_equal(dy_policy_check(text, NULL, 0), 0);
		}
	}
	for (size_t i = 0; dy_policy_preset(i, &spec, &help); i++) {
		assert_string_equal(dy_policy_preset(i, NULL, NULL), presets[i]);
		assert_int_equal(dy_policy_check(spec, NULL, 0), 0);
		assert_true(strlen(help) > 10);
		assert_true(strlen(dy_policy_preset_lacks(i)) > 10);
	}
	assert_null(dy_policy_preset_lacks(1000));
	assert_null(dy_policy_axis(AXES));
	assert_null(dy_policy_choice(AXES, 0));
	assert_null(dy_policy_choice(0, 1000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_specs_that_mean_the_same_have_one_form),
		cmocka_unit_test(test_parameters_have_units),
		cmocka_unit_test(test_a_form_that_does_not_fit_is_an_error),
		cmocka_unit_test(test_go_is_compiled_in_and_others_are_tables),
		cmocka_unit_test(test_messages_are_printable),
		cmocka_unit_test(test_an_unknown_name_lists_the_known_ones),
		cmocka_unit_test(test_a_bad_parameter_is_named_with_its_range),
		cmocka_unit_test(test_a_long_name_leaves_room_for_the_choices),
		cmocka_unit_test(test_a_message_is_cut_to_its_buffer),
		cmocka_unit_test(test_choices_multiply_what_they_promise),
		cmocka_unit_test(test_the_catalogue_is_complete_and_parses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
