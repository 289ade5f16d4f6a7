// store_test.c - what is written to a store is what is read from it.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "sample.h"
#include "scratch.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static char err[512];

static struct store *created(const char *name)
{
	struct store *s = NULL;
	int result = store_create(scratch_path(name), &sample_experiment, &s,
	                          err, 512);
	if (result)
		fail_msg("%s", err);
	return s;
}

static int count_one(void *arg, const struct store_trial *t)
{
	(void)t;
	++*(int *)arg;
	return 0;
}

static void test_about(void **state)
{
	(void)state;
	struct store *s = created("deep/er/about");
	store_close(s);
	assert_int_equal(store_open(scratch_path("deep/er/about"), &s, err, 512),
	                 0);
	const struct store_experiment *e = store_about(s);
	assert_true(e->seed == UINT64_MAX);
	assert_string_equal(e->version, "0.1.0");
	assert_string_equal(
		e->plan, "{\"procs\":[1,2],\"reps\":3,\"workloads\":[\"fib\"]}");
	assert_true(e->created > 1500000000);
	store_close(s);
}

static void test_points_are_found_again(void **state)
{
	(void)state;
	struct store *s = created("points");
	int64_t a, b;
	struct store_point p = sample_point(2, 0);
	p.params = "{\"x\": 1, \"y\": 2}";
	assert_int_equal(store_point(s, &p, &a), 0);
	p.params = "{\"y\":2,\"x\":1}";
	assert_int_equal(store_point(s, &p, &b), 0);
	assert_int_equal(a, b);
	// Anything else is another point, also where texts could run together.
	struct store_point other[] = {p, p, p, p, p, p};
	other[0].subject = "./prog";
	other[1].workload = "uts";
	other[2].policy = "go1.27,steal=none";
	other[3].procs = 3;
	other[4].m_cap = 2;
	other[5].params = "{\"x\":1}";
	for (int i = 0; i < 6; i++) {
		assert_int_equal(store_point(s, &other[i], &b), 0);
		assert_int_equal(b, a + 1 + i);
	}
	p.params = "[1]";
	assert_int_equal(store_point(s, &p, &b), -EINVAL);
	assert_non_null(strstr(store_why(s), "not an object"));
	store_close(s);
}

static int check_trial(void *arg, const struct store_trial *t)
{
	int *seen = arg;
	assert_int_equal(t->rep, *seen);
	assert_true(t->seed == UINT64_MAX - 1);
	assert_string_equal(t->message, *seen ? "\xff<odd>" : "");
	assert_int_equal(t->outcome, *seen ? STORE_CRASH : STORE_OK);
	assert_int_equal(t->n_metric, *seen ? 0 : 1);
	if (!*seen) {
		assert_string_equal(t->metric[0].name, "throughput");
		assert_string_equal(t->metric[0].better, "higher");
		assert_true(t->metric[0].value == 1.5e6);
		assert_string_equal(t->doc, "{}");
	} else {
		assert_null(t->doc);
	}
	++*seen;
	return 0;
}

static void test_trials(void **state)
{
	(void)state;
	struct store *s = created("trials");
	struct store_point p = sample_point(2, 0);
	const struct store_metric m[] = {
		{"throughput", "op/s", "higher", 1.5e6},
		{"nonsense", "s", "", NAN},
	};
	struct store_trial t = {
		.seed = UINT64_MAX - 1, .doc = "{}", .metric = m, .n_metric = 2};
	assert_int_equal(store_point(s, &p, &t.point), 0);
	assert_int_equal(store_has(s, t.point, 0), 0);
	assert_int_equal(store_add(s, &t), 0);
	assert_int_equal(store_has(s, t.point, 0), 1);
	t = (struct store_trial){.point = t.point,
	                         .rep = 1,
	                         .seed = UINT64_MAX - 1,
	                         .outcome = STORE_CRASH,
	                         .message = "\xff<odd>"};
	assert_int_equal(store_add(s, &t), 0);
	int seen = 0;
	assert_int_equal(store_each_trial(s, check_trial, &seen), 0);
	assert_int_equal(seen, 2);
	store_close(s);
}

static void test_once_only(void **state)
{
	(void)state;
	struct store *s = created("once");
	struct store_point p = sample_point(1, 0);
	int64_t id;
	int seen = 0;
	assert_int_equal(store_point(s, &p, &id), 0);
	assert_int_equal(sample_add(s, id, 0, 1), 0);
	assert_int_equal(sample_add(s, id, 0, 2), -EEXIST);
	assert_int_equal(sample_add(s, id + 99, 0, 2), -EINVAL); // no such point
	assert_int_equal(sample_add(s, id, 1, 3), 0);
	assert_int_equal(store_each_trial(s, count_one, &seen), 0);
	assert_int_equal(seen, 2);
	store_close(s);
}

static void test_resume(void **state)
{
	(void)state;
	struct store *s = created("resume");
	struct store_point p = sample_point(1, 0);
	int64_t id, again;
	assert_int_equal(store_point(s, &p, &id), 0);
	assert_int_equal(sample_add(s, id, 0, 1), 0);
	store_close(s);
	const char *dir = scratch_path("resume");
	// Equal as JSON, with another seed, which is not compared.
	struct store_experiment e = sample_experiment;
	e.plan = "{ \"reps\": 3, \"procs\": [1, 2], \"workloads\": [\"fib\"] }";
	e.seed = 5;
	assert_int_equal(store_resume(dir, &e, &s, err, 512), 0);
	assert_true(store_about(s)->seed == UINT64_MAX);
	assert_int_equal(store_point(s, &p, &again), 0);
	assert_int_equal(again, id);
	assert_int_equal(store_has(s, id, 0), 1);
	assert_int_equal(store_has(s, id, 1), 0);
	store_close(s);
}

static void test_resume_of_another_plan(void **state)
{
	(void)state;
	store_close(created("other"));
	struct store *s;
	struct store_experiment e = sample_experiment;
	e.plan = "{\"workloads\":[\"fib\"],\"procs\":[1,2,4],\"reps\":3}";
	assert_int_equal(store_resume(scratch_path("other"), &e, &s, err, 512),
	                 -EINVAL);
	assert_null(s);
	assert_non_null(strstr(err, "procs: [1, 2] there, [1, 2, 4] here"));
	e = sample_experiment;
	e.version = "0.2.0";
	assert_int_equal(store_resume(scratch_path("other"), &e, &s, err, 512),
	                 -EINVAL);
	assert_non_null(strstr(err, "dyno 0.1.0, this is 0.2.0"));
	assert_int_equal(store_resume(scratch_path("other"), NULL, &s, err, 512),
	                 0);
	store_close(s);
}

static void test_create_twice(void **state)
{
	(void)state;
	struct store *s;
	store_close(created("twice"));
	assert_int_equal(store_create(scratch_path("twice"), &sample_experiment,
	                              &s, err, 512),
	                 -EEXIST);
	assert_non_null(strstr(err, "resume it"));
	assert_int_equal(store_open(scratch_path("nowhere"), &s, err, 512),
	                 -ENOENT);
	assert_int_equal(store_resume(scratch_path("nowhere"), NULL, &s, err, 512),
	                 -ENOENT);
}

static void test_outcome_names(void **state)
{
	(void)state;
	for (unsigned i = 0; i < STORE_OUTCOMES; i++) {
		enum store_outcome o = STORE_OUTCOMES;
		const char *name = store_outcome_name((enum store_outcome)i);
		assert_int_equal(store_outcome_parse(name, &o), 0);
		assert_int_equal(o, i);
	}
	enum store_outcome o;
	assert_int_equal(store_outcome_parse("fine", &o), -EINVAL);
}

// A reader sees a store that is being written, and cannot write itself.
static void test_reader_beside_writer(void **state)
{
	(void)state;
	struct store *writer = created("both"), *reader;
	struct store_point p = sample_point(1, 0);
	int64_t id;
	int seen = 0;
	assert_int_equal(store_point(writer, &p, &id), 0);
	assert_int_equal(store_open(scratch_path("both"), &reader, err, 512), 0);
	assert_int_equal(sample_add(writer, id, 0, 1), 0);
	assert_int_equal(store_each_trial(reader, count_one, &seen), 0);
	assert_int_equal(seen, 1);
	assert_true(sample_add(reader, id, 1, 1) < 0);
	assert_int_equal(sample_add(writer, id, 1, 1), 0);
	store_close(reader);
	store_close(writer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_about),
		cmocka_unit_test(test_points_are_found_again),
		cmocka_unit_test(test_trials),
		cmocka_unit_test(test_once_only),
		cmocka_unit_test(test_resume),
		cmocka_unit_test(test_resume_of_another_plan),
		cmocka_unit_test(test_create_twice),
		cmocka_unit_test(test_outcome_names),
		cmocka_unit_test(test_reader_beside_writer),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
