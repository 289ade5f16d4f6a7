// test_options.c - a table of options, parsed: letters, long names, mistakes.
#include "../options.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static const struct option_def defs[] = {
	{"reps", 'n', "N", "How many.", request_reps},
	{"procs", 'P', "N", "How wide.", request_procs},
	{"quiet", 'q', NULL, "No words.", request_quiet},
	{"help", 'h', NULL, "This.", NULL},
	{.name = NULL},
};

static const struct command command = {.name = "test",
                                       .summary = "a test",
                                       .synopsis = "",
                                       .options = defs,
                                       .description = "Tests.",
                                       .examples = "",
                                       .takes_program = true};

enum { ARGS_MAX = 8 };

static int parse(struct request *r, char **argv)
{
	int argc = 0;

	while (argv[argc])
		argc++;
	request_init(r);
	return options_parse(&command, r, argc, argv);
}

#define ARGV(...) ((char *[ARGS_MAX]){(char[]){"test"}, __VA_ARGS__, NULL})
#define W(text) ((char[]){text})

static void test_forms(void **state)
{
	struct request r;

	(void)state;
	assert_int_equal(parse(&r, ARGV(W("-n"), W("3"), W("-q"))), 0);
	assert_int_equal(r.reps, 3);
	assert_true(r.quiet);
	request_free(&r);
	assert_int_equal(parse(&r, ARGV(W("--reps=4"))), 0);
	assert_int_equal(r.reps, 4);
	request_free(&r);
	assert_int_equal(parse(&r, ARGV(W("--reps"), W("5"))), 0);
	assert_int_equal(r.reps, 5);
	request_free(&r);
	assert_int_equal(parse(&r, ARGV(W("-P2"))), 0);
	assert_int_equal(r.procs.v[0], 2);
	request_free(&r);
}

static void test_words_may_stand_between(void **state)
{
	struct request r;
	char **argv = ARGV(W("fib"), W("-n"), W("2"), W("echo"));

	(void)state;
	assert_int_equal(parse(&r, argv), 0);
	assert_int_equal(r.reps, 2);
	assert_int_equal(r.words.n, 2);
	assert_string_equal(r.words.v[0], "fib");
	assert_string_equal(r.words.v[1], "echo");
	request_free(&r);
}

// What follows "--" is the program's, also where it looks like an option of
// ours, and also another "--".
static void test_a_program(void **state)
{
	struct request r;
	char **argv = ARGV(W("fib"), W("--"), W("prog"), W("-n"), W("--"));

	(void)state;
	assert_int_equal(parse(&r, argv), 0);
	assert_int_equal(r.words.n, 1);
	assert_int_equal(r.program.n, 3);
	assert_string_equal(r.program.v[0], "prog");
	assert_string_equal(r.program.v[1], "-n");
	assert_string_equal(r.program.v[2], "--");
	assert_int_equal(r.reps, 10);
	request_free(&r);
}

static int take_two(struct request *r)
{
	return request_reps(r, "2");
}

// Options win over what begin sets, wherever they stand.
static void test_words_come_first(void **state)
{
	struct command first = command;
	char **argv = ARGV(W("-n"), W("3"), W("fib"));
	struct request r;

	(void)state;
	first.begin = take_two;
	request_init(&r);
	assert_int_equal(options_parse(&first, &r, 4, argv), 0);
	assert_int_equal(r.reps, 3);
	request_free(&r);
}

static void refused(char **argv)
{
	struct request r;

	assert_int_equal(parse(&r, argv), -EINVAL);
	request_free(&r);
}

static void test_refused(void **state)
{
	(void)state;
	refused(ARGV(W("--rep5")));
	refused(ARGV(W("-x")));
	refused(ARGV(W("--reps")));
	refused(ARGV(W("-n")));
	refused(ARGV(W("--quiet=yes")));
	refused(ARGV(W("--reps=0")));
	refused(ARGV(W("--reps=1x")));
	refused(ARGV(W("-P"), W("0")));
	refused(ARGV(W("-P"), W("4097")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_words_may_stand_between),
		cmocka_unit_test(test_a_program),
		cmocka_unit_test(test_words_come_first),
		cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
