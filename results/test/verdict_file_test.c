// verdict_file_test.c - verdict.json and its kin, read back by others.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "scratch.h"

#include <errno.h>
#include <math.h>
#include <results/file.h>
#include <results/verdict_file.h>
#include <string.h>

// The names are the worst that a file may hold.
#define NASTY "Say/\"a,b\"\\<&é>|`@x`\x01\xff-1"

static const struct verdict_about about = {.base = "./old && \"x\"",
                                           .head = "./new <]]>",
                                           .host = "box",
                                           .version = "0.1.0",
                                           .started = 1700000000,
                                           .seconds = 12.5,
                                           .budget = 120,
                                           .observations = 48};

enum { ROWS = VERDICT_KINDS };

static struct verdict_row rows[ROWS];

// sample has a row of each kind; its findings are made up.
static struct verdict sample(void)
{
	for (int i = 0; i < ROWS; i++) {
		rows[i] = (struct verdict_row){.name = i % 2 ? NASTY : "Fib-2",
		                               .unit = i % 2 ? NASTY : "sec/op",
		                               .group = "pkg: " NASTY "\n",
		                               .better = SAMPLES_LOWER,
		                               .base = 0.1,
		                               .head = 0.2,
		                               .kind = (enum verdict_kind)i,
		                               .estimate = 1,
		                               .low = 0.9,
		                               .high = NAN,
		                               .detectable = INFINITY,
		                               .p_worse = 0.001};
		if (i == VERDICT_FAILED)
			rows[i].failure = "head: status 1: " NASTY;
	}
	return (struct verdict){.row = rows,
	                        .n = ROWS,
	                        .threshold = 0.02,
	                        .alpha = 0.05,
	                        .seed = 7,
	                        .end = VERDICT_END_REGRESSED};
}

static struct verdict_about with(unsigned fail_on)
{
	struct verdict_about a = about;
	a.fail_on = fail_on;
	return a;
}

static void write_json(const struct verdict *v, unsigned fail_on)
{
	struct verdict_about a = with(fail_on);
	FILE *out = fopen(scratch_path("verdict.json"), "w");
	assert_int_equal(verdict_json(v, &a, out), 0);
	fclose(out);
}

static void run_or_skip(const char *consumer, const char *command)
{
	char probe[256];
	snprintf(probe, sizeof probe, "command -v %s >/dev/null", consumer);
	if (system(probe) != 0) {
		print_message("skipped: %s is not installed\n", consumer);
		skip();
	}
	assert_int_equal(system(command), 0);
}

static void test_json_is_read(void **state)
{
	(void)state;
	struct verdict v = sample();
	char command[8192];
	write_json(&v, 1u << VERDICT_END_REGRESSED);
	snprintf(command, sizeof command,
	         "python3 -c 'import json, sys\n"
	         "d = json.load(open(sys.argv[1]))\n"
	         "assert d[\"verdict\"] == \"regressed\" and d[\"exit_code\"] == 3\n"
	         "assert d[\"fail_on\"] == [\"regressed\"] and d[\"schema\"] == 1\n"
	         "r = d[\"rows\"]\n"
	         "assert len(r) == 7 and r[0][\"verdict\"] == \"regressed\"\n"
	         "assert r[1][\"failure\"].startswith(\"head: status 1\")\n"
	         "assert r[0][\"high\"] is None and r[0][\"detectable\"] is None\n"
	         "assert r[0][\"change\"] == 1 and r[0][\"failure\"] is None' %s",
	         scratch_path("verdict.json"));
	run_or_skip("python3", command);
}

static int check(const unsigned *fail_on, enum verdict_end *end)
{
	char err[512];
	int code = -1;
	assert_int_equal(verdict_check(scratch_path("verdict.json"), fail_on,
	                               end, &code, err, sizeof err),
	                 0);
	return code;
}

static void test_check(void **state)
{
	(void)state;
	const unsigned none = 0, noisy = 1u << VERDICT_TOO_NOISY;
	enum verdict_end end;
	struct verdict v = sample();
	v.end = VERDICT_TOO_NOISY;
	write_json(&v, noisy);
	assert_int_equal(check(NULL, &end), 4);
	assert_int_equal(end, VERDICT_TOO_NOISY);
	assert_int_equal(check(&none, &end), 0);
	write_json(&v, none);
	assert_int_equal(check(NULL, &end), 0);
	assert_int_equal(check(&noisy, &end), 4);
	v.end = VERDICT_UNFINISHED;
	write_json(&v, none);
	assert_int_equal(check(&none, &end), 1);
}

static void test_bad_files(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"{",
		"[]",
		"{}",
		"{\"dyno\":\"verdict\",\"schema\":1}",
		"{\"dyno\":\"verdict\",\"schema\":1,\"verdict\":\"fine\",\"fail_on\":[]}",
		"{\"dyno\":\"verdict\",\"schema\":2,\"verdict\":\"pass\",\"fail_on\":[]}",
		"{\"dyno\":\"verdict\",\"schema\":1,\"verdict\":\"pass\"}",
		"{\"dyno\":\"verdict\",\"schema\":1,\"verdict\":\"pass\",\"fail_on\":[3]}",
	};
	char err[512];
	enum verdict_end end;
	int code;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		FILE *out = fopen(scratch_path("bad.json"), "w");
		fputs(bad[i], out);
		fclose(out);
		assert_int_equal(verdict_check(scratch_path("bad.json"), NULL,
		                               &end, &code, err, sizeof err),
		                 -EINVAL);
	}
	assert_int_equal(verdict_check(scratch_path("none"), NULL, &end, &code,
	                               err, sizeof err),
	                 -ENOENT);
}

// decided makes a verdict of a row that is slower and one that is not.
static struct verdict decided(void)
{
	enum { BLOCKS = 8 };
	static struct relabel_block block[2][BLOCKS], confirm[2][BLOCKS];
	static struct verdict_row two[2];
	struct verdict v = {
		.row = two, .n = 2, .threshold = 0.02, .alpha = 0.05, .seed = 7};
	for (int i = 0; i < 2; i++) {
		for (int k = 0; k < BLOCKS; k++)
			block[i][k] = confirm[i][k] = (struct relabel_block){
				0.1 * i, 0.001 * k, 0.0001 * k * k};
		two[i] = (struct verdict_row){.name = NASTY,
		                              .unit = "sec/op",
		                              .better = SAMPLES_LOWER,
		                              .block = block[i],
		                              .confirm = confirm[i],
		                              .n = BLOCKS,
		                              .n_confirm = i ? BLOCKS : 0};
	}
	assert_int_equal(verdict_decide(&v), 0);
	return v;
}

// Whoever doubts a verdict can have it decided again from its file alone.
static void test_read_and_decided_again(void **state)
{
	(void)state;
	struct verdict v = decided();
	struct verdict_read r;
	char err[512];
	write_json(&v, 0);
	for (int again = 0; again < 2; again++) {
		assert_int_equal(verdict_read(scratch_path("verdict.json"), &r,
		                              err, sizeof err),
		                 0);
		if (again)
			assert_int_equal(verdict_decide(&r.v), 0);
		assert_int_equal(r.v.end, VERDICT_END_REGRESSED);
		assert_int_equal(r.v.n, v.n);
		for (size_t i = 0; i < v.n; i++) {
			assert_int_equal(r.v.row[i].kind, v.row[i].kind);
			assert_int_equal(r.v.row[i].flagged, v.row[i].flagged);
			assert_true(r.v.row[i].p_worse == v.row[i].p_worse);
			assert_true(r.v.row[i].estimate == v.row[i].estimate);
			assert_int_equal(r.v.row[i].n, v.row[i].n);
			assert_int_equal(r.v.row[i].n_confirm,
			                 v.row[i].n_confirm);
		}
		assert_string_equal(r.about.base, about.base);
		assert_true(r.about.budget == about.budget);
		verdict_read_free(&r);
	}
}

static void test_bad_rows(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		",\"rows\":{}",
		",\"rows\":[3]",
		",\"rows\":[{\"verdict\":\"fine\",\"logs\":[],"
		"\"confirm_logs\":[]}]",
		",\"rows\":[{\"verdict\":\"shown\",\"logs\":[[1,2]],"
		"\"confirm_logs\":[]}]",
		",\"rows\":[{\"verdict\":\"shown\",\"logs\":[[1,2,3,4]],"
		"\"confirm_logs\":[]}]",
		",\"rows\":[{\"verdict\":\"shown\",\"logs\":[[1,2,3]]}]",
	};
	struct verdict_read r;
	char err[512];
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		FILE *out = fopen(scratch_path("bad.json"), "w");
		fprintf(out,
		        "{\"dyno\":\"verdict\",\"schema\":1,\"verdict\":"
		        "\"pass\",\"fail_on\":[]%s}",
		        bad[i]);
		fclose(out);
		assert_int_equal(verdict_read(scratch_path("bad.json"), &r, err,
		                              sizeof err),
		                 -EINVAL);
	}
}

static void test_junit_is_read(void **state)
{
	(void)state;
	struct verdict v = sample();
	struct verdict_about a = with(0);
	char command[8192];
	const char *path = scratch_path("junit.xml");
	FILE *out = fopen(path, "w");
	assert_int_equal(verdict_junit(&v, &a, out), 0);
	fclose(out);
	snprintf(command, sizeof command,
	         "python3 -c 'import sys, xml.etree.ElementTree as x\n"
	         "s = x.parse(sys.argv[1]).getroot()[0]\n"
	         "assert s.get(\"tests\") == \"7\" and s.get(\"failures\") == \"1\"\n"
	         "assert s.get(\"errors\") == \"1\" and s.get(\"skipped\") == \"3\"\n"
	         "c = s.findall(\"testcase\")\n"
	         "assert len(c) == 7 and len(s.findall(\".//skipped\")) == 3\n"
	         "assert c[0].find(\"failure\") is not None\n"
	         "assert c[1].find(\"error\") is not None\n"
	         "assert s.find(\"properties\")[2].get(\"value\") == \"./new <]]>\"' "
	         "%s",
	         path);
	run_or_skip("python3", command);
}

static void test_junit_is_valid(void **state)
{
	(void)state;
	struct verdict v = sample();
	struct verdict_about a = with(0);
	char command[8192];
	const char *path = scratch_path("junit.xml");
	FILE *out = fopen(path, "w");
	assert_int_equal(verdict_junit(&v, &a, out), 0);
	fclose(out);
	snprintf(command, sizeof command, "xmllint --noout %s", path);
	run_or_skip("xmllint", command);
}

static char *markdown_about(const struct verdict *v,
                            const struct verdict_about *a)
{
	const char *path = scratch_path("summary.md");
	FILE *out = fopen(path, "w");
	assert_int_equal(verdict_markdown(v, a, out), 0);
	fclose(out);
	char *text = file_read(path, 1 << 20);
	assert_non_null(text);
	return text;
}

static char *markdown(const struct verdict *v)
{
	struct verdict_about a = with(0);
	return markdown_about(v, &a);
}

// A later step says the same as the gate itself.
static void test_markdown_of_a_file(void **state)
{
	(void)state;
	struct verdict v = sample();
	struct verdict_about a = with(0);
	struct verdict_read r;
	char err[512];
	a.baseline = "kept.json";
	a.needed = 150;
	v.end = VERDICT_TOO_NOISY;
	v.row[VERDICT_EQUIVALENT].unsteady = 0.01;
	v.row[VERDICT_SHOWN].better = SAMPLES_UNKNOWN;
	FILE *out = fopen(scratch_path("verdict.json"), "w");
	assert_int_equal(verdict_json(&v, &a, out), 0);
	fclose(out);
	assert_int_equal(verdict_read(scratch_path("verdict.json"), &r, err,
	                              sizeof err),
	                 0);
	char *said = markdown_about(&v, &a);
	char *read = markdown_about(&r.v, &r.about);
	assert_string_equal(read, said);
	assert_non_null(strstr(said, "Head differed from itself"));
	assert_non_null(strstr(said, "too few values"));
	assert_non_null(strstr(said, "1 % apart"));
	free(said);
	free(read);
	verdict_read_free(&r);
}

static void test_markdown(void **state)
{
	(void)state;
	struct verdict v = sample();
	char *text = markdown(&v);
	assert_non_null(strstr(text, "**regressed**: 7 rows, 48 processes"));
	assert_null(strstr(text, "more rows"));
	assert_null(strchr(text, '`'));
	assert_null(strchr(text, '@'));
	char *line = strstr(text, "| Fib");
	assert_non_null(line);
	for (int i = 0; i < ROWS; i++, line = strchr(line, '\n') + 1) {
		size_t bars = 0;
		for (char *c = line; *c != '\n'; c++)
			if (*c == '|')
				bars++;
		assert_int_equal(bars, 7);
	}
	free(text);
}

// The worst rows are kept when there is no room for all.
static void test_markdown_is_bounded(void **state)
{
	(void)state;
	enum { MANY = 5000 };
	struct verdict v = sample();
	v.row = calloc(MANY, sizeof *v.row);
	v.n = MANY;
	for (int i = 0; i < MANY; i++) {
		v.row[i] = rows[VERDICT_EQUIVALENT];
		v.row[i].name = NASTY NASTY NASTY;
	}
	v.row[MANY - 1] = rows[VERDICT_REGRESSED];
	char *text = markdown(&v);
	assert_true(strlen(text) < VERDICT_MARKDOWN_MAX);
	assert_non_null(strstr(text, "| regressed |"));
	assert_non_null(strstr(text, "more rows are in verdict.json"));
	free(text);
	free(v.row);
}

static void test_text(void **state)
{
	(void)state;
	struct verdict v = sample();
	v.row[VERDICT_REGRESSED].high = 1.1;
	FILE *out = fopen(scratch_path("text"), "w");
	assert_int_equal(verdict_print(&v, out), 0);
	fclose(out);
	char *text = file_read(scratch_path("text"), 1 << 20);
	assert_non_null(strstr(text, "+100.00 % (+90.0 .. +110.0)  regressed"));
	assert_non_null(strstr(text, "too few values"));
	assert_non_null(strstr(text, "status 1"));
	free(text);
}

// The rows that made it so are named, and how many are not.
static void test_why(void **state)
{
	(void)state;
	static const struct {
		enum verdict_end end;
		size_t most;
		const char *says;
	} all[] = {
		{VERDICT_END_REGRESSED, 5, "Fib-2 sec/op: regressed, +100.00 %\n"},
		{VERDICT_END_REGRESSED, 0, "and 1 more\n"},
		{VERDICT_END_NO_BASELINE, 5,
	         "Fib-2 sec/op: no-baseline, +100.00 %, base does not have it\n"},
		{VERDICT_PASS, 5, ""},
		{VERDICT_TOO_NOISY, 5, ""},
	};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		struct verdict v = sample();
		FILE *out = fopen(scratch_path("why"), "w");
		v.end = all[i].end;
		for (size_t k = 0; k < v.n; k++)
			v.row[k].low = NAN;
		verdict_print_why(&v, all[i].most, out);
		fclose(out);
		char *text = file_read(scratch_path("why"), 1 << 20);
		assert_string_equal(text, all[i].says);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json_is_read),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_bad_files),
		cmocka_unit_test(test_read_and_decided_again),
		cmocka_unit_test(test_bad_rows),
		cmocka_unit_test(test_junit_is_read),
		cmocka_unit_test(test_junit_is_valid),
		cmocka_unit_test(test_markdown),
		cmocka_unit_test(test_markdown_is_bounded),
		cmocka_unit_test(test_markdown_of_a_file),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_why),
	};
	return cmocka_run_group_tests(tests, scratch_make, scratch_drop);
}
