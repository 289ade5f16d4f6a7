// audit_print.c - an audit as a table and as CSV: the same cells in both.
//
// The table writes "-" for what is unknown or not limited and shows the end of
// a long path; CSV leaves such cells empty and cuts nothing. CSV is RFC 4180,
// with lines that end as Unix has them.
#include "audit.h"

#include <errno.h>
#include <results/table.h>
#include <results/utf8.h>
#include <stdarg.h>
#include <string.h>

enum { COLUMNS = 11, CELL = 512, PATH_SHOWN = 40 };

struct cells {
	char text[COLUMNS][CELL];
	int n;
};

static const struct {
	const char *head, *name; // in the table, in CSV
	enum table_align align;
} columns[COLUMNS] = {
	{"pid", "pid", TABLE_RIGHT},
	{"program", "program", TABLE_LEFT},
	{"Go", "go", TABLE_LEFT},
	{"P", "gomaxprocs", TABLE_RIGHT},
	{"rule", "rule", TABLE_LEFT},
	{"CPUs", "cpus_allowed", TABLE_RIGHT},
	{"quota", "quota_cpus", TABLE_RIGHT},
	{"throttled", "throttled_percent", TABLE_RIGHT},
	{"for s", "throttled_s", TABLE_RIGHT},
	{"waited", "waited_percent", TABLE_RIGHT},
	{"notes", "notes", TABLE_LEFT},
};

static void put(struct cells *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct cells *c, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(c->text[c->n++], CELL, fmt, args);
	va_end(args);
}

static void put_known(struct cells *c, bool known, const char *fmt, double v)
	__attribute__((format(printf, 3, 0)));

static void put_known(struct cells *c, bool known, const char *fmt, double v)
{
	c->text[c->n][0] = '\0';
	if (known)
		snprintf(c->text[c->n], CELL, fmt, v);
	c->n++;
}

static void put_notes(struct cells *c, const struct verdict *v)
{
	char *out = c->text[c->n++];
	size_t n = 0;

	*out = '\0';
	for (int i = 0; i < v->notes && n < CELL; i++)
		n += (size_t)snprintf(out + n, CELL - n, "%s%s", i ? " " : "",
		                      v->note[i].name);
}

static void fill(struct cells *c, const struct audit_row *row)
{
	const struct process *p = &row->process;
	const struct verdict *v = &row->verdict;
	int tightest = cgroup_tightest(&p->cgroup);
	const char *version = p->binary.version;

	c->n = 0;
	put(c, "%s", p->pid);
	put(c, "%s", p->program);
	put(c, "%s", strncmp(version, "go", 2) == 0 ? version + 2 : version);
	put_known(c, v->procs, "%.0f", v->procs);
	put(c, "%s", verdict_rule_name(v->rule));
	put_known(c, p->cpus_allowed, "%.0f", p->cpus_allowed);
	put_known(c, tightest >= 0, "%.4g",
	          tightest >= 0 ? p->cgroup.level[tightest].cpus : 0);
	put_known(c, row->throttled >= 0, "%.3g", 100 * row->throttled);
	put_known(c, row->throttled >= 0, "%.3g", row->throttled_s);
	put_known(c, row->waited >= 0, "%.3g", 100 * row->waited);
	put_notes(c, v);
}

//---------------------------------------------------------------------------
// A table
//---------------------------------------------------------------------------

static int print_row(struct table *t, const struct audit_row *row)
{
	const char *cell[COLUMNS];
	struct cells c;
	size_t len;

	fill(&c, row);
	for (int i = 0; i < COLUMNS; i++)
		cell[i] = *c.text[i] ? c.text[i] : "-";
	len = strlen(cell[1]);
	if (len > PATH_SHOWN)
		cell[1] += len - PATH_SHOWN;
	return table_row(t, cell);
}

int audit_print(const struct audit *a)
{
	struct table_column heads[COLUMNS];
	struct table *t;
	int err = 0;

	for (int i = 0; i < COLUMNS; i++)
		heads[i] = (struct table_column){columns[i].head,
		                                 columns[i].align};
	t = table_new(heads, COLUMNS);
	if (!t)
		return -ENOMEM;
	for (size_t i = 0; !err && i < a->n; i++)
		err = print_row(t, &a->row[i]);
	if (!err && a->n)
		err = table_print(t, stdout);
	table_free(t);
	if (!err)
		printf("%s%zu Go program%s; %zu other process%s, %zu hidden\n",
		       a->n ? "\n" : "", a->n, a->n == 1 ? "" : "s", a->others,
		       a->others == 1 ? "" : "es", a->hidden);
	return err;
}

//---------------------------------------------------------------------------
// CSV
//---------------------------------------------------------------------------

static void csv_cell(const char *text, FILE *out)
{
	char clean[CELL];

	utf8_clean(clean, sizeof clean, text);
	if (!strpbrk(clean, ",\"")) {
		fputs(clean, out);
		return;
	}
	fputc('"', out);
	for (const char *at = clean; *at; at++) {
		if (*at == '"')
			fputc('"', out);
		fputc(*at, out);
	}
	fputc('"', out);
}

int audit_csv(const struct audit *a, FILE *out)
{
	struct cells c;

	for (int i = 0; i < COLUMNS; i++)
		fprintf(out, "%s%s", i ? "," : "", columns[i].name);
	fputc('\n', out);
	for (size_t r = 0; r < a->n; r++) {
		fill(&c, &a->row[r]);
		for (int i = 0; i < COLUMNS; i++) {
			if (i)
				fputc(',', out);
			csv_cell(c.text[i], out);
		}
		fputc('\n', out);
	}
	return ferror(out) ? -EIO : 0;
}
