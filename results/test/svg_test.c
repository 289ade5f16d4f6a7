// svg_test.c - gnuplot's SVG made fit for a page, rule by rule.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <results/svg.h>
#include <stdlib.h>
#include <string.h>

static char *tidied(const char *svg)
{
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	svg_tidy(svg, "one", "a < \"b\"", out);
	fclose(out);
	return text;
}

static void assert_tidied(const char *svg, const char *want)
{
	char *text = tidied(svg);
	assert_string_equal(text, want);
	free(text);
}

static void test_ids(void **state)
{
	(void)state;
	assert_tidied("<g id=\"x\"><use xlink:href='#p' id='q' f='url(#r)'/></g>",
	              "<g id=\"one-x\"><use xlink:href='#one-p' id='one-q' "
	              "f='url(#one-r)'/></g>");
}

static void test_names(void **state)
{
	(void)state;
	assert_tidied("<g><title>figure_plot_1</title><b/></g>", "<g><b/></g>");
	assert_tidied("<g><title>go1.27</title></g>",
	              "<g><title>go1.27</title></g>");
	assert_tidied("<svg width='1'>", "<svg role=\"img\" aria-label=\"a &lt; "
	                                 "&quot;b&quot;\" width='1'>");
}

static void test_hypertext(void **state)
{
	(void)state;
	assert_tidied("<g onmousemove=\"gnuplot_svg.showHypertext(evt,'P 2: 19 "
	              "&lt; 20')\" onmouseout=\"gnuplot_svg.hideHypertext()\">"
	              "<title> </title>\n<use/></g>",
	              "<g><title>P 2: 19 &lt; 20</title>\n<use/></g>");
}

// What does not have the known form passes through, cut off or not.
static void test_unknown_forms(void **state)
{
	(void)state;
	static const char *const odd[] = {
		"",
		"<title>figure",
		"<g onmousemove=\"",
		"<g onmousemove=\"f.showHypertext(evt,'x",
		"<g onmousemove=\"f.showHypertext(evt,'x')\">\n<title> </title>",
		"plain text",
	};
	for (size_t i = 0; i < sizeof odd / sizeof *odd; i++)
		assert_tidied(odd[i], odd[i]);
}

static void test_element(void **state)
{
	(void)state;
	assert_string_equal(svg_element("<?xml?>\n<svg>x"), "<svg>x");
	assert_null(svg_element("<?xml?>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_hypertext),
		cmocka_unit_test(test_unknown_forms),
		cmocka_unit_test(test_element),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
