// utf8_test.c - hostile text decoded, measured and cleaned.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <results/html.h>
#include <results/utf8.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void assert_decodes(const char *bytes, uint32_t want, size_t length)
{
	const char *s = bytes;
	assert_int_equal(utf8_next(&s), want);
	assert_int_equal(s - bytes, length);
}

static void test_decoding(void **state)
{
	(void)state;
	assert_decodes("", 0, 0);
	assert_decodes("a", 'a', 1);
	assert_decodes("\xc2\xb5", 0xb5, 2);
	assert_decodes("\xe2\x82\xac", 0x20ac, 3);
	assert_decodes("\xf0\x9f\x98\x80", 0x1f600, 4);
}

// What strict decoders refuse: a stray byte, a cut-off character, an overlong
// form, beyond Unicode. Each costs one byte, so that the rest is still read.
static void test_malformed(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"\x80",
		"\xff",
		"\xc2",
		"\xe2\x82",
		"\xc0\xaf",
		"\xe0\x80\xaf",
		"\xf0\x9f\x98",
		"\xf5\x80\x80\x80",
		"\xf4\x90\x80\x80",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_decodes(bad[i], UTF8_BAD, 1);
}

static void test_width(void **state)
{
	(void)state;
	assert_int_equal(utf8_width("340 µs"), 6);
	assert_int_equal(utf8_width("e\xcc\x81"), 1);      // combining
	assert_int_equal(utf8_width("漢字"), 4);           // wide
	assert_int_equal(utf8_width("a\x1b[31mb\xff"), 8); // '?' for two of them
}

static void test_clean(void **state)
{
	(void)state;
	char out[64];
	assert_string_equal(utf8_clean(out, 64, "a\nb\tc\x1b[0m\x7f"),
	                    "a b c?[0m?");
	assert_string_equal(utf8_clean(out, 64, "x\xe2\x80\xaey\xff"), "x?y?");
	assert_string_equal(utf8_clean(out, 4, "aµµ"), "aµ"); // no half character
	assert_string_equal(utf8_clean(out, 1, "a"), "");
}

static char *escaped(const char *s)
{
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	html_text(out, s);
	fclose(out);
	return text;
}

static void test_html(void **state)
{
	(void)state;
	char *text = escaped("<a href=\"x\" b='y'>&amp;\x01\xff µ</a>");
	assert_string_equal(text, "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;"
	                          "&amp;amp;?? µ&lt;/a&gt;");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decoding),
		cmocka_unit_test(test_malformed),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_clean),
		cmocka_unit_test(test_html),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
