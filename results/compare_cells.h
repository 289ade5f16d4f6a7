// compare_cells.h - a comparison's rows as text for people, whoever prints it.
#ifndef RESULTS_COMPARE_CELLS_H
#define RESULTS_COMPARE_CELLS_H

#include "compare.h"

enum { COMPARE_COLUMNS = 6, COMPARE_CELL = 160, COMPARE_NAME = 512 };

// Name, a, b, change, p and n, note.
struct compare_cells {
	char name[COMPARE_NAME];
	char text[COMPARE_COLUMNS - 1][COMPARE_CELL];
	const char *cell[COMPARE_COLUMNS]; // all of them
};

// compare_heads are the columns' names: unit stands for that of the name.
void compare_heads(const struct comparison *c, const struct compare_table *t,
                   struct compare_cells *out);
void compare_cells(const struct compare_row *r, struct compare_cells *out);
// compare_geomean is the row that ends a table of several.
void compare_geomean(const struct compare_table *t, struct compare_cells *out);

// compare_remarks writes what holds for all of it, a sentence a line.
void compare_remarks(const struct comparison *c, FILE *out);

#endif
