// compare_cells.c - benchstat's look: the median with its interval in percent,
// the change where there is one to speak of and "~" where there is none.
#include "compare_cells.h"

#include "unit.h"
#include "utf8.h"

#include <math.h>
#include <string.h>

static void point_at(struct compare_cells *out)
{
	out->cell[0] = out->name;
	for (int i = 1; i < COMPARE_COLUMNS; i++)
		out->cell[i] = out->text[i - 1];
}

// spread is how far the interval reaches from the median, in percent.
static double spread(const struct compare_side *s)
{
	double down = s->median - s->interval.low;
	double up = s->interval.high - s->median;
	return 100 * (up > down ? up : down) / fabs(s->median);
}

static void side(const struct compare_side *s, char *out)
{
	const char *prefix;
	char digits[48];
	*out = '\0';
	if (!s->row || isnan(s->median))
		return;
	double factor = s->median != 0 ? unit_scale(s->median, &prefix) : 1;
	if (s->median == 0)
		prefix = "";
	unit_digits(digits, sizeof digits, s->median / factor);
	int n = snprintf(out, COMPARE_CELL, "%s%s", digits, prefix);
	if (s->interval.range)
		snprintf(out + n, COMPARE_CELL - (size_t)n, " ± ∞");
	else if (s->median != 0)
		snprintf(out + n, COMPARE_CELL - (size_t)n, " ± %.0f %%",
		         spread(s));
}

static const char *judgement(const struct compare_row *r)
{
	if (r->better == SAMPLES_UNKNOWN || r->change == 0)
		return "";
	return (r->change > 0) == (r->better == SAMPLES_HIGHER) ? " better"
	                                                        : " worse";
}

static void change(const struct compare_row *r, char *out)
{
	*out = '\0';
	if (isnan(r->p))
		return;
	if (!r->differs || isnan(r->change))
		snprintf(out, COMPARE_CELL, r->differs ? "?" : "~");
	else
		snprintf(out, COMPARE_CELL, "%+.2f %%%s", 100 * r->change,
		         judgement(r));
}

static void evidence(const struct compare_row *r, char *out)
{
	*out = '\0';
	if (isnan(r->p))
		return;
	size_t na = r->a.row->n, nb = r->b.row->n;
	if (na == nb)
		snprintf(out, COMPARE_CELL, "p=%.3f n=%zu", r->p, na);
	else
		snprintf(out, COMPARE_CELL, "p=%.3f n=%zu+%zu", r->p, na, nb);
}

static size_t failures(const struct compare_side *s)
{
	return s->row ? s->row->failed : 0;
}

// add_disturbed says behind the note how many values were disturbed, or left out.
static void add_disturbed(const struct compare_row *r, char *out)
{
	const struct samples_row none = {.n = 0};
	const struct samples_row *a = r->a.row ? r->a.row : &none;
	const struct samples_row *b = r->b.row ? r->b.row : &none;
	size_t n = strlen(out);
	if (a->disturbed || b->disturbed)
		n += (size_t)snprintf(out + n, COMPARE_CELL - n,
		                      "%s%zu and %zu disturbed", n ? ", " : "",
		                      a->disturbed, b->disturbed);
	if (a->left_out || b->left_out)
		snprintf(out + n, COMPARE_CELL - n,
		         "%s%zu and %zu disturbed left out", n ? ", " : "",
		         a->left_out, b->left_out);
}

// all_same: no value of either side differs from another.
static bool all_same(const struct compare_row *r)
{
	const struct samples_row *const side[] = {r->a.row, r->b.row};
	double first = r->a.row->value[0];
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < side[k]->n; i++)
			if (side[k]->value[i] < first || side[k]->value[i] > first)
				return false;
	return true;
}

// note says what to know of a row: the worst thing first.
static void note(const struct compare_row *r, char *out)
{
	size_t failed_a = failures(&r->a), failed_b = failures(&r->b);
	*out = '\0';
	if (failed_a || failed_b)
		snprintf(out, COMPARE_CELL, "%zu and %zu trials failed",
		         failed_a, failed_b);
	else if (!r->a.row || !r->b.row)
		snprintf(out, COMPARE_CELL, "only here");
	else if (!r->a.row->n || !r->b.row->n)
		snprintf(out, COMPARE_CELL, "no values");
	else if (all_same(r))
		snprintf(out, COMPARE_CELL, "all the same");
	else if (isnan(r->change))
		snprintf(out, COMPARE_CELL, "no ratio: not all above 0");
	else if (r->needed)
		snprintf(out, COMPARE_CELL, "needs %zu a side", r->needed);
	else if (!r->differs && r->detectable > 0)
		snprintf(out, COMPARE_CELL, "sees %.2g %%", 100 * r->detectable);
}

void compare_heads(const struct comparison *c, const struct compare_table *t,
                   struct compare_cells *out)
{
	utf8_clean(out->name, sizeof out->name, t->unit);
	utf8_clean(out->text[0], COMPARE_CELL, c->label_a);
	utf8_clean(out->text[1], COMPARE_CELL, c->label_b);
	snprintf(out->text[2], COMPARE_CELL, "change");
	out->text[3][0] = out->text[4][0] = '\0';
	point_at(out);
}

void compare_cells(const struct compare_row *r, struct compare_cells *out)
{
	utf8_clean(out->name, sizeof out->name, r->name);
	side(&r->a, out->text[0]);
	side(&r->b, out->text[1]);
	change(r, out->text[2]);
	evidence(r, out->text[3]);
	note(r, out->text[4]);
	add_disturbed(r, out->text[4]);
	point_at(out);
}

void compare_geomean(const struct compare_table *t, struct compare_cells *out)
{
	memset(out->text, 0, sizeof out->text);
	snprintf(out->name, sizeof out->name, "geomean of %zu", t->both);
	snprintf(out->text[2], COMPARE_CELL, "%+.2f %%", 100 * t->geomean);
	point_at(out);
}

static bool too_few(const struct compare_side *s)
{
	return s->row && !isnan(s->median) && s->interval.range;
}

static size_t marked(const struct compare_side *s)
{
	return s->row ? s->row->disturbed : 0;
}

void compare_remarks(const struct comparison *c, FILE *out)
{
	bool few = false, sees = false;
	size_t tests = 0, disturbed = 0;
	for (size_t i = 0; i < c->n; i++) {
		const struct compare_row *r = &c->row[i];
		if (!isnan(r->p))
			tests++;
		disturbed += marked(&r->a) + marked(&r->b);
		few = few || too_few(&r->a) || too_few(&r->b);
		sees = sees || (!r->differs && !r->needed && r->detectable > 0);
	}
	if (!tests)
		fputs("No row has values on both sides.\n", out);
	if (tests > 1)
		fprintf(out,
		        "Of %zu rows %zu differ at p < %g, %zu of them also when "
		        "all rows are counted (Holm).\n",
		        tests, c->differ, c->alpha, c->differ_holm);
	if (few)
		fprintf(out, "± ∞: an interval of the median takes %zu values.\n",
		        bootstrap_least(0.95));
	if (disturbed)
		fprintf(out,
		        "Disturbed: others used more of the CPUs than the plan "
		        "allows. %zu such values count here; --without-disturbed "
		        "leaves them out.\n",
		        disturbed);
	if (sees)
		fputs("~ is not \"equal\": \"sees 3 %\" means that a change of 3 % "
		      "would have been found 4 times in 5.\n",
		      out);
}
