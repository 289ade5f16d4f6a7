// cells.h - the cells of a report's tables.
//
// Every text goes through html_text. A number that is not known is a dash,
// never a zero.
#ifndef RESULTS_CELLS_H
#define RESULTS_CELLS_H

#include "summary.h"

#include <stdio.h>

// A table is cell_begin_table with its first heads, which are HTML of our own,
// cell_begin_rows, "<tr>" and cells, cell_end_table. A wide one scrolls by
// itself, not the page.
void cell_begin_table(FILE *out, const char *heads);
void cell_begin_rows(FILE *out);
void cell_end_table(FILE *out);

void cell_text(FILE *out, const char *s);
void cell_unit(FILE *out, double value, const char *unit);
void cell_int(FILE *out, long value);
void cell_percent(FILE *out, double share);

// cell_place writes policy, GOMAXPROCS and M cap of a point.
void cell_place(FILE *out, const struct summary_point *p);

#endif
