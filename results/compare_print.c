// compare_print.c - a comparison as a text table and as Markdown.
#include "compare.h"
#include "compare_cells.h"
#include "markdown.h"
#include "table.h"
#include "utf8.h"

#include <errno.h>
#include <math.h>
#include <string.h>

// put_group writes a group's lines, cleaned, each with what ends a line.
static void put_group(const char *group, const char *end, FILE *out)
{
	while (*group) {
		char line[COMPARE_NAME], clean[COMPARE_NAME];
		size_t n = strcspn(group, "\n");
		snprintf(line, sizeof line, "%.*s", (int)n, group);
		fprintf(out, "%s%s\n", utf8_clean(clean, sizeof clean, line),
		        end);
		group += n + (group[n] != '\0');
	}
}

static bool new_group(const struct comparison *c, size_t i)
{
	const char *before = i ? c->table[i - 1].group : "";
	return strcmp(before, c->table[i].group) != 0;
}

static int print_table(const struct comparison *c,
                       const struct compare_table *t, FILE *out)
{
	struct compare_cells head, cells;
	compare_heads(c, t, &head);
	const struct table_column columns[COMPARE_COLUMNS] = {
		{head.cell[0], TABLE_LEFT},  {head.cell[1], TABLE_RIGHT},
		{head.cell[2], TABLE_RIGHT}, {head.cell[3], TABLE_LEFT},
		{head.cell[4], TABLE_LEFT},  {head.cell[5], TABLE_LEFT}};
	struct table *table = table_new(columns, COMPARE_COLUMNS);
	int err = table ? 0 : -ENOMEM;
	for (size_t i = t->first; !err && i < t->first + t->n; i++) {
		compare_cells(&c->row[i], &cells);
		err = table_row(table, cells.cell);
	}
	if (!err && t->both > 1) {
		compare_geomean(t, &cells);
		err = table_row(table, cells.cell);
	}
	if (!err)
		err = table_print(table, out);
	table_free(table);
	return err;
}

int compare_print(const struct comparison *c, FILE *out)
{
	int err = 0;
	for (size_t i = 0; !err && i < c->n_table; i++) {
		if (i)
			fputc('\n', out);
		if (new_group(c, i))
			put_group(c->table[i].group, "", out);
		err = print_table(c, &c->table[i], out);
	}
	if (err)
		return err;
	fputc('\n', out);
	compare_remarks(c, out);
	return ferror(out) ? -EIO : 0;
}

//---------------------------------------------------------------------------
// Markdown
//---------------------------------------------------------------------------

static void markdown_row(const struct compare_cells *cells, FILE *out)
{
	for (int i = 0; i < COMPARE_COLUMNS; i++) {
		fputs("| ", out);
		markdown_text(cells->cell[i], out);
		fputc(' ', out);
	}
	fputs("|\n", out);
}

static void markdown_table(const struct comparison *c,
                           const struct compare_table *t, FILE *out)
{
	struct compare_cells cells;
	compare_heads(c, t, &cells);
	markdown_row(&cells, out);
	fputs("|---|--:|--:|---|---|---|\n", out);
	for (size_t i = t->first; i < t->first + t->n; i++) {
		compare_cells(&c->row[i], &cells);
		markdown_row(&cells, out);
	}
	if (t->both > 1) {
		compare_geomean(t, &cells);
		markdown_row(&cells, out);
	}
	fputc('\n', out);
}

int compare_markdown(const struct comparison *c, FILE *out)
{
	for (size_t i = 0; i < c->n_table; i++) {
		if (new_group(c, i)) {
			fputs("```\n", out);
			put_group(c->table[i].group, "", out);
			fputs("```\n\n", out);
		}
		markdown_table(c, &c->table[i], out);
	}
	compare_remarks(c, out);
	return ferror(out) ? -EIO : 0;
}
