// page.c - the text of power.json: nothing stands in it that is not there.
#include "page.h"

#include "share.h"

#include "experiment.h"

#include <errno.h>
#include <math.h>
#include <results/table.h>
#include <stdarg.h>
#include <string.h>

enum { COLUMNS = 10, CELL = 96 };

#define TOO_NOISY_MOST 0.05 // of gates without a change, on an idle machine

//---------------------------------------------------------------------------
// Cells
//---------------------------------------------------------------------------

// A row that is being filled.
struct row {
	char text[COLUMNS][CELL];
	const char *cell[COLUMNS];
	int n;
};

__attribute__((format(printf, 2, 3))) static void put(struct row *r,
                                                      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(r->text[r->n], CELL, format, args);
	va_end(args);
	r->cell[r->n] = r->text[r->n];
	r->n++;
}

static void put_share(struct row *r, const json_t *o, const char *key)
{
	share_text(r->text[r->n], CELL, json_object_get(o, key));
	r->cell[r->n] = r->text[r->n];
	r->n++;
}

static long count(const json_t *o, const char *key)
{
	return (long)json_integer_value(json_object_get(o, key));
}

static double number(const json_t *o, const char *key)
{
	return json_number_value(json_object_get(o, key));
}

static const char *text(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}

static long gates(const json_t *o, const char *key)
{
	return count(json_object_get(o, key), "gates");
}

//---------------------------------------------------------------------------
// Tables
//---------------------------------------------------------------------------

static struct table *recorded_table(const json_t *document)
{
	static const struct table_column columns[] = {
		{"", TABLE_LEFT},
		{"gates", TABLE_RIGHT},
		{"regressed, 95 %", TABLE_LEFT},
		{"improved", TABLE_RIGHT},
		{"too noisy, 95 %", TABLE_LEFT},
		{"inconclusive", TABLE_RIGHT},
		{"pass", TABLE_RIGHT},
		{"failed", TABLE_RIGHT},
		{"mean time", TABLE_RIGHT},
		{"SD of a block", TABLE_LEFT}};
	const json_t *all = json_object_get(document, "recorded"), *o;
	struct table *t = table_new(columns, COLUMNS);
	size_t i;

	json_array_foreach(all, i, o)
	{
		struct row r = {.n = 0};

		put(&r, "%s", text(o, "says"));
		put(&r, "%ld", count(o, "gates"));
		put_share(&r, o, "regressed");
		put(&r, "%ld", gates(o, "improved"));
		put_share(&r, o, "too-noisy");
		put(&r, "%ld", gates(o, "inconclusive"));
		put(&r, "%ld", gates(o, "pass"));
		put(&r, "%ld", gates(o, "failed"));
		put(&r, "%.0f s", number(o, "mean_seconds"));
		put(&r, "%.1f %%; %.1f to %.1f", 100 * number(o, "block_sd"),
		    100 * number(o, "block_sd_5"),
		    100 * number(o, "block_sd_95"));
		if (t && table_row(t, r.cell)) {
			table_free(t);
			t = NULL;
		}
	}
	return t;
}

static struct table *played_table(const json_t *document)
{
	static const struct table_column columns[] = {
		{"budget", TABLE_RIGHT},     {"slower by", TABLE_RIGHT},
		{"found, 95 %", TABLE_LEFT}, {"wrong, 95 %", TABLE_LEFT},
		{"too noisy", TABLE_RIGHT},  {"inconclusive", TABLE_RIGHT},
		{"pass", TABLE_RIGHT},       {"mean time", TABLE_RIGHT}};
	const json_t *played = json_object_get(document, "played"), *o;
	struct table *t = table_new(columns, 8);
	size_t i;

	json_array_foreach(json_object_get(played, "all"), i, o)
	{
		struct row r = {.n = 0};

		put(&r, "%.0f s", number(o, "budget"));
		put(&r, "%.1f %%", 100 * number(o, "effect"));
		put_share(&r, o, "found");
		put_share(&r, o, "wrong");
		put(&r, "%ld", gates(o, "too-noisy"));
		put(&r, "%ld", gates(o, "inconclusive"));
		put(&r, "%ld", gates(o, "pass"));
		put(&r, "%.0f s", number(o, "mean_seconds"));
		if (t && table_row(t, r.cell)) {
			table_free(t);
			t = NULL;
		}
	}
	return t;
}

static struct table *machines_table(const json_t *document)
{
	static const struct table_column columns[] = {
		{"machine", TABLE_LEFT}, {"dyno", TABLE_LEFT},
		{"gates", TABLE_RIGHT},  {"side by side", TABLE_RIGHT},
		{"from", TABLE_LEFT},    {"to", TABLE_LEFT}};
	const json_t *all = json_object_get(document, "machines"), *o;
	struct table *t = table_new(columns, 6);
	size_t i;

	json_array_foreach(all, i, o)
	{
		struct row r = {.n = 0};

		put(&r, "%s", text(o, "host"));
		put(&r, "%s", text(o, "version"));
		put(&r, "%ld", count(o, "gates"));
		put(&r, "%ld", count(o, "side_by_side"));
		put(&r, "%s", text(o, "first"));
		put(&r, "%s", text(o, "last"));
		if (t && table_row(t, r.cell)) {
			table_free(t);
			t = NULL;
		}
	}
	return t;
}

//---------------------------------------------------------------------------
// What was asked
//---------------------------------------------------------------------------

// held says whether what was asked of so many gates holds, or that they are too
// few to say.
static const char *held(const json_t *o, bool yes)
{
	if (count(o, "gates") < count(o, "asked"))
		return "too few so far";
	return yes ? "holds" : "DOES NOT HOLD";
}

static void goal(const json_t *o, const struct experiment_kind *k, FILE *out)
{
	const json_t *found = json_object_get(o, "found");
	long n = count(o, "gates");
	bool none = k->extra <= 0;
	long seen = none ? count(found, "gates") : gates(o, "regressed");

	fprintf(out, "* %s: asked were %s %zu of %zu; ", k->says,
	        none ? "at most" : "at least", none ? k->most : k->least,
	        k->asked);
	if (none)
		fprintf(out,
		        "%ld of %ld found something that is not there, so that the "
		        "chance is at most %.1f %%",
		        seen, n, 100 * number(found, "high"));
	else
		fprintf(out, "%ld of %ld found it", seen, n);
	fprintf(out, ": %s.\n",
	        held(o, none ? (size_t)seen <= k->most
	                     : (size_t)seen >= k->least));
	if (!none)
		return;
	fprintf(out,
	        "* %s: asked were at most %.0f %% too noisy; %ld of %ld are: %s.\n",
	        k->says, 100 * TOO_NOISY_MOST, gates(o, "too-noisy"), n,
	        held(o, (double)gates(o, "too-noisy") <=
	                        TOO_NOISY_MOST * (double)n));
}

static void put_goals(const json_t *document, FILE *out)
{
	const json_t *all = json_object_get(document, "recorded"), *o;
	size_t i;

	json_array_foreach(all, i, o)
	{
		for (int k = 0; k < EXPERIMENTS; k++)
			if (!strcmp(text(o, "name"), experiment_kinds[k].name))
				goal(o, &experiment_kinds[k], out);
	}
}

static void put_again(const json_t *document, FILE *out)
{
	const json_t *all = json_object_get(document, "recorded"), *o;
	long n = 0, alike = 0, flagged = 0;
	size_t i;

	json_array_foreach(all, i, o)
	{
		n += count(o, "gates");
		alike += count(o, "decided_again_alike");
		flagged += number(o, "extra_work") > 0 ? 0 : gates(o, "flagged");
	}
	fprintf(out,
	        "Of the %ld gates %ld end alike when they are decided again from "
	        "their blocks. Confirmation\nwas asked for in %ld gates without a "
	        "change.\n",
	        n, alike, flagged);
}

//---------------------------------------------------------------------------
// The page
//---------------------------------------------------------------------------

typedef int (*writer)(const struct table *t, FILE *out);

static int put_table(struct table *t, writer write, FILE *out)
{
	int err = t ? write(t, out) : -ENOMEM;

	table_free(t);
	return err;
}

static void say_played(const json_t *played, FILE *out)
{
	fprintf(out,
	        "\n%ld gates for each line, played from the %ld blocks of %ld gates "
	        "without a change:\n\n",
	        count(played, "gates"), count(played, "from_blocks"),
	        count(played, "from_gates"));
}

static int put_tables(const json_t *document, writer write, FILE *out)
{
	const json_t *played = json_object_get(document, "played");
	int err = put_table(recorded_table(document), write, out);

	fputc('\n', out);
	put_goals(document, out);
	fputc('\n', out);
	put_again(document, out);
	if (!err && json_array_size(json_object_get(played, "all"))) {
		say_played(played, out);
		err = put_table(played_table(document), write, out);
	}
	return err;
}

int page_print(const json_t *document, FILE *out)
{
	int err = put_tables(document, table_print, out);

	return !err && ferror(out) ? -EIO : err;
}

int page_markdown(const json_t *document, FILE *out)
{
	int err;

	fputs("# How good the gate is\n\n"
	      "`dyno gate` with its usual threshold of 2 %, run on a program whose "
	      "work is known exactly: head\n"
	      "is base, or does 5 or 10 % more. Bounds are exact (Clopper and "
	      "Pearson). The last column is the noise\n"
	      "that there was: the standard deviation of the change that one block "
	      "of six runs sees, its median over\n"
	      "the gates, and between what nine in ten of them lie.\n\n",
	      out);
	err = put_tables(document, table_markdown, out);
	fputs("\nA gate is played from stretches of recorded blocks, in which each "
	      "of the three arms is called head as\n"
	      "often, and one row of head is made slower by so much, through the "
	      "course and the decision of a real gate.\n"
	      "*Wrong* is a row that is said to differ and does not, or differs "
	      "the other way.\n\n",
	      out);
	if (!err)
		err = put_table(machines_table(document), table_markdown, out);
	fputs("\n---\n\nMade from aa.jsonl, slow5.jsonl and slow10.jsonl, a line a "
	      "gate, by `scripts/gate-power report`;\n`scripts/gate-power` goes on "
	      "counting. All numbers are in power.json.\n",
	      out);
	return !err && ferror(out) ? -EIO : err;
}
