// gobench_write.c - samples as Go benchmark text.
//
// Configuration holds until it changes, so a change names each key that ends.
// Nothing that differs from run to run may stand there: benchstat would make a
// table of each.
#include "gobench.h"

#include "unit.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

// put_lines writes a group; with end, lines that delete its keys.
static void put_lines(const char *group, bool end, FILE *out)
{
	while (*group) {
		size_t line = strcspn(group, "\n"), key = strcspn(group, ":\n");
		fprintf(out, "%.*s\n", (int)(end ? key + 1 : line), group);
		group += line + (group[line] != '\0');
	}
}

// put_word writes s with nothing in it that would end a field.
static void put_word(const char *s, FILE *out)
{
	for (; *s; s++)
		fputc(iscntrl((unsigned char)*s) || *s == ' ' ? '_' : *s, out);
}

static void put_text(const char *s, FILE *out)
{
	for (; *s; s++)
		fputc(iscntrl((unsigned char)*s) ? '_' : *s, out);
}

static void put_name(const char *name, FILE *out)
{
	fputs("Benchmark", out);
	if (islower((unsigned char)*name))
		fputc(toupper((unsigned char)*name++), out);
	put_word(name, out);
}

static int put_units(const struct samples *s, FILE *out)
{
	struct samples told = {0};
	int err = 0;
	for (size_t i = 0; !err && i < s->n; i++) {
		const struct samples_row *r = &s->row[i];
		const struct samples_row unit = {
			.name = "", .unit = r->unit, .group = "", .host = ""};
		if (r->better == SAMPLES_UNKNOWN || !*r->unit ||
		    samples_find(&told, "", r->unit, ""))
			continue;
		fputs("Unit ", out);
		put_word(r->unit, out);
		fprintf(out, " better=%s\n", samples_better_name(r->better));
		err = samples_add_failed(&told, &unit, 0);
	}
	samples_free(&told);
	return err;
}

static bool same_group(const struct samples_row *a, const struct samples_row *b)
{
	return !strcmp(a->group, b->group) && !strcmp(a->host, b->host);
}

// benchmark_rows returns how many rows from i on are metrics of one benchmark.
static size_t benchmark_rows(const struct samples *s, size_t i)
{
	size_t n = 1;
	while (i + n < s->n && same_group(&s->row[i], &s->row[i + n]) &&
	       !strcmp(s->row[i].name, s->row[i + n].name))
		n++;
	return n;
}

static void put_benchmark(const struct samples_row *row, size_t n, FILE *out)
{
	size_t lines = 0;
	for (size_t i = 0; i < n; i++)
		lines = row[i].n > lines ? row[i].n : lines;
	for (size_t rep = 0; rep < lines; rep++) {
		put_name(row->name, out);
		fputs(" 1", out);
		for (size_t i = 0; i < n; i++) {
			char number[32];
			if (rep >= row[i].n)
				continue;
			unit_exact(number, sizeof number, row[i].value[rep]);
			fprintf(out, " %s ", number);
			put_word(*row[i].unit ? row[i].unit : "1", out);
		}
		fputc('\n', out);
	}
}

int gobench_write(const struct samples *s, FILE *out)
{
	const struct samples_row none = {.group = "", .host = ""},
				 *before = &none;
	int err = put_units(s, out);
	for (size_t i = 0, n; i < s->n; i += n) {
		const struct samples_row *r = &s->row[i];
		n = benchmark_rows(s, i);
		if (!same_group(before, r)) {
			put_lines(before->group, true, out);
			put_lines(r->group, false, out);
			fputs("host: ", out);
			put_text(r->host, out);
			fputc('\n', out);
		}
		put_benchmark(r, n, out);
		before = r;
	}
	return !err && ferror(out) ? -EIO : err;
}
