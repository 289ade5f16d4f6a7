// summary_print.c - the points of a store as tables, for a terminal or as Markdown.
#include "summary.h"

#include "markdown.h"
#include "table.h"
#include "unit.h"
#include "utf8.h"

#include <errno.h>
#include <math.h>
#include <string.h>

enum { CELL = 128 };

static const struct table_column columns[] = {
	{"policy", TABLE_LEFT},
	{"P", TABLE_RIGHT},
	{"M cap", TABLE_RIGHT},
	{"quota", TABLE_RIGHT},
	{"pin", TABLE_LEFT},
	{"median", TABLE_LEFT},
	{"95 % interval", TABLE_LEFT},
	{"x P=1", TABLE_RIGHT},
	{"n", TABLE_RIGHT},
	{"CV", TABLE_RIGHT},
	{"", TABLE_LEFT},
};
enum {
	POLICY,
	CAP = 2,
	QUOTA,
	PIN,
	SPEEDUP = 7,
	COLUMNS = sizeof columns / sizeof *columns
};

// say writes a line of text that may come from anywhere.
static void say(enum summary_form form, const char *text, FILE *out)
{
	if (form == SUMMARY_MARKDOWN)
		markdown_text(text, out);
	else
		fputs(text, out);
	fputc('\n', out);
}

// put_title says of what a table is, and of which metric, unless that is the
// throughput of a workload's operations.
static void put_title(const struct summary *s, const struct summary_point *p,
                      enum summary_form form, FILE *out)
{
	char workload[CELL], params[4 * CELL], subject[CELL], op[CELL],
		metric[2 * CELL], text[12 * CELL];
	size_t n = (size_t)snprintf(
		text, sizeof text, "%s%s%s",
		utf8_clean(workload, CELL, p->workload), *p->setting ? " " : "",
		utf8_clean(params, sizeof params, p->setting));
	if (strcmp(p->subject, "dyno"))
		n += (size_t)snprintf(text + n, sizeof text - n, ", %s",
		                      utf8_clean(subject, CELL, p->subject));
	if (s->view || (!*p->op && s->seen.name))
		snprintf(text + n, sizeof text - n, ": %s (%s is better)",
		         utf8_clean(metric, sizeof metric, s->seen.name),
		         s->seen.lower ? "lower" : "higher");
	else if (*p->op)
		snprintf(text + n, sizeof text - n, " (an op is a %s)",
		         utf8_clean(op, CELL, p->op));
	if (form == SUMMARY_MARKDOWN)
		fputs("### ", out);
	say(form, text, out);
	fputc('\n', out);
}

// remark says what is special about a point.
static void remark(const struct summary_point *p, char *out, size_t size)
{
	size_t used = 0;
	out[0] = '\0';
	size_t left_out = p->disturbed_used ? 0 : p->n_disturbed;
	size_t failed = p->n_trial - p->n - left_out;
	if (failed)
		used = (size_t)snprintf(out, size, "%zu of %zu without a number",
		                        failed, p->n_trial);
	if (p->n_disturbed && used < size)
		used += (size_t)snprintf(out + used, size - used,
		                         "%s%zu disturbed%s", used ? ", " : "",
		                         p->n_disturbed,
		                         left_out ? ", left out" : "");
	if (p->n_outlier && used < size)
		snprintf(out + used, size - used, "%s%zu outlier%s",
		         used ? ", " : "", p->n_outlier,
		         p->n_outlier == 1 ? "" : "s");
}

// Which columns have anything to tell in a table.
struct shown {
	bool column[COLUMNS];
};

static int add_row(struct table *t, const char *const *cell,
                   const struct shown *which)
{
	const char *shown[COLUMNS];
	size_t n = 0;
	for (size_t i = 0; i < COLUMNS; i++) {
		if (which->column[i])
			shown[n++] = cell[i];
	}
	return table_row(t, shown);
}

static int add_point(struct table *t, const struct summary *s,
                     const struct summary_point *p, const struct shown *which)
{
	char procs[16] = "default", cap[16] = "none", median[CELL] = "-",
	     interval[CELL] = "";
	char quota[32], speedup[16] = "", n[24], cv[16] = "", note[CELL];
	if (p->procs)
		snprintf(procs, sizeof procs, "%d", p->procs);
	if (p->m_cap)
		snprintf(cap, sizeof cap, "%d", p->m_cap);
	if (p->n) {
		char low[32], high[32], unit[64];
		const char *prefix;
		double factor = unit_scale(p->median, &prefix);
		unit_join(unit, sizeof unit, prefix, p->unit);
		unit_digits(low, sizeof low, p->median / factor);
		snprintf(median, sizeof median, "%s %s", low, unit);
		unit_digits(low, sizeof low, p->interval.low / factor);
		unit_digits(high, sizeof high, p->interval.high / factor);
		snprintf(interval, sizeof interval, "%s .. %s%s", low, high,
		         p->interval.range ? " *" : "");
	}
	if (!isnan(summary_speedup(s, p)))
		snprintf(speedup, sizeof speedup, "%.2f", summary_speedup(s, p));
	if (!isnan(p->cv))
		snprintf(cv, sizeof cv, "%.1f %%", 100 * p->cv);
	snprintf(n, sizeof n, "%zu", p->n);
	remark(p, note, sizeof note);
	return add_row(t,
	               (const char *const[COLUMNS]){
			       p->policy, procs, cap,
			       summary_quota(p->quota, quota, sizeof quota),
			       p->pin, median, interval, speedup, n, cv, note},
	               which);
}

// look finds out what the table of n points from first has to tell: speedups where
// a point can be set against one at P=1, and axes that were swept. A program has
// neither policy nor M cap.
static struct shown look(const struct summary *s, size_t first, size_t n)
{
	struct shown which;
	bool program = !strcmp(s->point[first].subject, "program");
	for (size_t i = 0; i < COLUMNS; i++)
		which.column[i] = i != SPEEDUP && i != QUOTA && i != PIN;
	which.column[POLICY] = which.column[CAP] = !program;
	for (size_t i = first; i < first + n; i++) {
		which.column[SPEEDUP] |= !isnan(summary_speedup(s, &s->point[i]));
		which.column[QUOTA] |= s->point[i].quota != 0;
		which.column[PIN] |= s->point[i].pin[0] != '\0';
	}
	return which;
}

static struct table *new_table(const struct shown *which)
{
	struct table_column shown[COLUMNS];
	size_t n = 0;
	for (size_t i = 0; i < COLUMNS; i++) {
		if (which->column[i])
			shown[n++] = columns[i];
	}
	return table_new(shown, n);
}

// print_block prints n points from first, which stand in one table.
static int print_block(const struct summary *s, size_t first, size_t n,
                       enum summary_form form, FILE *out)
{
	struct shown which = look(s, first, n);
	struct table *t = new_table(&which);
	int err = t ? 0 : -ENOMEM;
	for (size_t i = first; !err && i < first + n; i++)
		err = add_point(t, s, &s->point[i], &which);
	if (!err) {
		put_title(s, &s->point[first], form, out);
		err = form == SUMMARY_MARKDOWN ? table_markdown(t, out)
		                               : table_print(t, out);
		fputc('\n', out);
	}
	table_free(t);
	return err;
}

static void print_failure(const struct summary *s, const struct summary_trial *t,
                          enum summary_form form, FILE *out)
{
	const struct summary_point *p = &s->point[t->point];
	char workload[CELL], policy[CELL], pin[CELL], message[4 * CELL];
	char cap[32] = "", quota[48] = "", text[8 * CELL];
	if (p->m_cap)
		snprintf(cap, sizeof cap, " M cap %d", p->m_cap);
	if (p->quota)
		snprintf(quota, sizeof quota, " quota %g",
		         (double)p->quota / 1000);
	snprintf(text, sizeof text, "%s: %s %s P=%d%s%s%s%s, repetition %d%s%s",
	         store_outcome_name(t->outcome),
	         utf8_clean(workload, CELL, p->workload),
	         utf8_clean(policy, CELL, p->policy), p->procs, cap, quota,
	         *p->pin ? " pin " : "", utf8_clean(pin, CELL, p->pin), t->rep,
	         *t->message ? ": " : "",
	         utf8_clean(message, sizeof message, t->message));
	if (form == SUMMARY_MARKDOWN)
		fputs("- ", out);
	say(form, text, out);
}

static bool has_range(const struct summary *s)
{
	for (size_t i = 0; i < s->n_point; i++) {
		if (s->point[i].n && s->point[i].interval.range)
			return true;
	}
	return false;
}

static void print_notes(const struct summary *s, bool range,
                        enum summary_form form, FILE *out)
{
	if (range)
		say(form,
		    "* smallest and largest: fewer than 6 trials give no 95 % "
		    "interval of a median",
		    out);
	if (range && form == SUMMARY_MARKDOWN)
		fputc('\n', out);
	for (size_t i = 0; i < s->n_trial; i++) {
		if (s->trial[i].outcome != STORE_OK)
			print_failure(s, &s->trial[i], form, out);
	}
}

int summary_print(const struct summary *s, enum summary_form form, FILE *out)
{
	int err = 0;
	for (size_t i = 0, n; !err && i < s->n_point; i += n) {
		n = summary_together(s, i);
		err = print_block(s, i, n, form, out);
	}
	if (err)
		return err;
	print_notes(s, has_range(s), form, out);
	return ferror(out) ? -EIO : 0;
}

// print_group prints the tables of n points from first: the main metric's, and
// those of others that any of them has.
static int print_group(const struct summary *s, const struct summary *view,
                       size_t first, size_t n, enum summary_form form, FILE *out)
{
	int err = print_block(s, first, n, form, out);
	for (size_t i = 0; !err && i < s->n_metric; i++) {
		if (summary_measured(&view[i], first, n))
			err = print_block(&view[i], first, n, form, out);
	}
	return err;
}

int summary_print_all(const struct summary *s, enum summary_form form, FILE *out)
{
	struct summary *view;
	bool range = has_range(s);
	int err = summary_views(s, &view);
	if (err)
		return err;
	for (size_t i = 0; i < s->n_metric; i++)
		range |= has_range(&view[i]);
	for (size_t i = 0, n; !err && i < s->n_point; i += n) {
		n = summary_together(s, i);
		err = print_group(s, view, i, n, form, out);
	}
	if (!err)
		print_notes(s, range, form, out);
	summary_views_free(s, view);
	return !err && ferror(out) ? -EIO : err;
}
