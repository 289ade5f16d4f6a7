// table.h - aligned text tables for terminals and pipes.
//
// Widths are those that a terminal shows: UTF-8 aware, combining marks count
// nothing, wide characters two. What cannot be printed is shown as '?'.
#ifndef RESULTS_TABLE_H
#define RESULTS_TABLE_H

#include <stddef.h>
#include <stdio.h>

struct table;

enum table_align { TABLE_LEFT, TABLE_RIGHT };

// A column: its head may be "", which is blank.
struct table_column {
	const char *head;
	enum table_align align;
};

// table_new returns an empty table, or NULL without memory.
struct table *table_new(const struct table_column *columns, size_t n);
void table_free(struct table *t);

// table_row adds a row of n cells, one per column, copied; NULL is blank.
// 0 or -ENOMEM.
int table_row(struct table *t, const char *const *cell);

// table_gap adds an empty line between groups of rows.
int table_gap(struct table *t);

// table_print writes it, the head first and a rule under it; no line has
// trailing blanks. 0, or -EIO when the stream fails.
int table_print(const struct table *t, FILE *out);

// table_markdown writes it as Markdown, without the empty lines.
int table_markdown(const struct table *t, FILE *out);

#endif
