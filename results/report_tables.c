// report_tables.c - the tables of a report: points, trials, facts.
#include "report_tables.h"

#include "cells.h"
#include "html.h"
#include "unit.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
	cell_begin_table(
		out,
		"<th>policy<th class=n>P<th class=n>M cap<th class=n>median"
		"<th class=n>95&nbsp;% interval"
		"<th class=n>&times;&nbsp;P=1<th class=n>trials<th class=n>CV<th class=n>outliers");
	for (size_t i = first; i < first + n; i++) {
		const struct summary_point *p = &s->point[i];
		double speedup = summary_speedup(s, p);
		fputs("<tr>", out);
		cell_place(out, p);
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
		cell_percent(out, p->cv);
		cell_int(out, (long)p->n_outlier);
		fputc('\n', out);
		range |= p->n && p->interval.range;
	}
	cell_end_table(out);
	if (range)
		fputs("<p class=note>* smallest and largest: fewer than 6 trials give "
		      "no 95&nbsp;% interval of a median.</p>\n",
		      out);
}

//---------------------------------------------------------------------------
// Trials
//---------------------------------------------------------------------------

static void trial_cells(FILE *out, const struct summary *s,
                        const struct summary_trial *t)
{
	const struct summary_point *p = &s->point[t->point];
	cell_text(out, p->workload);
	if (*p->setting) {
		fputs("<br><small>", out);
		html_text(out, p->setting);
		fputs("</small>", out);
	}
	cell_place(out, p);
	cell_int(out, t->rep);
}

void report_failures(FILE *out, const struct summary *s)
{
	if (s->outcome[STORE_OK] == s->n_trial)
		return;
	fputs("<h2>Trials that gave no number</h2>\n", out);
	cell_begin_table(
		out,
		"<th>workload<th>policy<th class=n>P<th class=n>M cap<th class=n>rep<th>outcome"
		"<th class=n>seconds<th>why");
	for (size_t i = 0; i < s->n_trial; i++) {
		const struct summary_trial *t = &s->trial[i];
		if (t->outcome == STORE_OK)
			continue;
		fputs("<tr>", out);
		trial_cells(out, s, t);
		cell_text(out, store_outcome_name(t->outcome));
		cell_unit(out, t->seconds, "s");
		cell_text(out, t->message);
		fputc('\n', out);
	}
	cell_end_table(out);
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
	cell_begin_table(
		out,
		"<th>workload<th>policy<th class=n>P<th class=n>M cap<th class=n>rep"
		"<th class=n>throughput"
		"<th class=n>of median<th class=n>foreign CPU<th class=n>steal");
	for (size_t i = 0; i < s->n_trial; i++) {
		const struct summary_trial *t = &s->trial[i];
		const struct summary_point *p = &s->point[t->point];
		if (!t->outlier)
			continue;
		fputs("<tr>", out);
		trial_cells(out, s, t);
		cell_unit(out, t->throughput, p->unit);
		cell_percent(out, t->throughput / p->median);
		cell_unit(out, t->foreign_cpu_s, "s");
		cell_unit(out, t->steal_s, "s");
		fputc('\n', out);
	}
	cell_end_table(out);
}

void report_trials(FILE *out, const struct summary *s)
{
	fprintf(out,
	        "<details><summary>All %zu trials, in the order they were run"
	        "</summary>\n",
	        s->n_trial);
	cell_begin_table(
		out,
		"<th>workload<th>policy<th class=n>P<th class=n>M cap<th class=n>rep<th>outcome"
		"<th class=n>throughput<th class=n>took<th class=n>foreign CPU<th class=n>steal");
	for (size_t i = 0; i < s->n_trial; i++) {
		const struct summary_trial *t = &s->trial[i];
		fputs("<tr>", out);
		trial_cells(out, s, t);
		cell_text(out, store_outcome_name(t->outcome));
		cell_unit(out, t->throughput, s->point[t->point].unit);
		cell_unit(out, t->seconds, "s");
		cell_unit(out, t->foreign_cpu_s, "s");
		if (t->disturbed)
			fputs("&nbsp;!", out);
		cell_unit(out, t->steal_s, "s");
		fputc('\n', out);
	}
	cell_end_table(out);
	fputs("<p class=note>! more than the plan allows: disturbed.</p></details>\n",
	      out);
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
	cell_text(out, shown_as ? shown_as : "-");
	fputc('\n', out);
	free(text);
}

void report_facts(FILE *out, const char *json)
{
	json_t *o = json_loads(json, 0, NULL);
	const char *name;
	json_t *v;
	fputs("<div class=scroll><table class=facts><tbody>\n", out);
	// Objects are for programs: what the trials inherited, say.
	json_object_foreach(o, name, v) if (!json_is_object(v))
		fact(out, name, v);
	cell_end_table(out);
	json_decref(o);
}
