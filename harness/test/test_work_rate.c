// test_work_rate.c - dy_work is calibrated once for an experiment: every trial is
// told the same rate, also when the experiment is resumed or a trial replayed.
#include "command.h"

#include <setjmp.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char *dir;
static char out[4200], out_option[4300];
static struct command_result r;

#define SWEEP \
	DYNO, "sweep", "-w", "null", "-P1", "-n3", "--size=tiny", \
		"--duration=0s", "--counters=none", "--foreign-limit=none", \
		"--quiet"
#define RATE_OF(column) "json_extract(" column ", '$.environment.work_rate')"

static int set_up(void **state)
{
	const char *const argv[] = {SWEEP, out_option, NULL};

	(void)state;
	dir = command_directory();
	snprintf(out, sizeof out, "%s/out", dir);
	snprintf(out_option, sizeof out_option, "--output=%s", out);
	command_run(&r, argv);
	if (command_exit(&r) != 0)
		print_error("%s", r.err);
	return command_exit(&r);
}

static int tear_down(void **state)
{
	(void)state;
	command_remove(dir);
	return 0;
}

// change alters the store behind dyno's back.
static void change(const char *sql)
{
	char path[4300];
	sqlite3 *db;

	snprintf(path, sizeof path, "%s/dyno.sqlite", out);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

#define SET_RATE(rate) \
	"UPDATE experiment SET plan = json_set(plan, '$.work_rate', " rate ")"
#define FORGET \
	"DELETE FROM metric WHERE trial = 2; DELETE FROM trial WHERE id = 2"

static void test_all_trials_have_one(void **state)
{
	long long rate = command_count(out, "SELECT json_extract(plan, "
	                                    "'$.work_rate') FROM experiment");

	(void)state;
	assert_in_range(rate, 1024, 1 << 30);
	assert_int_equal(command_count(out, "SELECT json_extract(environment, "
	                                    "'$.work_rate') FROM experiment"),
	                 rate);
	assert_int_equal(command_count(out, "SELECT count(DISTINCT " RATE_OF(
						    "doc") ") FROM trial"),
	                 1);
	assert_int_equal(
		command_count(out, "SELECT " RATE_OF("doc") " FROM trial"), rate);
}

static void check_resumed(const char *const *argv)
{
	change(FORGET);
	change(SET_RATE("123456"));
	command_run(&r, argv);
	if (command_exit(&r) != 0)
		print_error("%s", r.err);
	assert_int_equal(command_exit(&r), 0);
	assert_int_equal(
		command_count(out, "SELECT " RATE_OF("doc") " FROM trial ORDER "
	                                                    "BY id DESC"),
		123456);
	assert_int_equal(command_count(out, "SELECT count(*) FROM trial"), 3);
}

static void test_resuming_keeps_it(void **state)
{
	const char *const bare[] = {DYNO, "sweep", "--resume", out_option, NULL};
	const char *const whole[] = {SWEEP, "--resume", out_option, NULL};

	(void)state;
	check_resumed(bare);
	check_resumed(whole);
}

static void test_replaying_keeps_it(void **state)
{
	const char *const argv[] = {DYNO, "replay", out, "1", "--json", NULL};

	(void)state;
	change(SET_RATE("123456"));
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 0);
	assert_non_null(strstr(r.out, "\"work_rate\": 123456"));
}

static void check_refused(const char *rate)
{
	const char *const bare[] = {DYNO, "sweep", "--resume", out_option, NULL};
	const char *const whole[] = {SWEEP, "--resume", out_option, NULL};

	change(rate);
	command_run(&r, bare);
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "1024 to 1073741824"));
	command_run(&r, whole);
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "1024 to 1073741824"));
}

static void test_a_hostile_store_is_refused(void **state)
{
	(void)state;
	change(FORGET);
	check_refused(SET_RATE("1"));
	check_refused(SET_RATE("-5"));
	check_refused(SET_RATE("'fast'"));
}

static void test_another_rate_is_another_experiment(void **state)
{
	const char *const argv[] = {SWEEP, "--resume", "--work-rate=654321",
	                            out_option, NULL};

	(void)state;
	command_run(&r, argv);
	assert_int_equal(command_exit(&r), 2);
	assert_non_null(strstr(r.err, "work_rate"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_trials_have_one),
		TEST(test_resuming_keeps_it),
		TEST(test_replaying_keeps_it),
		TEST(test_a_hostile_store_is_refused),
		TEST(test_another_rate_is_another_experiment),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
