// report.c - puts a report together: verdict, figures, tables, notes.
//
// The store is read once into a summary and closed, so that a sweep that is
// still writing waits for milliseconds only; then the figures are drawn, and the
// page is written beside the store and put in place in one step.
#include "report.h"

#include "figures.h"
#include "file.h"
#include "found.h"
#include "html.h"
#include "report_notes.h"
#include "report_tables.h"
#include "store.h"
#include "summary.h"
#include "svg.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

enum { SVG_MAX = 16 * 1024 * 1024, REPORT_DRAWN = 12 };

// The figures of one metric.
struct drawn {
	const struct summary *of;
	struct figure *figure;
	bool *done; // beside each figure
	size_t n;
};

// What a report is made of.
struct making {
	struct store *store;
	struct summary summary;
	struct summary *view; // of the metrics beside the main one
	struct drawn *drawn;  // the main metric's, and each view's
	struct found_list found;
	bool *found_drawn; // beside each group's first
	char plots[4096];
	struct report *out;
};

static const char head[] =
	"<!DOCTYPE html>\n<html lang=en>\n<meta charset=utf-8>\n"
	"<meta name=viewport content=\"width=device-width,initial-scale=1\">\n"
	"<meta name=color-scheme content=\"light dark\">\n"
	"<title>Dyno report</title>\n<style>\n"
	":root{--ink:#1c1f23;--soft:#5b636d;--paper:#fff;--line:#d9dde2;"
	"--good:#0a7a4b;--bad:#b3261e}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#e6e8eb;--soft:#a3abb5;"
	"--paper:#15181c;--line:#363c44;--good:#4cc38a;--bad:#ff8a80}}\n"
	"body{margin:0 auto;padding:1rem;max-width:60rem;color:var(--ink);"
	"background:var(--paper);font:16px/1.5 system-ui,sans-serif;"
	"overflow-wrap:anywhere}\n"
	"h1{margin:.2em 0}h2{margin:2em 0 .5em;border-bottom:1px solid "
	"var(--line)}\n"
	".verdict{font-size:1.15rem;padding:.6em .9em;border-left:.3em solid "
	"var(--good);background:color-mix(in srgb,var(--good) 9%,transparent)}\n"
	".verdict.bad{border-color:var(--bad);background:color-mix(in srgb,"
	"var(--bad) 9%,transparent)}\n"
	".note,.about,figcaption,small{color:var(--soft);font-size:.9rem}\n"
	"figure{margin:1rem 0}figure svg{width:100%;min-width:36rem;height:auto}\n"
	"figure svg text{fill:var(--ink)}\n"
	".scroll{overflow-x:auto}\n"
	"table{border-collapse:collapse;font-size:.9rem;"
	"font-variant-numeric:tabular-nums;overflow-wrap:normal}\n"
	"th,td{padding:.25em .7em;text-align:left;vertical-align:top;"
	"border-bottom:1px solid var(--line)}\n"
	"th.n,td.n{text-align:right}td.n{white-space:nowrap}\n"
	"thead th{vertical-align:bottom}.facts th{font-weight:500}\n"
	"details{margin:1rem 0}summary{cursor:pointer}\n"
	"a{color:inherit}\n</style>\n";

//---------------------------------------------------------------------------
// The page
//---------------------------------------------------------------------------

static void write_about(const struct making *m, FILE *out)
{
	const struct store_experiment *e = store_about(m->store);
	char when[32] = "?";
	time_t created = (time_t)e->created;
	struct tm tm;
	if (gmtime_r(&created, &tm))
		strftime(when, sizeof when, "%Y-%m-%d %H:%M UTC", &tm);
	fprintf(out, "<h1>Dyno report</h1>\n<p class=about>begun %s, dyno ",
	        when);
	html_text(out, e->version);
	fprintf(out, ", seed %" PRIu64 "</p>\n", e->seed);
}

// inline_svg writes a drawn figure into the page. False when it is not there.
static bool inline_svg(const struct making *m, const char *stem, FILE *out)
{
	char path[sizeof m->plots + FIGURES_STEM + 8];
	snprintf(path, sizeof path, "%s/%.*s.svg", m->plots, FIGURES_STEM, stem);
	char *svg = file_read(path, SVG_MAX);
	const char *element = svg ? svg_element(svg) : NULL;
	if (element)
		fputs(element, out);
	free(svg);
	return element;
}

static void write_figure(const struct making *m, const char *stem,
                         const char *title, bool drawn, FILE *out)
{
	fputs("<figure><div class=scroll>\n", out);
	if (!drawn || !inline_svg(m, stem, out)) {
		fputs("<p class=note>", out);
		html_text(out, title);
		fputs(": not drawn. ", out);
		html_text(out, m->out->why);
		fputs("</p>\n", out);
	}
	fprintf(out,
	        "</div><figcaption>plots/%s: .svg, .png, .dat; drawn by .gp"
	        "</figcaption></figure>\n",
	        stem);
}

static void write_group_head(const struct summary_point *p, FILE *out)
{
	fputs("<h2>", out);
	html_text(out, p->workload);
	fputs("</h2>\n<p class=about>", out);
	if (strcmp(p->subject, "dyno")) {
		html_text(out, p->subject);
		fputs(". ", out);
	}
	if (*p->op) {
		fputs("An operation is a ", out);
		html_text(out, p->op);
		fputs(". ", out);
	}
	if (*p->setting)
		html_text(out, p->setting);
	fputs("</p>\n", out);
}

static void write_metric_head(const struct summary *view, FILE *out)
{
	fputs("<h3>", out);
	html_text(out, view->seen.name);
	fprintf(out, "</h3>\n<p class=about>%s is better.</p>\n",
	        view->seen.lower ? "Lower" : "Higher");
}

// write_metric writes the figures and the table of one workload and one metric.
static void write_metric(const struct making *m, const struct drawn *d,
                         size_t first, size_t n, FILE *out)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct figure *f = &d->figure[i];
		if (f->first == first)
			write_figure(m, f->stem, f->title, d->done[i], out);
	}
	report_medians(out, d->of, first, n);
}

// write_group writes what is known of one workload, metric by metric.
static void write_group(const struct making *m, size_t first, size_t n, FILE *out)
{
	const struct summary_point *p = &m->summary.point[first];
	write_group_head(p, out);
	// Without operations nobody can guess what it is.
	if (!*p->op && m->summary.seen.name)
		write_metric_head(&m->summary, out);
	write_metric(m, &m->drawn[0], first, n, out);
	report_counters(out, &m->summary, first, n);
	for (size_t i = 0; i < m->summary.n_metric; i++) {
		if (!summary_measured(&m->view[i], first, n))
			continue;
		write_metric_head(&m->view[i], out);
		write_metric(m, &m->drawn[i + 1], first, n, out);
	}
}

// write_found writes what searches found: figure and table of each group.
static void write_found(const struct making *m, FILE *out)
{
	char stem[FOUND_STEM];
	for (size_t i = 0, n; i < m->found.n; i += n) {
		n = found_group(&m->found, i);
		found_table(out, &m->found, i, n);
		if (*found_stem(&m->found, i, n, stem))
			write_figure(m, stem, "what was found",
			             m->found_drawn[i], out);
	}
}

static void write_page(const struct making *m, FILE *out)
{
	const struct store_experiment *e = store_about(m->store);
	const struct summary *s = &m->summary;
	fputs(head, out);
	write_about(m, out);
	report_verdict(out, s, e);
	write_found(m, out);
	for (size_t i = 0, n; i < s->n_point; i += n) {
		n = summary_together(s, i);
		write_group(m, i, n, out);
	}
	report_failures(out, s);
	report_outliers(out, s);
	report_notes(out, s, e);
	fputs("<h2>What was run, and where</h2>\n<h3>Plan</h3>\n", out);
	report_facts(out, e->plan);
	fputs("<h3>Machine</h3>\n", out);
	report_facts(out, e->environment);
	report_trials(out, s);
	fputs("</html>\n", out);
}

//---------------------------------------------------------------------------
// Making it
//---------------------------------------------------------------------------

static int fail(int result, const char *what, char *err, size_t errlen)
{
	snprintf(err, errlen, "%s: %s", what, strerror(-result));
	return result;
}

// count_figure remembers whether a figure was drawn. Only files that cannot be
// written are an error.
static int count_figure(struct making *m, int result, const char *why,
                        bool *drawn, char *err, size_t errlen)
{
	if (result && result != -ENOENT && result != -EIO) {
		snprintf(err, errlen, "%s", why);
		return result;
	}
	*drawn = result == 0;
	m->out->figures += *drawn;
	m->out->undrawn += !*drawn;
	if (!*drawn)
		snprintf(m->out->why, sizeof m->out->why, "%s", why);
	return 0;
}

static int draw_found(struct making *m, char *err, size_t errlen)
{
	char stem[FOUND_STEM], why[sizeof m->out->why];
	int result = 0;
	for (size_t i = 0, n; !result && i < m->found.n; i += n) {
		n = found_group(&m->found, i);
		if (!*found_stem(&m->found, i, n, stem))
			continue;
		result = found_draw(&m->found, i, n, m->plots, why, sizeof why);
		result = count_figure(m, result, why, &m->found_drawn[i], err,
		                      errlen);
	}
	return result;
}

// draw_all draws every figure of a metric.
static int draw_all(struct making *m, struct drawn *d, char *err, size_t errlen)
{
	int cpus = report_cpus(store_about(m->store)), result = 0;
	for (size_t i = 0; !result && i < d->n; i++) {
		char why[sizeof m->out->why];
		result = figures_draw(d->of, &d->figure[i], cpus, m->plots, why,
		                      sizeof why);
		result = count_figure(m, result, why, &d->done[i], err, errlen);
	}
	return result;
}

static int plan_figures(struct making *m, struct drawn *d, char *err,
                        size_t errlen)
{
	ssize_t n = figures_plan(d->of, &d->figure);
	if (n < 0)
		return fail((int)n, "figures", err, errlen);
	d->n = (size_t)n;
	d->done = calloc(d->n + 1, sizeof *d->done);
	if (!d->done)
		return fail(-ENOMEM, "figures", err, errlen);
	if (d->n + m->found.n && mkdir(m->plots, 0777) < 0 && errno != EEXIST)
		return fail(-errno, m->plots, err, errlen);
	return 0;
}

// prepare makes the views and room for their figures.
static int prepare(struct making *m)
{
	size_t n = m->summary.n_metric + 1;
	int err = summary_views(&m->summary, &m->view);
	m->drawn = calloc(n, sizeof *m->drawn);
	m->found_drawn = calloc(m->found.n + 1, sizeof *m->found_drawn);
	if (err || !m->drawn || !m->found_drawn)
		return -ENOMEM;
	m->drawn[0].of = &m->summary;
	for (size_t i = 1; i < n; i++)
		m->drawn[i].of = &m->view[i - 1];
	return 0;
}

// draw draws the figures of all metrics, up to REPORT_DRAWN of them: those beyond
// have tables.
static int draw(struct making *m, char *err, size_t errlen)
{
	size_t n = m->summary.n_metric + 1;
	int result = prepare(m);
	if (result)
		return fail(result, "metrics", err, errlen);
	for (size_t i = 0; !result && i < n && i < REPORT_DRAWN; i++)
		result = plan_figures(m, &m->drawn[i], err, errlen);
	if (!result)
		result = draw_found(m, err, errlen);
	for (size_t i = 0; !result && i < n; i++)
		result = draw_all(m, &m->drawn[i], err, errlen);
	return result;
}

static void free_drawn(struct making *m)
{
	for (size_t i = 0; m->drawn && i <= m->summary.n_metric; i++) {
		free(m->drawn[i].figure);
		free(m->drawn[i].done);
	}
	free(m->drawn);
	free(m->found_drawn);
}

static int put_page(struct making *m, char *err, size_t errlen)
{
	struct file_new f;
	int result = file_begin(&f, m->out->path);
	if (!result) {
		write_page(m, f.out);
		result = file_commit(&f, 0);
	}
	return result ? fail(result, m->out->path, err, errlen) : 0;
}

static int make(struct making *m, const char *dir, char *err, size_t errlen)
{
	int n = snprintf(m->plots, sizeof m->plots, "%s/plots", dir);
	if (n < 0 || (size_t)n >= sizeof m->plots)
		return fail(-ENAMETOOLONG, dir, err, errlen);
	snprintf(m->out->path, sizeof m->out->path, "%s/report.html", dir);
	int result = store_open(dir, &m->store, err, errlen);
	if (!result)
		result = summary_load(m->store, &m->summary, err, errlen);
	if (!result)
		result = found_load(m->store, &m->summary, &m->found, err,
		                    errlen);
	if (!result)
		result = draw(m, err, errlen);
	if (!result)
		result = put_page(m, err, errlen);
	return result;
}

int report_write(const char *dir, struct report *out, char *err, size_t errlen)
{
	struct making m = {.out = out};
	memset(out, 0, sizeof *out);
	int result = make(&m, dir, err, errlen);
	free_drawn(&m);
	found_free(&m.found);
	summary_views_free(&m.summary, m.view);
	summary_free(&m.summary);
	store_close(m.store);
	return result;
}
