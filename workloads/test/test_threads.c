// test_threads.c - every workload gives its known answer on kernel threads too, held to
// 1, 2 and 4 CPUs (or as many as there are); all in one process.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

// Where a thread for each of thousands of spawns would be most of the test.
static const struct {
	const char *workload, *param;
	int64_t value;
} fewer[] = {
	{"fib", "n", 12},
	{"uts", "depth", 4},
	{"spawnjoin", "batches", 5},
	{"inject", "spawns", 100},
};

static const struct workload *now; // that is run: adjust has no argument

static void spawn_less(int64_t *param)
{
	for (size_t i = 0; i < sizeof(fewer) / sizeof(fewer[0]); i++) {
		for (size_t j = 0; now->params[j].name; j++) {
			if (strcmp(now->name, fewer[i].workload) == 0 &&
			    strcmp(now->params[j].name, fewer[i].param) == 0)
				param[j] = fewer[i].value;
		}
	}
}

static void check(const struct workload *w, int procs)
{
	struct trial t = {
		.w = w, .procs = procs, .rounds = 1, .adjust = spawn_less};

	now = w;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	if (t.prepare_err == -ENOTSUP) {
		print_message("%s: %s\n", w->name, t.run.why);
		return;
	}
	if (t.prepare_err || !t.verified)
		fail_msg("%s on %d CPUs: %s", w->name, procs, t.run.why);
	assert_true(t.ops > 0);
}

static void check_all(int procs)
{
	const struct workload *w;

	for (size_t i = 0; (w = wl_catalogue(i)); i++)
		check(w, procs);
}

static void test_one_cpu(void **state)
{
	(void)state;
	check_all(1);
}

static void test_two_cpus(void **state)
{
	(void)state;
	check_all(2);
}

static void test_four_cpus(void **state)
{
	(void)state;
	check_all(4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_cpu),
		cmocka_unit_test(test_two_cpus),
		cmocka_unit_test(test_four_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
