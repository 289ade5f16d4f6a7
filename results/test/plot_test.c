// plot_test.c - figures: their files, hostile names, a missing gnuplot.
//
// Without gnuplot the tests that draw are skipped; the others replace it by a
// script of their own on PATH.
// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "scratch.h"

#include <errno.h>
#include <results/file.h>
#include <results/plot.h>
#include <string.h>

// A name that tries everything: a shell, gnuplot's strings, substitutions,
// variables, enhanced text, formats, markup, controls, bad UTF-8.
#define EVIL \
	"'; system 'touch pwned' #`touch pwned`\"$(touch pwned)\\\n" \
	"!touch pwned\n@head %s {/*9 x} </title><script>x()</script>&\x01\xff"

static const struct plot_point points[] = {
	{1, 10.1e6, 10.0e6, 10.3e6, 10},
	{2, 19.0e6, 17.0e6, 20.0e6, 10},
	{4, 18.5e6, 15.0e6, 21.0e6, 9},
};

static char err[512];
static char *path_before;

static struct plot plot_of(const struct plot_series *series, size_t n)
{
	return (struct plot){
		.title = "fib",
		.x_label = "GOMAXPROCS",
		.y_label = "throughput",
		.y_unit = "call/s",
		.series = series,
		.n_series = n,
	};
}

static bool there(const char *name)
{
	struct stat st;
	return stat(scratch_path(name), &st) == 0 && st.st_size > 0;
}

static char *text_of(const char *name)
{
	char *text = file_read(scratch_path(name), 1 << 24);
	assert_non_null(text);
	return text;
}

static void use_path(const char *dir)
{
	setenv("PATH", dir, 1);
}

static int keep_path(void **state)
{
	path_before = strdup(getenv("PATH"));
	return scratch_make(state);
}

static int restore_path(void **state)
{
	(void)state;
	use_path(path_before);
	return 0;
}

static int drop_path(void **state)
{
	free(path_before);
	return scratch_drop(state);
}

static void need_gnuplot(void)
{
	if (system("gnuplot --version >/dev/null 2>&1") != 0)
		skip();
}

static void test_files(void **state)
{
	(void)state;
	need_gnuplot();
	const struct plot_series s = {"go1.27", points, 3};
	const struct plot_tick ticks[] = {{1, "1"}, {2, "2"}, {4, "four"}};
	struct plot p = plot_of(&s, 1);
	p.tick = ticks;
	p.n_tick = 3;
	p.ideal_slope = 10.1e6;
	p.ideal_to = p.mark_x = 2;
	p.mark_text = "2 CPUs";
	if (plot_write(&p, scratch, "files", err, sizeof err))
		fail_msg("%s", err);
	assert_true(there("files.gp") && there("files.dat"));
	assert_true(there("files.svg") && there("files.png"));
	char *svg = text_of("files.svg");
	assert_non_null(strstr(svg, ">go1.27<"));
	assert_non_null(strstr(svg, ">ideal: P times the median at P=1<"));
	assert_non_null(strstr(svg, ">2 CPUs<"));
	assert_non_null(strstr(svg, ">four<"));
	assert_non_null(strstr(svg, ">throughput (M call/s)<"));
	assert_non_null(strstr(svg, "<title>go1.27, GOMAXPROCS 4: 18.5 M call/s "
	                            "(15.0 M call/s to 21.0 M call/s), n = 9<"));
	assert_null(strstr(svg, "onmousemove"));
	free(svg);
}

// The ideal line keeps to where it is true, and lines that share an x do not
// stray into the next.
static void test_script(void **state)
{
	(void)state;
	struct plot_point many[40];
	for (int i = 0; i < 40; i++)
		many[i] = (struct plot_point){i + 1, 1, 1, 1, 1};
	const struct plot_series s[] = {{"a", many, 40}, {"b", many, 40}};
	struct plot p = plot_of(s, 2);
	p.ideal_slope = 1.5;
	p.ideal_to = 20;
	use_path(scratch); // no gnuplot: only the script is of interest
	assert_int_equal(plot_write(&p, scratch, "script", err, 512), -ENOENT);
	char *gp = text_of("script.gp");
	assert_non_null(strstr(gp, "ideal(x) = x >= 1 && x <= 20 ? 1.5 * x"));
	assert_non_null(strstr(gp, "beside(x, i) = x + 0.166666667 * (i - 0.5)"));
	assert_non_null(strstr(gp, "set yrange [0:32.4]")); // the line is the top
	free(gp);
}

// `gnuplot STEM.gp` draws the figure again.
static void test_redraw(void **state)
{
	(void)state;
	need_gnuplot();
	const struct plot_series s = {"go1.27", points, 3};
	struct plot p = plot_of(&s, 1);
	assert_int_equal(plot_write(&p, scratch, "again", err, sizeof err), 0);
	assert_int_equal(unlink(scratch_path("again.svg")), 0);
	char command[sizeof scratch + 100];
	snprintf(command, sizeof command, "cd '%s' && gnuplot again.gp", scratch);
	assert_int_equal(system(command), 0);
	assert_true(there("again.svg") && there("again.png"));
}

static void test_hostile_names(void **state)
{
	(void)state;
	need_gnuplot();
	const struct plot_series s[] = {{EVIL, points, 3}, {"end\\", points, 3},
	                                {"'", points, 3},  {"''", points, 3},
	                                {"", points, 3},   {"\"", points, 3}};
	const struct plot_tick ticks[] = {{1, EVIL}, {2, "'"}, {4, "\\"}};
	struct plot p = plot_of(s, 6);
	p.title = p.subtitle = p.x_label = p.y_label = p.y_unit = EVIL;
	p.mark_text = EVIL;
	p.mark_x = 2;
	p.tick = ticks;
	p.n_tick = 3;
	if (plot_write(&p, scratch, "evil", err, sizeof err))
		fail_msg("%s", err);
	assert_false(there("pwned"));
	assert_int_not_equal(access("pwned", F_OK), 0);
	char *svg = text_of("evil.svg");
	assert_null(strstr(svg, "<script"));
	assert_null(strchr(svg, '\x01'));
	assert_null(strchr(svg, '\xff'));
	assert_null(strstr(svg, "onmousemove")); // every tooltip was understood
	int tooltips = 0;
	for (char *at = svg; (at = strstr(at, ", n = 10</title>")); at++)
		tooltips++;
	assert_int_equal(tooltips, 12);
	// The text is there, as text.
	assert_non_null(
		strstr(svg, "system \u2019touch pwned\u2019 #`touch pwned`"));
	free(svg);
}

static void test_names_of_files(void **state)
{
	(void)state;
	const struct plot_series s = {"go1.27", points, 3};
	struct plot p = plot_of(&s, 1);
	static const char *const bad[] = {"", "../x", "a b", "x;y", "'"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(plot_write(&p, scratch, bad[i], err, sizeof err),
		                 -EINVAL);
	assert_int_equal(plot_write(&p, scratch_path("missing"), "x", err, 512),
	                 -ENOENT);
	assert_non_null(strstr(err, "cannot write"));
}

// One point, one value, or nothing but zeros, must not break the axes.
static void test_degenerate(void **state)
{
	(void)state;
	need_gnuplot();
	static const struct plot_point zero = {1, 0, 0, 0, 1};
	const struct plot_series s[] = {{"zero", &zero, 1}, {"empty", NULL, 0}};
	struct plot p = plot_of(s, 1);
	for (int log2_x = 0; log2_x < 2; log2_x++) {
		p.log2_x = log2_x;
		if (plot_write(&p, scratch, "zero", err, sizeof err))
			fail_msg("%s", err);
		assert_true(there("zero.svg"));
	}
}

static void test_no_gnuplot(void **state)
{
	(void)state;
	const struct plot_series s = {"go1.27", points, 3};
	struct plot p = plot_of(&s, 1);
	use_path(scratch);
	assert_int_equal(plot_write(&p, scratch, "none", err, sizeof err),
	                 -ENOENT);
	assert_non_null(strstr(err, "gnuplot is not installed"));
	assert_true(there("none.gp") && there("none.dat"));
	assert_false(there("none.svg"));
}

// fake_gnuplot puts a program of that name first on PATH.
static void fake_gnuplot(const char *script)
{
	assert_true(mkdir(scratch_path("bin"), 0777) == 0 || errno == EEXIST);
	FILE *f = fopen(scratch_path("bin/gnuplot"), "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\n%s\n", script);
	fclose(f);
	assert_int_equal(chmod(scratch_path("bin/gnuplot"), 0755), 0);
	use_path(scratch_path("bin"));
}

static void test_failing_gnuplot(void **state)
{
	(void)state;
	const struct plot_series s = {"go1.27", points, 3};
	struct plot p = plot_of(&s, 1);
	fake_gnuplot("echo first; echo '  line 3: no such terminal' >&2; exit 1");
	assert_int_equal(plot_write(&p, scratch, "bad", err, sizeof err), -EIO);
	assert_string_equal(err, "gnuplot failed: line 3: no such terminal");
	fake_gnuplot("kill -SEGV $$");
	assert_int_equal(plot_write(&p, scratch, "bad", err, sizeof err), -EIO);
	assert_string_equal(err, "gnuplot was ended by signal 11");
	fake_gnuplot("exit 0"); // it claims to have drawn
	assert_int_equal(plot_write(&p, scratch, "bad", err, sizeof err), -EIO);
	assert_true(there("bad.gp") && there("bad.dat"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_redraw),
		cmocka_unit_test_teardown(test_script, restore_path),
		cmocka_unit_test(test_hostile_names),
		cmocka_unit_test(test_names_of_files),
		cmocka_unit_test(test_degenerate),
		cmocka_unit_test_teardown(test_no_gnuplot, restore_path),
		cmocka_unit_test_teardown(test_failing_gnuplot, restore_path),
	};
	return cmocka_run_group_tests(tests, keep_path, drop_path);
}
