// report_counters.c - what the scheduler and the kernel counted, as a table.
//
// A column for each counter that is not zero everywhere; those that are zero
// everywhere are named below it, and those that no trial has are not there.
#include "cells.h"
#include "html.h"
#include "report_tables.h"

#include <math.h>
#include <string.h>

// What of the counters is shown, and how its column is headed.
static const struct shown {
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
	{"threads_max", "most threads"},
	{"threads_mean", "threads, mean"},
	{"runqueue_wait", "run-queue wait"},
	{"runqueue_wait_share", "of ready time"},
};
enum { SHOWN = sizeof shown / sizeof *shown };

// What is known of a counter at some points.
struct column {
	bool there, zero; // some point has it; it is zero at all that have
	bool whole;       // it covers the whole process, not the timed part
};

static struct column look(const struct summary *s, size_t first, size_t n,
                          const char *name)
{
	struct column c = {.zero = true};
	for (size_t i = first; i < first + n; i++) {
		const struct summary_counter *k = summary_find(&s->point[i],
		                                               name);
		if (!k)
			continue;
		c.there = true;
		c.whole |= !strcmp(k->scope, "trial");
		c.zero &= k->value[0] == 0 && k->value[k->n - 1] == 0;
	}
	return c;
}

static void write_row(FILE *out, const struct summary_point *p,
                      const struct column *column)
{
	fputs("<tr>", out);
	cell_place(out, p);
	for (size_t c = 0; c < SHOWN; c++) {
		const struct summary_counter *k = summary_find(p, shown[c].name);
		if (column[c].there && !column[c].zero)
			cell_unit(out, k ? k->median : NAN, k ? k->unit : "");
	}
	fputc('\n', out);
}

static void write_heads(FILE *out, const struct column *column)
{
	cell_begin_table(out, "<th>policy<th class=n>P<th class=n>M cap");
	for (size_t c = 0; c < SHOWN; c++) {
		if (column[c].there && !column[c].zero)
			fprintf(out, "<th class=n>%s%s", shown[c].head,
			        column[c].whole ? "&nbsp;*" : "");
	}
	cell_begin_rows(out);
}

// write_notes names the counters that are zero, and says what the mark means.
static void write_notes(FILE *out, const struct column *column)
{
	bool whole = false;
	const char *before = "Zero in every trial: ";
	fputs("<p class=note>", out);
	for (size_t c = 0; c < SHOWN; c++) {
		whole |= column[c].whole && !column[c].zero;
		if (!column[c].there || !column[c].zero)
			continue;
		fprintf(out, "%s%s", before, shown[c].head);
		before = ", ";
	}
	if (*before == ',')
		fputs(". ", out);
	if (whole)
		fputs("* of the whole process, its start and warm-up included.",
		      out);
	fputs("</p>\n", out);
}

void report_counters(FILE *out, const struct summary *s, size_t first, size_t n)
{
	struct column column[SHOWN];
	bool any = false;
	for (size_t c = 0; c < SHOWN; c++) {
		column[c] = look(s, first, n, shown[c].name);
		any |= column[c].there;
	}
	if (!any)
		return;
	fputs("<details><summary>What was counted (medians per trial)</summary>\n",
	      out);
	write_heads(out, column);
	for (size_t i = first; i < first + n; i++)
		write_row(out, &s->point[i], column);
	cell_end_table(out);
	write_notes(out, column);
	fputs("</details>\n", out);
}
