// verdict_print.c - a verdict as a table, as Markdown and as JUnit XML.
#include "html.h"
#include "markdown.h"
#include "table.h"
#include "unit.h"
#include "utf8.h"
#include "verdict_file.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 6, CELL = 256, TEXT = 400, LAST_LINE = 100 };

struct cells {
	char text[COLUMNS][CELL];
	const char *cell[COLUMNS];
};

static const char *why_shown(const struct verdict_row *r)
{
	if (r->tail)
		return "a tail";
	return r->better == SAMPLES_UNKNOWN ? "no better side" : "0 now and then";
}

// reason says in words what a row's verdict rests on.
static void reason(const struct verdict_row *r, char *out, size_t size)
{
	char clean[CELL / 2];
	*out = '\0';
	switch (r->kind) {
	case VERDICT_FAILED:
		snprintf(out, size, "%s",
		         utf8_clean(clean, sizeof clean, r->failure));
		break;
	case VERDICT_NO_BASELINE:
		snprintf(out, size, "base does not have it");
		break;
	case VERDICT_INCONCLUSIVE:
		if (r->unsteady > 0)
			break;
		if (r->unconfirmed)
			snprintf(out, size, "seen, no time to confirm it");
		else if (r->flagged)
			snprintf(out, size, "seen once, not again");
		else if (!isfinite(r->detectable)) // read back it is not known
			snprintf(out, size, "too few values");
		else
			snprintf(out, size, "would have seen %.2g %%",
			         100 * r->detectable);
		break;
	case VERDICT_REGRESSED:
	case VERDICT_IMPROVED:
		if (verdict_has_zero(r))
			snprintf(out, size, "no ratio: from or to 0");
		break;
	case VERDICT_SHOWN:
		snprintf(out, size, "%s", why_shown(r));
		break;
	default:
		break;
	}
	if (r->unsteady > 0)
		snprintf(out, size, "the same run twice: %.2g %% apart",
		         100 * r->unsteady);
}

static void value(double v, const char *unit, char *out)
{
	char clean[64];
	*out = '\0';
	if (isfinite(v))
		unit_format(out, CELL, v, utf8_clean(clean, sizeof clean, unit));
}

static const char *group_of(const struct verdict_row *r)
{
	return r->group ? r->group : "";
}

// grouped says whether rows stand in several configurations, as those of several
// packages do.
static bool grouped(const struct verdict *v)
{
	for (size_t i = 1; i < v->n; i++)
		if (strcmp(group_of(&v->row[i]), group_of(&v->row[0])) != 0)
			return true;
	return false;
}

// label is the name of a row: with its package before it, or else with all of its
// configuration, where that tells rows apart.
static void label(const struct verdict_row *r, bool with_group, char *out)
{
	const char *group = with_group ? group_of(r) : "";
	const char *package = strstr(group, "pkg: ");
	size_t n = strlen(group);
	char text[CELL];
	if (package && (package == group || package[-1] == '\n')) {
		group = package + 5;
		n = strcspn(group, "\n");
	}
	while (n && group[n - 1] == '\n')
		n--;
	snprintf(text, sizeof text, "%.*s%s%s",
	         (int)(n < CELL / 2 ? n : CELL / 2), group, n ? " " : "",
	         r->name);
	utf8_clean(out, CELL, text);
}

static void fill(const struct verdict_row *r, bool with_group, struct cells *c)
{
	for (int i = 0; i < COLUMNS; i++) {
		c->text[i][0] = '\0';
		c->cell[i] = c->text[i];
	}
	label(r, with_group, c->text[0]);
	value(r->base, r->unit, c->text[1]);
	value(r->head, r->unit, c->text[2]);
	if (isfinite(r->estimate) && isfinite(r->low))
		snprintf(c->text[3], CELL, "%+.2f %% (%+.1f .. %+.1f)",
		         100 * r->estimate, 100 * r->low, 100 * r->high);
	else if (isfinite(r->estimate))
		snprintf(c->text[3], CELL, "%+.2f %%", 100 * r->estimate);
	snprintf(c->text[4], CELL, "%s", verdict_kind_name(r->kind));
	reason(r, c->text[5], CELL);
}

int verdict_print(const struct verdict *v, FILE *out)
{
	static const struct table_column columns[COLUMNS] = {
		{"", TABLE_LEFT},        {"base", TABLE_RIGHT},
		{"head", TABLE_RIGHT},   {"change (95 %)", TABLE_LEFT},
		{"verdict", TABLE_LEFT}, {"", TABLE_LEFT}};
	struct table *t = table_new(columns, COLUMNS);
	bool with_group = grouped(v);
	int err = t ? 0 : -ENOMEM;
	for (size_t i = 0; !err && i < v->n; i++) {
		struct cells c;
		fill(&v->row[i], with_group, &c);
		err = table_row(t, c.cell);
	}
	if (!err)
		err = table_print(t, out);
	table_free(t);
	return err;
}

// kind_of returns which rows make a gate end so; VERDICT_KINDS: none by themselves.
static enum verdict_kind kind_of(enum verdict_end e)
{
	switch (e) {
	case VERDICT_END_REGRESSED:
		return VERDICT_REGRESSED;
	case VERDICT_END_FAILED:
		return VERDICT_FAILED;
	case VERDICT_END_NO_BASELINE:
		return VERDICT_NO_BASELINE;
	case VERDICT_END_INCONCLUSIVE:
		return VERDICT_INCONCLUSIVE;
	default:
		return VERDICT_KINDS;
	}
}

void verdict_print_why(const struct verdict *v, size_t most, FILE *out)
{
	enum verdict_kind kind = kind_of(v->end);
	bool with_group = grouped(v);
	size_t n = 0;
	for (size_t i = 0; i < v->n; i++) {
		struct cells c;
		char unit[64];
		if (v->row[i].kind != kind || n++ >= most)
			continue;
		fill(&v->row[i], with_group, &c);
		fprintf(out, "%s %s: %s%s%s%s%s\n", c.cell[0],
		        utf8_clean(unit, sizeof unit, v->row[i].unit),
		        c.cell[4], *c.cell[3] ? ", " : "", c.cell[3],
		        *c.cell[5] ? ", " : "", c.cell[5]);
	}
	if (n > most)
		fprintf(out, "and %zu more\n", n - most);
}

//---------------------------------------------------------------------------
// Markdown
//---------------------------------------------------------------------------

// put_text writes what others have called something, not too much of it.
static void put_text(const char *text, FILE *out)
{
	char clean[TEXT];
	markdown_text(utf8_clean(clean, sizeof clean, text), out);
}

// say_sides names what was compared.
static void say_sides(const struct verdict_about *a, FILE *out)
{
	fputs("Base: ", out);
	put_text(a->base, out);
	fputs("<br>Head: ", out);
	put_text(a->head, out);
	fputs("\n\n", out);
}

// say_end says in one sentence what the whole came to.
static void say_end(const struct verdict *v, const struct verdict_about *a,
                    FILE *out)
{
	fprintf(out,
	        "**%s**: %zu rows, %zu processes, threshold %g %%, seed %llu.\n\n",
	        verdict_end_name(v->end), v->n, a->observations,
	        100 * v->threshold, (unsigned long long)v->seed);
	say_sides(a, out);
	if (v->end == VERDICT_TOO_NOISY)
		fprintf(out,
		        "%s differed from itself: this machine was too noisy to "
		        "tell anything.\n\n",
		        a->baseline ? "Head" : "Base");
	if (a->baseline) {
		fputs("Base was not measured: it is what was kept in ", out);
		put_text(a->baseline, out);
		fputs(". Whatever has changed on the machine since then counts "
		      "as a change of head.\n\n",
		      out);
	}
	if (v->end == VERDICT_UNFINISHED)
		fputs("The gate did not come to its end.\n\n", out);
	if (a->needed > 0)
		fprintf(out,
		        "The budget of %.0f s was short: %.0f s would have been "
		        "enough to find and to confirm.\n\n",
		        a->budget, ceil(a->needed));
}

static void markdown_row(const struct verdict_row *r, bool with_group, FILE *out)
{
	struct cells c;
	fill(r, with_group, &c);
	for (int i = 0; i < COLUMNS; i++) {
		fputs("| ", out);
		markdown_text(c.cell[i], out);
		fputc(' ', out);
	}
	fputs("|\n", out);
}

// A text that may not be longer than that.
struct bounded {
	FILE *out;
	size_t written, left_out, most;
};

// add_part adds what a memory stream holds, which is closed, or leaves it out. 0 or
// -ENOMEM.
static int add_part(struct bounded *b, FILE *part, char *const *text,
                    const size_t *size)
{
	if (fclose(part) == EOF) {
		free(*text);
		return -ENOMEM;
	}
	if (b->written + *size <= b->most) {
		fputs(*text, b->out);
		b->written += *size;
	} else {
		b->left_out++;
	}
	free(*text);
	return 0;
}

static int add_head(struct bounded *b, const struct verdict *v,
                    const struct verdict_about *a)
{
	char *text = NULL;
	size_t size;
	FILE *part = open_memstream(&text, &size);
	if (!part)
		return -ENOMEM;
	say_end(v, a, part);
	fputs("| | base | head | change (95 %) | verdict | |\n"
	      "|---|--:|--:|---|---|---|\n",
	      part);
	return add_part(b, part, &text, &size);
}

static int add_row(struct bounded *b, const struct verdict_row *r, bool with_group)
{
	char *text = NULL;
	size_t size;
	FILE *part = open_memstream(&text, &size);
	if (!part)
		return -ENOMEM;
	markdown_row(r, with_group, part);
	return add_part(b, part, &text, &size);
}

int verdict_markdown(const struct verdict *v, const struct verdict_about *a,
                     FILE *out)
{
	struct bounded b = {.out = out, .most = VERDICT_MARKDOWN_MAX - LAST_LINE};
	bool with_group = grouped(v);
	int err = add_head(&b, v, a);
	for (int kind = 0; !err && kind < VERDICT_KINDS; kind++)
		for (size_t i = 0; !err && i < v->n; i++)
			if (v->row[i].kind == (enum verdict_kind)kind)
				err = add_row(&b, &v->row[i], with_group);
	if (b.left_out)
		fprintf(out, "\n%zu more rows are in verdict.json.\n",
		        b.left_out);
	fputc('\n', out); // what is appended next is not part of the table
	return !err && ferror(out) ? -EIO : err;
}

//---------------------------------------------------------------------------
// JUnit XML
//---------------------------------------------------------------------------

static void attribute(const char *name, const char *text, FILE *out)
{
	fprintf(out, " %s=\"", name);
	html_text(out, text);
	fputc('"', out);
}

// GitLab shows the class name and not the suite: what is measured stands there.
static void junit_case(const struct verdict_row *r, bool with_group, FILE *out)
{
	static const char *const element[VERDICT_KINDS] = {
		[VERDICT_REGRESSED] = "failure",
		[VERDICT_FAILED] = "error",
		[VERDICT_NO_BASELINE] = "skipped",
		[VERDICT_INCONCLUSIVE] = "skipped",
		[VERDICT_SHOWN] = "skipped",
	};
	struct cells c;
	char message[3 * CELL];
	fill(r, with_group, &c);
	snprintf(message, sizeof message, "%s %s %s", c.cell[4], c.cell[3],
	         c.cell[5]);
	fputs("<testcase", out);
	attribute("classname", c.cell[0], out);
	attribute("name", r->unit, out);
	fputs(" time=\"0\">", out);
	if (element[r->kind]) {
		fprintf(out, "<%s", element[r->kind]);
		attribute("message", message, out);
		fputs("/>", out);
	}
	fputs("</testcase>\n", out);
}

int verdict_junit(const struct verdict *v, const struct verdict_about *a,
                  FILE *out)
{
	size_t count[VERDICT_KINDS] = {0};
	bool with_group = grouped(v);
	for (size_t i = 0; i < v->n; i++)
		count[v->row[i].kind]++;
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite",
	      out);
	attribute("name", "dyno gate", out);
	fprintf(out,
	        " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" "
	        "time=\"%.3f\"",
	        v->n, count[VERDICT_REGRESSED], count[VERDICT_FAILED],
	        count[VERDICT_NO_BASELINE] + count[VERDICT_INCONCLUSIVE] +
	                count[VERDICT_SHOWN],
	        a->seconds);
	attribute("hostname", a->host, out);
	fputs(">\n<properties>\n<property name=\"verdict\"", out);
	attribute("value", verdict_end_name(v->end), out);
	fputs("/>\n<property name=\"base\"", out);
	attribute("value", a->base, out);
	fputs("/>\n<property name=\"head\"", out);
	attribute("value", a->head, out);
	fputs("/>\n</properties>\n", out);
	for (size_t i = 0; i < v->n; i++)
		junit_case(&v->row[i], with_group, out);
	fputs("</testsuite>\n</testsuites>\n", out);
	return ferror(out) ? -EIO : 0;
}
