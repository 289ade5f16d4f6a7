// test_measures.c - every workload measures what its table says, and says what it
// measures.
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trial.h"

static const struct workload *now; // that is run: adjust has no argument

// Fairness needs two of a kind.
static void have_two(int64_t *param)
{
	for (size_t i = 0; now->params[i].name; i++) {
		const char *name = now->params[i].name;

		if (strcmp(name, "pairs") == 0 || strcmp(name, "hogs") == 0)
			param[i] = 2;
	}
}

// is_named tells whether one of the words of list is the name, or begins it and ends
// with an asterisk.
static bool is_named(const char *name, const char *list)
{
	while (list && *list) {
		size_t len = strcspn(list, ", ");

		if (len > 0 && list[len - 1] == '*') {
			if (strncmp(name, list, len - 1) == 0)
				return true;
		} else if (strlen(name) == len && strncmp(name, list, len) == 0) {
			return true;
		}
		list += len;
		list += strspn(list, ", ");
	}
	return false;
}

static bool is_latency(const char *name)
{
	return strncmp(name, "latency_", strlen("latency_")) == 0;
}

static void check(const struct workload *w)
{
	struct trial t = {.w = w, .procs = 2, .rounds = 2, .adjust = have_two};
	size_t latencies = 0, fairness = 0;

	now = w;
	trial_run(&t);
	assert_int_equal(t.run_err, 0);
	if (t.prepare_err == -ENOTSUP) {
		print_message("%s: %s\n", w->name, t.run.why);
		return;
	}
	assert_int_equal(t.prepare_err, 0);
	assert_true(t.run.n_metric <= WL_METRICS_MAX);
	for (size_t i = 0; i < t.run.n_metric; i++) {
		const struct wl_metric *m = &t.run.metric[i];

		latencies += is_latency(m->name);
		fairness += strcmp(m->name, "fairness") == 0;
		if (strcmp(m->name, "fairness") == 0)
			assert_true(m->value > 0 && m->value <= 1.0000001);
		else if (!is_latency(m->name) && !is_named(m->name, w->others))
			fail_msg("%s: %s is not in its table", w->name, m->name);
	}
	if (latencies != (w->latency ? 7 : 0) || fairness != !!w->fairness)
		fail_msg("%s: %zu latencies and %zu fairness, other than its table",
		         w->name, latencies, fairness);
}

static void test_every_workload_measures_what_it_says(void **state)
{
	const struct workload *w;

	(void)state;
	for (size_t i = 0; (w = wl_catalogue(i)); i++)
		check(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_workload_measures_what_it_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
