// report_tables.c - the tables of a report, written as HTML.
//
// Every text goes through html_text. A number that is not known is a dash,
// never a zero.
#include "report_tables.h"

#include "html.h"
#include "unit.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void text_cell(FILE *out, const char *s)
{
	fputs("<td>", out);
	html_text(out, s);
}

static void number_cell(FILE *out, const char *s)
{
	fputs("<td class=n>", out);
	html_text(out, s);
}

static void unit_cell(FILE *out, double value, const char *unit)
{
	char text[96];
	number_cell(out, unit_format(text, sizeof text, value, unit));
}

static void int_cell(FILE *out, long value)
{
	fprintf(out, "<td class=n>%ld", value);
}

static void percent_cell(FILE *out, double share)
{
	if (isfinite(share))
		fprintf(out, "<td class=n>%.1f&nbsp;%%", 100 * share);
	else
		fputs("<td class=n>-", out);
}

// A wide table scrolls by itself, not the page.
static void begin(FILE *out, const char *heads)
{
	fprintf(out, "<div class=scroll><table><thead><tr>%s<tbody>\n", heads);
}

static void end(FILE *out)
{
	fputs("</table></div>\n", out);
}

static void place_cells(FILE *out, const struct summary_point *p)
{
	text_cell(out, p->policy);
	int_cell(out, p->procs);
	if (p->m_cap)
		int_cell(out, p->m_cap);
	else
		fputs("<td class=n>none", out);
}

//---------------------------------------------------------------------------
// Points
//---------------------------------------------------------------------------

static void interval_cell(FILE *out, const struct summary_point *p)
{
	char low[32], high[32], unit[80];
	const char *prefix;
	double factor = unit_scale(p->median, &prefix);
	unit_digits(low, sizeof low, p->median / factor);
	fprintf(out, "<td class=n>%s ", low);
	html_text(out, unit_join(unit, sizeof unit, prefix, p->unit));
	unit_digits(low, sizeof low, p->interval.low / factor);
	unit_digits(high, sizeof high, p->interval.high / factor);
	fprintf(out, "<td class=n>%s to %s%s", low, high,
	        p->interval.range ? "&nbsp;*" : "");
}

void report_medians(FILE *out, const struct summary *s, size_t first, size_t n)
{
	bool range = false;
	begin(out,
	      "<th>policy<th class=n>P<th class=n>M cap<th class=n>median<th class=n>95&nbsp;% interval"
	      "<th class=n>&times;&nbsp;P=1<th class=n>trials<th class=n>CV<th class=n>outliers");
	for (size_t i = first; i < first + n; i++) {
		const struct summary_point *p = &s->point[i];
		double speedup = summary_speedup(s, p);
		fputs("<tr>", out);
		place_cells(out, p);
		if (p->n)
			interval_cell(out, p);
		else
			fputs("<td class=n>-<td class=n>-", out);
		if (isfinite(speedup))
			fprintf(out, "<td class=n>%.2f", speedup);
		else
			fputs("<td class=n>-", out);
		fprintf(out,
		        p->n == p->n_trial ? "<td class=n>%zu"
		                           : "<td class=n>%zu of %zu",
		        p->n, p->n_trial);
		percent_cell(out, p->cv);
		int_cell(out, (long)p->n_outlier);
		fputc('\n', out);
		range |= p->n && p->interval.range;
	}
	end(out);
	if (range)
		fputs("<p class=note>* smallest and largest: fewer than 6 trials give "
		      "no 95&nbsp;% interval of a median.</p>\n",
		      out);
}

// What of the counters is shown, and how its column is headed. Those of the
// scheduler first; "per op" would hide how often something happened at all.
static const struct {
	const char *name, *head;
} shown[] = {
	{"steals_tried", "steals tried"},
	{"steals_won", "steals won"},
	{"spins", "spins"},
	{"parks", "G parks"},
	{"m_parks", "M parks"},
	{"m_wakes", "M wakes"},
	{"global_takes", "global takes"},
	{"overflows", "overflows"},
	{"syscalls", "blocking calls"},
	{"handoffs", "handoffs"},
	{"retakes", "retakes"},
	{"m_cap_held", "held by M cap"},
	{"preempts_asked", "preemptions asked"},
	{"preempts_polled", "preempted by poll"},
	{"preempts_signal", "preempted by signal"},
	{"m_created_spin", "Ms for work"},
	{"m_created_handoff", "Ms for handoff"},
	{"m_peak", "most Ms"},
	{"switches", "G switches"},
	{"context-switches", "context switches"},
	{"voluntary-switches", "voluntary switches"},
	{"involuntary-switches", "involuntary switches"},
	{"cpu-migrations", "migrations"},
	{"cpu-time", "CPU time"},
	{"run-delay", "run delay"},
};
enum { SHOWN = sizeof shown / sizeof *shown };

// columns_of marks the counters that any of the points has.
static size_t columns_of(const struct summary *s, size_t first, size_t n,
                         bool *has)
{
	size_t count = 0;
	for (size_t c = 0; c < SHOWN; c++) {
		has[c] = false;
		for (size_t i = first; i < first + n; i++)
			has[c] |= summary_find(&s->point[i], shown[c].name) !=
			          NULL;
		count += has[c];
	}
	return count;
}

static void counter_row(FILE *out, const struct summary_point *p, const bool *has)
{
	fputs("<tr>", out);
	place_cells(out, p);
	for (size_t c = 0; c < SHOWN; c++) {
		const struct summary_counter *k = summary_find(p, shown[c].name);
		if (has[c])
			unit_cell(out, k ? k->median : NAN, k ? k->unit : "");
	}
	fputc('\n', out);
}

void report_counters(FILE *out, const struct summary *s, size_t first, size_t n)
{
	bool has[SHOWN];
	if (!columns_of(s, first, n, has))
		return;
	fputs("<details><summary>What was counted (medians per trial)</summary>\n",
	      out);
	fputs("<div class=scroll><table><thead><tr><th>policy<th class=n>P<th class=n>M cap",
	      out);
	for (size_t c = 0; c < SHOWN; c++) {
		if (has[c])
			fprintf(out, "<th class=n>%s", shown[c].head);
	}
	fputs("<tbody>\n", out);
	for (size_t i = first; i < first + n; i++)
		counter_row(out, &s->point[i], has);
	end(out);
	fputs("</details>\n", out);
}

//---------------------------------------------------------------------------
// Trials
//---------------------------------------------------------------------------

static void trial_cells(FILE *out, const struct summary *s,
                        const struct summary_trial *t)
{
	const struct summary_point *p = &s->point[t->point];
	text_cell(out, p->workload);
	if (*p->setting) {
		fputs("<br><small>", out);
		html_text(out, p->setting);
		fputs("</small>", out);
	}
	place_cells(out, p);
	int_cell(out, t->rep);
}

void report_failures(FILE *out, const struct summary *s)
{
	if (s->outcome[STORE_OK] == s->n_trial)
		return;
	fputs("<h2>Trials that gave no number</h2>\n", out);
	begin(out,
	      "<th>workload<th>policy<th class=n>P<th class=n>M cap<th class=n>rep<th>outcome"
	      "<th class=n>seconds<th>why");
	for (size_t i = 0; i < s->n_trial; i++) {
		const struct summary_trial *t = &s->trial[i];
		if (t->outcome == STORE_OK)
			continue;
		fputs("<tr>", out);
		trial_cells(out, s, t);
		text_cell(out, store_outcome_name(t->outcome));
		unit_cell(out, t->seconds, "s");
		text_cell(out, t->message);
		fputc('\n', out);
	}
	end(out);
}

void report_outliers(FILE *out, const struct summary *s)
{
	size_t count = 0;
	for (size_t i = 0; i < s->n_point; i++)
		count += s->point[i].n_outlier;
	if (!count)
		return;
	fputs("<h2>Outliers</h2>\n<p>Further than 3.5 scaled MADs from the median "
	      "of their point. They are part of every number above.</p>\n",
	      out);
	begin(out,
	      "<th>workload<th>policy<th class=n>P<th class=n>M cap<th class=n>rep<th class=n>throughput"
	      "<th class=n>of median<th class=n>foreign CPU<th class=n>steal");
	for (size_t i = 0; i < s->n_trial; i++) {
		const struct summary_trial *t = &s->trial[i];
		const struct summary_point *p = &s->point[t->point];
		if (!t->outlier)
			continue;
		fputs("<tr>", out);
		trial_cells(out, s, t);
		unit_cell(out, t->throughput, p->unit);
		percent_cell(out, t->throughput / p->median);
		unit_cell(out, t->foreign_cpu_s, "s");
		unit_cell(out, t->steal_s, "s");
		fputc('\n', out);
	}
	end(out);
}

void report_trials(FILE *out, const struct summary *s)
{
	fprintf(out,
	        "<details><summary>All %zu trials, in the order they were run"
	        "</summary>\n",
	        s->n_trial);
	begin(out,
	      "<th>workload<th>policy<th class=n>P<th class=n>M cap<th class=n>rep<th>outcome"
	      "<th class=n>throughput<th class=n>took<th class=n>foreign CPU<th class=n>steal");
	for (size_t i = 0; i < s->n_trial; i++) {
		const struct summary_trial *t = &s->trial[i];
		fputs("<tr>", out);
		trial_cells(out, s, t);
		text_cell(out, store_outcome_name(t->outcome));
		unit_cell(out, t->throughput, s->point[t->point].unit);
		unit_cell(out, t->seconds, "s");
		unit_cell(out, t->foreign_cpu_s, "s");
		unit_cell(out, t->steal_s, "s");
		fputc('\n', out);
	}
	end(out);
	fputs("</details>\n", out);
}

//---------------------------------------------------------------------------
// Facts
//---------------------------------------------------------------------------

static void fact(FILE *out, const char *name, const json_t *v)
{
	char *text = json_dumps(v, JSON_ENCODE_ANY);
	const char *shown_as = json_is_string(v) ? json_string_value(v) : text;
	fputs("<tr><th>", out);
	html_text(out, name);
	text_cell(out, shown_as ? shown_as : "-");
	fputc('\n', out);
	free(text);
}

void report_facts(FILE *out, const char *json)
{
	json_t *o = json_loads(json, 0, NULL);
	const char *name;
	json_t *v;
	fputs("<div class=scroll><table class=facts><tbody>\n", out);
	json_object_foreach(o, name, v) fact(out, name, v);
	end(out);
	json_decref(o);
}
