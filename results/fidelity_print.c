// fidelity_print.c - the fidelity report as text and as Markdown, which say the same.
//
// A table is filled row by row into a sheet, and the sheet knows how it is written.
#include "fidelity.h"
#include "fidelity_cells.h"
#include "markdown.h"
#include "table.h"
#include "utf8.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 300, LIST = 400, COLUMNS = 64 };

struct sheet {
	FILE *out;
	bool markdown;
	struct table *table; // of a text, while it is filled
	size_t columns;
	int err;
};

//---------------------------------------------------------------------------
// Sheets
//---------------------------------------------------------------------------

static void put_text(const struct sheet *s, const char *text)
{
	char clean[NAME];
	utf8_clean(clean, sizeof clean, text);
	if (s->markdown)
		markdown_text(clean, s->out);
	else
		fputs(clean, s->out);
}

static void row(struct sheet *s, const char *const *cell)
{
	if (s->err)
		return;
	if (!s->markdown) {
		s->err = table_row(s->table, cell);
		return;
	}
	for (size_t i = 0; i < s->columns; i++) {
		fputs("| ", s->out);
		if (i) // numbers and words of ours
			fputs(cell[i], s->out);
		else
			put_text(s, cell[i]);
		fputc(' ', s->out);
	}
	fputs("|\n", s->out);
}

static void begin(struct sheet *s, const struct table_column *column, size_t n)
{
	const char *head[COLUMNS];
	if (s->err)
		return;
	s->columns = n;
	if (!s->markdown) {
		s->table = table_new(column, n);
		s->err = s->table ? 0 : -ENOMEM;
		return;
	}
	for (size_t i = 0; i < n; i++)
		head[i] = column[i].head;
	row(s, head);
	for (size_t i = 0; i < n; i++)
		fputs(column[i].align == TABLE_RIGHT ? "|--:" : "|---", s->out);
	fputs("|\n", s->out);
}

static void end(struct sheet *s)
{
	if (!s->err && s->table)
		s->err = table_print(s->table, s->out);
	table_free(s->table);
	s->table = NULL;
	fputc('\n', s->out);
}

//---------------------------------------------------------------------------
// The summary
//---------------------------------------------------------------------------

static const char *full_name(const struct fidelity_workload *w, char *out)
{
	snprintf(out, NAME, "%s%s%s", w->name, *w->setting ? "  " : "",
	         w->setting);
	return out;
}

// is_alone says whether no other workload has the name, so that it will do.
static bool is_alone(const struct fidelity *f, size_t i)
{
	const char *name = f->workload[i].name;
	return (i == 0 || strcmp(f->workload[i - 1].name, name)) &&
	       (i + 1 == f->n || strcmp(f->workload[i + 1].name, name));
}

static void put_summary(struct sheet *s, const struct fidelity *f)
{
	static const struct table_column columns[] = {
		{"workload", TABLE_LEFT},         {"", TABLE_LEFT},
		{"rank correlation", TABLE_LEFT}, {"best P", TABLE_LEFT},
		{"throughput", TABLE_LEFT},       {"differs in", TABLE_LEFT}};
	begin(s, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < f->n; i++) {
		const struct fidelity_workload *w = &f->workload[i];
		char name[NAME], tau[FIDELITY_CELL], best[FIDELITY_CELL];
		char range[FIDELITY_CELL], list[LIST];
		row(s, (const char *const[]){
			       is_alone(f, i) ? w->name : full_name(w, name),
			       fidelity_word_name(w->verdict),
			       fidelity_tau_text(w, tau),
			       fidelity_best_text(w, best),
			       fidelity_range_text(w, range),
			       fidelity_differing(w, list, sizeof list)});
	}
	end(s);
}

static void put_sum(struct sheet *s, const struct fidelity *f)
{
	const struct fidelity_sum sum = fidelity_sum(f);
	fprintf(s->out,
	        "Of %zu workloads %zu agree, %zu differ and %zu are undecided",
	        f->n, sum.word[FIDELITY_AGREES], sum.word[FIDELITY_DIFFERS],
	        sum.word[FIDELITY_UNDECIDED]);
	if (sum.differing)
		fprintf(s->out, "; of %zu disagreements %zu are open",
		        sum.differing, sum.open);
	fputs(".\n\n", s->out);
}

// put_measures counts the words of each measure.
static void put_measures(struct sheet *s, const struct fidelity *f)
{
	static const struct table_column columns[] = {{"workloads", TABLE_LEFT},
	                                              {"agree", TABLE_RIGHT},
	                                              {"differ", TABLE_RIGHT},
	                                              {"undecided", TABLE_RIGHT},
	                                              {"unknown", TABLE_RIGHT}};
	const struct fidelity_sum sum = fidelity_sum(f);
	begin(s, columns, sizeof columns / sizeof *columns);
	for (int m = 0; m < FIDELITY_MEASURES; m++) {
		const char *cell[1 + FIDELITY_ABSENT];
		char text[FIDELITY_ABSENT][24];
		cell[0] = fidelity_measure_name((enum fidelity_measure)m);
		for (int i = 0; i < FIDELITY_ABSENT; i++) {
			snprintf(text[i], sizeof text[i], "%zu",
			         sum.measure[m][i]);
			cell[1 + i] = text[i];
		}
		if (sum.measure[m][FIDELITY_ABSENT] < f->n)
			row(s, cell);
	}
	end(s);
}

// put_about says what is compared, and what the tables show.
static void put_about(struct sheet *s, const struct fidelity *f)
{
	put_text(s, f->policy ? f->policy : "Dyno");
	fputs(" against ", s->out);
	put_text(s, f->go ? f->go : "Go of an unknown version");
	fprintf(s->out, ", %zu trials", f->trials);
	if (f->machine) {
		fputs(" on ", s->out);
		put_text(s, f->machine);
	}
	fputs(".\n\n", s->out);
}

static void put_legend(struct sheet *s)
{
	fputs("Throughput, p50 and p99: Dyno's over Go's, with the 95 % interval (*: the range "
	      "of fewer\nthan 6 values). All others: Dyno / Go; the shape is the throughput over "
	      "that at the least\nGOMAXPROCS. Threads (the most), spinning, idle Ps and queues "
	      "(means) are both sides' own\nschedtrace. Steals and handoffs are for each "
	      "operation; Go does not tell them.\n\n",
	      s->out);
}

//---------------------------------------------------------------------------
// One workload
//---------------------------------------------------------------------------

static void put_points(struct sheet *s, const struct fidelity_workload *w)
{
	size_t points = w->n < COLUMNS - 2 ? w->n : COLUMNS - 2;
	struct table_column column[COLUMNS] = {{"GOMAXPROCS", TABLE_LEFT},
	                                       {"", TABLE_LEFT}};
	char heads[COLUMNS][16], text[COLUMNS][FIDELITY_CELL];
	const char *cell[COLUMNS];
	for (size_t i = 0; i < points; i++) {
		snprintf(heads[i], sizeof heads[i], "%d", w->point[i].procs);
		column[2 + i] = (struct table_column){heads[i], TABLE_LEFT};
	}
	begin(s, column, 2 + points);
	for (int k = 0; k < FIDELITY_MEASURES; k++) {
		enum fidelity_measure m = (enum fidelity_measure)k;
		if (w->word[m] == FIDELITY_ABSENT)
			continue;
		cell[0] = fidelity_measure_name(m);
		cell[1] = fidelity_word_name(w->word[m]);
		for (size_t i = 0; i < points; i++)
			cell[2 + i] = fidelity_cell_text(w, i, m, text[i]);
		row(s, cell);
	}
	end(s);
	if (points < w->n)
		fprintf(s->out,
		        "%zu more values of GOMAXPROCS are not shown.\n\n",
		        w->n - points);
}

static void put_failures(struct sheet *s, const struct fidelity_workload *w)
{
	size_t failed[FIDELITY_SIDES] = {0};
	for (size_t i = 0; i < w->n; i++) {
		failed[0] += w->point[i].failed[0];
		failed[1] += w->point[i].failed[1];
	}
	if (failed[0] || failed[1])
		fprintf(s->out,
		        "Trials that left no number: %zu of Dyno, %zu of Go.\n\n",
		        failed[FIDELITY_DYNO], failed[FIDELITY_GO]);
}

// A reason is text of whoever keeps the file; in Markdown it is Markdown.
static void put_reason(struct sheet *s, const char *reason)
{
	char clean[4096];
	fputs(utf8_clean(clean, sizeof clean, reason), s->out);
}

static void put_reasons(struct sheet *s, const struct fidelity_workload *w)
{
	bool any = false;
	for (int m = 0; m < FIDELITY_MEASURES; m++) {
		if (w->word[m] != FIDELITY_DIFFERS)
			continue;
		fprintf(s->out, "- %s differs: ",
		        fidelity_measure_name((enum fidelity_measure)m));
		put_reason(s, w->reason[m] ? w->reason[m] : "open");
		fputc('\n', s->out);
		any = true;
	}
	if (any)
		fputc('\n', s->out);
}

static void put_workload(struct sheet *s, const struct fidelity_workload *w)
{
	char name[NAME];
	fputs(s->markdown ? "### " : "", s->out);
	put_text(s, full_name(w, name));
	fprintf(s->out, ": %s\n\n", fidelity_word_name(w->verdict));
	put_points(s, w);
	put_failures(s, w);
	put_reasons(s, w);
}

// put_stale names the reasons that explain nothing (any more).
static void put_stale(struct sheet *s, const struct fidelity *f)
{
	for (size_t i = 0; i < f->n_reason; i++) {
		const struct fidelity_reason *r = &f->reason[i];
		if (r->found)
			continue;
		fprintf(s->out, "%sstale (line %d): %s of ",
		        s->markdown ? "- " : "", r->line,
		        fidelity_measure_name(r->measure));
		put_text(s, r->workload);
		fputs(r->known ? " does not differ\n" : " was not measured\n",
		      s->out);
	}
}

static int put_all(struct sheet *s, const struct fidelity *f)
{
	put_about(s, f);
	put_summary(s, f);
	put_sum(s, f);
	put_measures(s, f);
	put_legend(s);
	for (size_t i = 0; i < f->n; i++)
		put_workload(s, &f->workload[i]);
	put_stale(s, f);
	return s->err ? s->err : ferror(s->out) ? -EIO : 0;
}

int fidelity_print(const struct fidelity *f, FILE *out)
{
	struct sheet s = {.out = out};
	return put_all(&s, f);
}

int fidelity_markdown(const struct fidelity *f, FILE *out)
{
	struct sheet s = {.out = out, .markdown = true};
	return put_all(&s, f);
}
