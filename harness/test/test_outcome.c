// test_outcome.c - from how a process ended to what is recorded.
#include "../outcome.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define EXITED(code) ((code) << 8)

static const char good[] =
	"{\"schema\":1,\"outcome\":\"ok\",\"verified\":true,\"metrics\":"
	"[{\"name\":\"throughput\",\"value\":5}]}";
static const char wrong[] = "{\"schema\":1,\"outcome\":\"wrong\",\"verified\":false,"
			    "\"why\":\"55 and not 56\"}";

static void check(int status, const char *output, const char *errors,
                  enum store_outcome want, const char *message)
{
	struct trial_process p = {.status = status};
	struct outcome o;
	char text[512];

	strcpy(text, output);
	p.output = text;
	p.output_len = strlen(text);
	strcpy(p.errors, errors);
	outcome_decide(&p, &o);
	assert_string_equal(store_outcome_name(o.kind), store_outcome_name(want));
	assert_string_equal(o.message, message);
	// No document says ok unless the trial is.
	if (o.doc && want != STORE_OK)
		assert_string_not_equal(
			json_string_value(json_object_get(o.doc, "outcome")),
			"ok");
	json_decref(o.doc);
}

static void test_ok(void **state)
{
	(void)state;
	check(EXITED(0), good, "a warning\n", STORE_OK, "");
}

static void test_wrong(void **state)
{
	(void)state;
	check(EXITED(6), wrong, "", STORE_WRONG, "55 and not 56");
}

static void test_good_words_and_a_bad_end(void **state)
{
	(void)state;
	check(EXITED(6), good, "", STORE_ERROR, "exit status 6: it said nothing");
	check(11, good, "", STORE_CRASH, "killed by SIGSEGV");
	check(EXITED(77), good, "no disk\n", STORE_UNSUPPORTED, "no disk");
}

static void test_good_end_and_bad_words(void **state)
{
	(void)state;
	check(EXITED(0), "", "", STORE_ERROR,
	      "it ended well, but it printed no document");
	check(EXITED(0), wrong, "", STORE_ERROR,
	      "it ended well, but its document does not say so");
	check(EXITED(0),
	      "{\"schema\":1,\"outcome\":\"wrong\",\"verified\":true,"
	      "\"metrics\":[{\"name\":\"throughput\",\"value\":5}]}",
	      "", STORE_ERROR, "it ended well, but its document does not say so");
	check(EXITED(0), "{\"schema\":2,\"outcome\":\"ok\"}", "", STORE_ERROR,
	      "it ended well, but its document is not of schema 1");
	check(EXITED(0),
	      "{\"schema\":1,\"outcome\":\"ok\",\"verified\":false,\"metrics\":"
	      "[{\"name\":\"throughput\",\"value\":5}]}",
	      "", STORE_ERROR, "it ended well, but its document does not say so");
	check(EXITED(0), "{\"schema\":1,\"outcome\":\"ok\",\"verified\":true}",
	      "", STORE_ERROR, "it ended well, but told no throughput");
}

static void test_fatal_errors(void **state)
{
	(void)state;
	check(EXITED(2), "",
	      "a warning\nfatal error: all goroutines are asleep - deadlock!\n"
	      "goroutine 1\n",
	      STORE_DEADLOCK,
	      "fatal error: all goroutines are asleep - deadlock!");
	check(EXITED(2), "", "fatal error: stack overflow\nmore\n", STORE_CRASH,
	      "fatal error: stack overflow");
	check(EXITED(2), "", "dyno-trial: unknown workload 'x'\n", STORE_ERROR,
	      "exit status 2: dyno-trial: unknown workload 'x'");
	check(EXITED(8), "",
	      "fatal error: policy steal=x: its hook victim faulted\n",
	      STORE_CRASH,
	      "fatal error: policy steal=x: its hook victim faulted");
	check(EXITED(7), "", "fatal error: m-cap-starved: 4 Ms\n",
	      STORE_STARVED, "fatal error: m-cap-starved: 4 Ms");
	check(EXITED(7), "", "I am 7\n", STORE_ERROR, "exit status 7: I am 7");
}

static void test_crash_tells_the_last_line(void **state)
{
	(void)state;
	check(6, "", "one\ntwo\n\n", STORE_CRASH, "killed by SIGABRT: two");
}

static void test_late_is_late(void **state)
{
	struct trial_process p = {.timed_out = true, .seconds = 2.5};
	struct outcome o;

	(void)state;
	outcome_decide(&p, &o);
	assert_int_equal(o.kind, STORE_TIMEOUT);
	assert_string_equal(o.message, "stopped after 2.5 s");
	assert_null(o.doc);
}

static void test_cut_output_is_no_document(void **state)
{
	struct trial_process p = {.output_cut = true};
	struct outcome o;

	(void)state;
	outcome_decide(&p, &o);
	assert_int_equal(o.kind, STORE_ERROR);
	assert_null(o.doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ok),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_good_words_and_a_bad_end),
		cmocka_unit_test(test_good_end_and_bad_words),
		cmocka_unit_test(test_fatal_errors),
		cmocka_unit_test(test_crash_tells_the_last_line),
		cmocka_unit_test(test_late_is_late),
		cmocka_unit_test(test_cut_output_is_no_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
