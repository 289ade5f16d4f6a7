// test_catalogue.c - the tables of all workloads are sane.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "workload.h"

static void test_it_ends(void **state)
{
	size_t n = 0;

	(void)state;
	while (wl_catalogue(n))
		n++;
	assert_true(n > 0);
	assert_null(wl_catalogue(n));
	assert_null(wl_catalogue(n + 1));
	assert_null(wl_catalogue(SIZE_MAX));
}

static void test_every_workload_is_found_by_its_name(void **state)
{
	const struct workload *w;

	(void)state;
	for (size_t i = 0; (w = wl_catalogue(i)); i++)
		assert_ptr_equal(wl_find(w->name), w);
	assert_null(wl_find("no such workload"));
	assert_null(wl_find(""));
}

static void test_no_name_is_there_twice(void **state)
{
	const struct workload *w;

	(void)state;
	for (size_t i = 0; (w = wl_catalogue(i)); i++) {
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(w->name, wl_catalogue(j)->name);
	}
}

// A name can be written in a shell and in a comma list without quoting.
static void assert_name(const char *name)
{
	assert_true(name[0] != '\0');
	assert_int_equal(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_-"),
	                 strlen(name));
}

static void assert_text(const char *text)
{
	assert_non_null(text);
	assert_true(text[0] != '\0');
	assert_null(strchr(text, '\n'));
}

static void test_every_workload_says_what_it_is(void **state)
{
	const struct workload *w;

	(void)state;
	for (size_t i = 0; (w = wl_catalogue(i)); i++) {
		assert_name(w->name);
		assert_text(w->summary);
		assert_text(w->shows);
		assert_text(w->op);
		assert_true(w->kind >= WL_CPU && w->kind <= WL_MIXED);
		assert_non_null(w->params);
		assert_non_null(w->round);
		assert_non_null(w->verify);
	}
}

static size_t count_params(const struct workload *w)
{
	size_t n = 0;

	while (w->params[n].name)
		n++;
	return n;
}

static void assert_param(const struct wl_param *p)
{
	assert_name(p->name);
	assert_text(p->unit);
	assert_text(p->help);
	assert_true(p->min <= p->size[WL_TINY]);
	assert_true(p->size[WL_TINY] <= p->size[WL_SMALL]);
	assert_true(p->size[WL_SMALL] <= p->size[WL_FULL]);
	assert_true(p->size[WL_FULL] <= p->max);
}

static void test_every_parameter_is_sane(void **state)
{
	const struct workload *w;

	(void)state;
	for (size_t i = 0; (w = wl_catalogue(i)); i++) {
		size_t n = count_params(w);

		assert_true(n <= WL_PARAMS_MAX);
		for (size_t j = 0; j < n; j++) {
			assert_param(&w->params[j]);
			for (size_t k = 0; k < j; k++)
				assert_string_not_equal(w->params[j].name,
				                        w->params[k].name);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_ends),
		cmocka_unit_test(test_every_workload_is_found_by_its_name),
		cmocka_unit_test(test_no_name_is_there_twice),
		cmocka_unit_test(test_every_workload_says_what_it_is),
		cmocka_unit_test(test_every_parameter_is_sane),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
