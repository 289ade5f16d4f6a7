// test_spec.c - specs, good and bad: each bad one is told in one line, where and
// what; each good one is written and read again as the same plan.
#include "../spec.h"

#include "../spec_text.h"
#include "../subject.h"
#include "messages.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { TEXT = 4096 };

// attempt reads a spec and makes its plan; whether that went well.
static bool attempt(const char *path, struct plan *p, struct request *r)
{
	request_init(r);
	return spec_read(path, r) == 0 && plan_make(p, r) == 0;
}

static int lines(const char *text)
{
	int n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

// check_bad demands that a file is refused in one line that has this in it.
static void check_bad(const char *expected)
{
	char path[TEXT], said[TEXT];
	struct request r;
	struct plan p;
	int line, column;
	bool good;

	// Every mistake has a place.
	assert_int_equal(sscanf(strstr(expected, ".yaml"),
	                        ".yaml:%d:%d: ", &line, &column),
	                 2);
	snprintf(path, sizeof path, SPECS "/bad/%.*s",
	         (int)(strstr(expected, ".yaml") - expected + 5), expected);
	messages_catch();
	good = attempt(path, &p, &r);
	messages_caught(said, sizeof said);
	if (good || lines(said) != 1 || !strstr(said, expected))
		print_error("expected \"%s\", got \"%s\"\n", expected, said);
	assert_false(good);
	assert_int_equal(lines(said), 1);
	assert_non_null(strstr(said, expected));
	request_free(&r);
}

static int count_files(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));)
		n += strstr(e->d_name, ".yaml") != NULL;
	closedir(d);
	return n;
}

static void test_bad(void **state)
{
	FILE *f = fopen(SPECS "/bad/expected", "re");
	char line[TEXT];
	int n = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f)) {
		if (*line == '#')
			continue;
		line[strcspn(line, "\n")] = '\0';
		check_bad(line);
		n++;
	}
	fclose(f);
	assert_int_equal(n, count_files(SPECS "/bad"));
	assert_true(n >= 60);
}

static void check_good(const char *path)
{
	char copy[] = "/tmp/dyno-spec-XXXXXX";
	struct request r, again;
	struct plan p, q;
	json_t *first, *second;

	assert_true(attempt(path, &p, &r));
	close(mkstemp(copy));
	assert_int_equal(spec_write(&p, copy), 0);
	assert_true(attempt(copy, &q, &again));
	first = plan_json(&p);
	second = plan_json(&q);
	assert_true(json_equal(first, second));
	assert_int_equal(r.seed, again.seed);
	assert_true(!r.out == !again.out);
	if (r.out)
		assert_string_equal(r.out, again.out);
	json_decref(first);
	json_decref(second);
	plan_free(&p);
	plan_free(&q);
	request_free(&r);
	request_free(&again);
	unlink(copy);
}

static void test_good(void **state)
{
	DIR *d = opendir(SPECS "/good");
	char path[TEXT];

	(void)state;
	assert_non_null(d);
	for (struct dirent *e; (e = readdir(d));) {
		if (!strstr(e->d_name, ".yaml"))
			continue;
		snprintf(path, sizeof path, SPECS "/good/%s", e->d_name);
		check_good(path);
	}
	closedir(d);
}

static void test_every_key(void **state)
{
	struct request r;

	(void)state;
	request_init(&r);
	assert_int_equal(spec_read(SPECS "/good/full.yaml", &r), 0);
	for (int k = 0; k < KEYS; k++)
		assert_true(r.given[k] || (k >= KEY_COMMAND && k <= KEY_READY) ||
		            k == KEY_BUDGET || k == KEY_RATE ||
		            k == KEY_FIND_MAX || k == KEY_SLO);
	assert_int_equal(r.workloads.n, 2);
	assert_int_equal(r.procs.n, 3);
	assert_int_equal(r.m_caps.v[0], 0);
	assert_int_equal(r.policies.n, 2);
	assert_int_equal(r.subjects.n, 2);
	assert_int_equal(r.params.n, 2);
	assert_int_equal(r.size, WL_TINY);
	assert_int_equal(r.duration, 20000000);
	assert_int_equal(r.timeout, 5000000000);
	assert_int_equal(r.reps, 3);
	assert_int_equal(r.seed, 42);
	assert_int_equal(r.max_threads, 500);
	assert_int_equal(r.stack_guard, DY_GUARD_NEVER);
	assert_true(r.counter[counters_find("cpu-time")]);
	assert_false(r.counter[counters_find("task-clock")]);
	assert_string_equal(r.pin, "compact");
	assert_true(r.pin_ps);
	assert_string_equal(r.out, "out: of the ordinary");
	request_free(&r);
}

// What subjects stand for is not written as policies, so that it reads as it was
// said, and means the same.
static void test_subjects(void **state)
{
	static const char text[] = "workloads: fib\nprocs: 1\n"
				   "subject: [threads, \"dyno,threads\"]\n";
	char copy[] = "/tmp/dyno-spec-XXXXXX", written[TEXT] = "";
	struct request r;
	struct plan p;
	FILE *f;

	(void)state;
	request_init(&r);
	assert_int_equal(spec_parse("a.yaml", text, strlen(text), &r), 0);
	assert_int_equal(plan_make(&p, &r), 0);
	assert_int_equal(p.n, 2);
	assert_string_equal(p.point[0].policy, "go1.27");
	assert_string_equal(p.point[1].policy, "threads");
	close(mkstemp(copy));
	assert_int_equal(spec_write(&p, copy), 0);
	f = fopen(copy, "re");
	assert_non_null(f);
	assert_true(fread(written, 1, sizeof written - 1, f) > 0);
	fclose(f);
	unlink(copy);
	assert_non_null(strstr(written, "policy:\n- go1.27\n"
	                                "subject: [threads, dyno]\n"));
	plan_free(&p);
	request_free(&r);
}

static void test_program(void **state)
{
	struct request r;

	(void)state;
	request_init(&r);
	assert_int_equal(spec_read(SPECS "/good/program.yaml", &r), 0);
	for (int k = KEY_COMMAND; k <= KEY_READY; k++)
		assert_true(r.given[k]);
	assert_int_equal(r.program.n, 3);
	assert_string_equal(r.program.v[2], "echo $GOMAXPROCS");
	assert_string_equal(r.env.v[0], "GOGC=off");
	assert_int_equal(r.procs.v[0], 0);
	assert_int_equal(r.metrics.n, 2);
	assert_true(r.lower);
	assert_int_equal(r.load.n, 2);
	assert_string_equal(r.ready, "tcp:8080");
	request_free(&r);
}

// An option takes the place of what the spec says, and adds to nothing.
static void test_options_win(void **state)
{
	struct request r;

	(void)state;
	request_init(&r);
	assert_int_equal(spec_read(SPECS "/good/full.yaml", &r), 0);
	assert_int_equal(request_workloads(&r, "fib"), 0);
	assert_int_equal(request_procs(&r, "4"), 0);
	assert_int_equal(request_procs(&r, "5"), 0);
	assert_int_equal(request_policy(&r, "go1.1"), 0);
	assert_int_equal(request_subject(&r, "threads"), 0);
	assert_int_equal(request_m_cap(&r, "none"), 0);
	assert_int_equal(request_counters(&r, "task-clock"), 0);
	assert_int_equal(r.workloads.n, 1);
	assert_int_equal(r.procs.n, 2);
	assert_int_equal(r.procs.v[0], 4);
	assert_int_equal(r.policies.n, 1);
	assert_int_equal(r.subjects.n, 1);
	assert_int_equal(r.m_caps.n, 1);
	assert_false(r.counter[counters_find("cpu-time")]);
	assert_true(r.counter[counters_find("task-clock")]);
	request_free(&r);
}

// What is wrong only with the options is not blamed on the spec.
static void test_options_have_no_place(void **state)
{
	static const char text[] = "workloads: fib\nprocs: 4\nm-cap: 8\n";
	struct request r;
	struct plan p;
	char said[TEXT];

	(void)state;
	request_init(&r);
	messages_catch();
	assert_int_equal(spec_parse("a.yaml", text, strlen(text), &r), 0);
	assert_int_equal(request_m_cap(&r, "2"), 0);
	assert_true(plan_make(&p, &r) != 0);
	messages_caught(said, sizeof said);
	assert_null(strstr(said, "a.yaml"));
	assert_non_null(strstr(said, "M cap"));
	request_free(&r);
}

static void test_unreadable(void **state)
{
	struct request r;
	char said[TEXT];

	(void)state;
	request_init(&r);
	messages_catch();
	assert_true(spec_read("/nonexistent.yaml", &r) != 0);
	assert_true(spec_read("/", &r) != 0);
	messages_caught(said, sizeof said);
	assert_int_equal(lines(said), 2);
	request_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_subjects),
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_options_win),
		cmocka_unit_test(test_options_have_no_place),
		cmocka_unit_test(test_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
