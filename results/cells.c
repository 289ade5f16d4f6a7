// cells.c - the cells of a report's tables.
#include "cells.h"

#include "html.h"
#include "unit.h"

#include <math.h>

void cell_text(FILE *out, const char *s)
{
	fputs("<td>", out);
	html_text(out, s);
}

static void number(FILE *out, const char *s)
{
	fputs("<td class=n>", out);
	html_text(out, s);
}

void cell_unit(FILE *out, double value, const char *unit)
{
	char text[96];
	number(out, unit_format(text, sizeof text, value, unit));
}

void cell_int(FILE *out, long value)
{
	fprintf(out, "<td class=n>%ld", value);
}

void cell_percent(FILE *out, double share)
{
	if (isfinite(share))
		fprintf(out, "<td class=n>%.1f&nbsp;%%", 100 * share);
	else
		fputs("<td class=n>-", out);
}

void cell_begin_table(FILE *out, const char *heads)
{
	fprintf(out, "<div class=scroll><table><thead><tr>%s", heads);
}

void cell_begin_rows(FILE *out)
{
	fputs("\n<tbody>\n", out);
}

void cell_end_table(FILE *out)
{
	fputs("</table></div>\n", out);
}

void cell_place(FILE *out, const struct summary_point *p)
{
	cell_text(out, p->policy);
	if (p->procs)
		cell_int(out, p->procs);
	else
		fputs("<td class=n>default", out);
	if (p->m_cap)
		cell_int(out, p->m_cap);
	else
		fputs("<td class=n>none", out);
	if (p->quota)
		fprintf(out, "<br><small>quota&nbsp;%g</small>",
		        (double)p->quota / 1000);
	if (*p->pin) {
		fputs("<br><small>pin&nbsp;", out);
		html_text(out, p->pin);
		fputs("</small>", out);
	}
}
