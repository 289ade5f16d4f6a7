// table_test.c - a golden table, and numbers with units.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <errno.h>
#include <math.h>
#include <results/table.h>
#include <results/unit.h>
#include <stdio.h>
#include <stdlib.h>

static const struct table_column columns[] = {
	{"policy", TABLE_LEFT},
	{"P", TABLE_RIGHT},
	{"", TABLE_LEFT},
};

static char *printed(const struct table *t)
{
	char *text;
	size_t n;
	FILE *out = open_memstream(&text, &n);
	assert_int_equal(table_print(t, out), 0);
	fclose(out);
	return text;
}

static void test_golden(void **state)
{
	(void)state;
	struct table *t = table_new(columns, 3);
	const char *const rows[][3] = {
		{"go1.27", "1", NULL},
		{"größe µ 漢", "128", "wide"},
		{"evil\x1b[31m\nx", NULL, "漢"},
	};
	assert_int_equal(table_row(t, rows[0]), 0);
	assert_int_equal(table_row(t, rows[1]), 0);
	assert_int_equal(table_gap(t), 0);
	assert_int_equal(table_row(t, rows[2]), 0);
	char *text = printed(t);
	assert_string_equal(text, "policy         P\n"
	                          "-----------  ---\n"
	                          "go1.27         1\n"
	                          "größe µ 漢   128  wide\n"
	                          "\n"
	                          "evil?[31m x       漢\n");
	free(text);
	table_free(t);
}

static void test_many_rows(void **state)
{
	(void)state;
	struct table *t = table_new(columns, 3);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(
			table_row(t, (const char *const[]){"a", "b", "c"}), 0);
	char *text = printed(t);
	size_t lines = 0;
	for (const char *s = text; *s; s++)
		lines += *s == '\n';
	assert_int_equal(lines, 1002);
	free(text);
	table_free(t);
}

static void test_full_stream(void **state)
{
	(void)state;
	struct table *t = table_new(columns, 3);
	FILE *full = fopen("/dev/full", "w");
	assert_non_null(full);
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(table_print(t, full), -EIO);
	fclose(full);
	table_free(t);
}

static void assert_shown(double value, const char *unit, const char *want)
{
	char text[64];
	assert_string_equal(unit_format(text, sizeof text, value, unit), want);
}

static void test_units(void **state)
{
	(void)state;
	assert_shown(1723456, "op/s", "1.72 M op/s");
	assert_shown(999.4, "op/s", "999 op/s");
	assert_shown(999.6, "op/s", "1.00 k op/s"); // rounds up to the prefix
	assert_shown(99.96, "op/s", "100 op/s");
	assert_shown(0.00034, "s", "340 µs");
	assert_shown(340, "us", "340 µs");
	assert_shown(2.5e6, "ns", "2.50 ms");
	assert_shown(12e9, "ns", "12.0 s");
	assert_shown(4096, "B", "4.10 kB");
	assert_shown(0, "op/s", "0 op/s");
	assert_shown(7, "1", "7");
	assert_shown(12345, "1", "12.3 k");
	assert_shown(0.5, "1", "500 m");
	assert_shown(97.25, "%", "97.2 %");
	assert_shown(-1500, "op/s", "-1.50 k op/s");
	assert_shown(1e20, "op/s", "1e+08 T op/s");
	assert_shown(1e308, "s", "1e+296 Ts");
	assert_shown(2.5e-300, "s", "2.5e-291 ns");
	assert_shown(9e18, "op/s", "9000000 T op/s");
	assert_shown(NAN, "s", "-");
	assert_shown(INFINITY, "s", "-");
}

static void test_digits(void **state)
{
	(void)state;
	char text[32];
	assert_string_equal(unit_digits(text, 32, 1.72345), "1.723");
	assert_string_equal(unit_digits(text, 32, 17.2345), "17.23");
	assert_string_equal(unit_digits(text, 32, 172.345), "172.3");
	assert_string_equal(unit_digits(text, 32, 9.99996), "10.00");
	assert_string_equal(unit_digits(text, 32, 1723.45), "1723");
	assert_string_equal(unit_digits(text, 32, 1e300), "1e+300");
	assert_string_equal(unit_digits(text, 32, 2e-9), "2e-09");
	assert_string_equal(unit_digits(text, 32, 0), "0.000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_many_rows),
		cmocka_unit_test(test_full_stream),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_digits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
