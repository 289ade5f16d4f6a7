// table.c - keeps the cells, measures the columns, prints.
#include "table.h"

#include "markdown.h"
#include "utf8.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2, CELL = 256 }; // blanks between columns; longest cell in bytes

// cell is n * columns texts, row by row; a gap is a row whose first is NULL.
struct table {
	struct table_column *column;
	size_t columns;
	char **cell;
	size_t rows, room;
};

struct table *table_new(const struct table_column *columns, size_t n)
{
	struct table *t = calloc(1, sizeof *t);
	if (!t)
		return NULL;
	t->columns = n;
	t->column = malloc(n * sizeof *t->column);
	if (!t->column) {
		free(t);
		return NULL;
	}
	memcpy(t->column, columns, n * sizeof *t->column);
	return t;
}

void table_free(struct table *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->rows * t->columns; i++)
		free(t->cell[i]);
	free(t->cell);
	free(t->column);
	free(t);
}

// new_row returns the cells of another row, all NULL; or NULL.
static char **new_row(struct table *t)
{
	if (t->rows == t->room) {
		size_t room = t->room ? 2 * t->room : 16;
		char **cell = realloc(t->cell, room * t->columns * sizeof *cell);
		if (!cell)
			return NULL;
		t->cell = cell;
		t->room = room;
	}
	char **row = t->cell + t->rows++ * t->columns;
	memset(row, 0, t->columns * sizeof *row);
	return row;
}

int table_row(struct table *t, const char *const *cell)
{
	char **row = new_row(t);
	if (!row)
		return -ENOMEM;
	for (size_t i = 0; i < t->columns; i++) {
		char clean[CELL];
		row[i] = strdup(utf8_clean(clean, CELL, cell[i] ? cell[i] : ""));
		if (!row[i])
			return -ENOMEM;
	}
	return 0;
}

int table_gap(struct table *t)
{
	return new_row(t) ? 0 : -ENOMEM;
}

static size_t column_width(const struct table *t, size_t i)
{
	size_t width = utf8_width(t->column[i].head);
	for (size_t r = 0; r < t->rows; r++) {
		const char *cell = t->cell[r * t->columns + i];
		size_t w = cell ? utf8_width(cell) : 0;
		if (w > width)
			width = w;
	}
	return width;
}

static void pad(size_t n, FILE *out)
{
	while (n--)
		fputc(' ', out);
}

// A line being written. Blanks are owed until something follows them, so that
// no line ends in any.
struct line {
	FILE *out;
	size_t owed;
};

static void put(struct line *l, const char *text, size_t width,
                enum table_align align)
{
	size_t fill = width - utf8_width(text);
	if (align == TABLE_RIGHT)
		l->owed += fill;
	if (*text) {
		pad(l->owed, l->out);
		l->owed = 0;
		fputs(text, l->out);
	}
	if (align == TABLE_LEFT)
		l->owed += fill;
	l->owed += GAP;
}

// put_rule underlines a column that has a head.
static void put_rule(struct line *l, const char *head, size_t width)
{
	if (!*head) {
		l->owed += width + GAP;
		return;
	}
	pad(l->owed, l->out);
	for (size_t k = 0; k < width; k++)
		fputc('-', l->out);
	l->owed = GAP;
}

static void print_head(const struct table *t, const size_t *width, FILE *out)
{
	struct line l = {out, 0};
	for (size_t i = 0; i < t->columns; i++)
		put(&l, t->column[i].head, width[i], t->column[i].align);
	fputc('\n', out);
	l.owed = 0;
	for (size_t i = 0; i < t->columns; i++)
		put_rule(&l, t->column[i].head, width[i]);
	fputc('\n', out);
}

static void print_row(const struct table *t, char *const *row,
                      const size_t *width, FILE *out)
{
	struct line l = {out, 0};
	for (size_t i = 0; i < t->columns && row[0]; i++)
		put(&l, row[i], width[i], t->column[i].align);
	fputc('\n', out);
}

int table_print(const struct table *t, FILE *out)
{
	size_t *width = malloc(t->columns * sizeof *width);
	if (!width)
		return -ENOMEM;
	for (size_t i = 0; i < t->columns; i++)
		width[i] = column_width(t, i);
	print_head(t, width, out);
	for (size_t r = 0; r < t->rows; r++)
		print_row(t, t->cell + r * t->columns, width, out);
	free(width);
	return ferror(out) ? -EIO : 0;
}

static void markdown_row(const struct table *t, char *const *row, FILE *out)
{
	for (size_t i = 0; i < t->columns; i++) {
		fputs("| ", out);
		markdown_text(row[i], out);
		fputc(' ', out);
	}
	fputs("|\n", out);
}

int table_markdown(const struct table *t, FILE *out)
{
	for (size_t i = 0; i < t->columns; i++) {
		fputs("| ", out);
		markdown_text(t->column[i].head, out);
		fputc(' ', out);
	}
	fputs("|\n", out);
	for (size_t i = 0; i < t->columns; i++)
		fputs(t->column[i].align == TABLE_RIGHT ? "|--:" : "|---", out);
	fputs("|\n", out);
	for (size_t r = 0; r < t->rows; r++) {
		char *const *row = t->cell + r * t->columns;
		if (row[0])
			markdown_row(t, row, out);
	}
	return ferror(out) ? -EIO : 0;
}
