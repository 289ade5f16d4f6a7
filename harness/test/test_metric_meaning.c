// test_metric_meaning.c - each thing that a workload measures is explained.
#include "../metric_meaning.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <workloads/workload.h>

#include <cmocka.h>

static const char *meaning(const char *workload, const char *name)
{
	static char text[256];

	return metric_meaning(workload, name, text, sizeof text);
}

// A name of the table's "others" is explained, or one of those that begin like it.
static void assert_explained(const char *workload, const char *name)
{
	static const char *const tails[] = {"mean", "p50", "p99", "awake"};
	const size_t len = strlen(name);
	bool found = false;

	if (name[len - 1] != '*') {
		assert_string_not_equal(meaning(workload, name), "");
		return;
	}
	for (size_t i = 0; i < sizeof tails / sizeof *tails; i++) {
		char whole[64];

		snprintf(whole, sizeof whole, "%.*s%s", (int)len - 1, name,
		         tails[i]);
		found = found || *meaning(workload, whole);
	}
	if (!found)
		fail_msg("%s: nothing explains %s", workload, name);
}

static void test_what_each_workload_measures(void **state)
{
	const struct workload *w;

	(void)state;
	for (size_t i = 0; (w = wl_catalogue(i)); i++) {
		char others[256] = "", *rest = others;

		if (w->latency)
			assert_non_null(strstr(meaning(w->name, "latency_mean"),
			                       w->latency));
		if (w->fairness)
			assert_non_null(strstr(meaning(w->name, "fairness"),
			                       w->fairness));
		if (w->others)
			snprintf(others, sizeof others, "%s", w->others);
		for (char *word; (word = strsep(&rest, ", "));)
			if (strpbrk(word, "_*") || strcmp(word, "overrun") == 0 ||
			    strcmp(word, "unreached") == 0)
				assert_explained(w->name, word);
	}
}

static void test_what_is_not_known(void **state)
{
	(void)state;
	assert_string_equal(meaning("fib", "fairness"), "");
	assert_string_equal(meaning("no such workload", "latency_mean"), "");
	assert_string_equal(meaning("echo", "latency_p999"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_each_workload_measures),
		cmocka_unit_test(test_what_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
