// summary_print.c - the points of a store as a table for a terminal.
#include "summary.h"

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
	QUOTA = 3,
	PIN,
	SPEEDUP = 7,
	COLUMNS = sizeof columns / sizeof *columns
};

// same_block says whether two points stand in one table.
static bool same_block(const struct summary_point *p,
                       const struct summary_point *q)
{
	return !strcmp(p->workload, q->workload) &&
	       !strcmp(p->params, q->params) && !strcmp(p->subject, q->subject);
}

static void print_title(const struct summary_point *p, FILE *out)
{
	char workload[CELL], params[4 * CELL], subject[CELL], op[CELL];
	fprintf(out, "%s", utf8_clean(workload, CELL, p->workload));
	if (*p->setting)
		fprintf(out, " %s",
		        utf8_clean(params, sizeof params, p->setting));
	if (strcmp(p->subject, "dyno"))
		fprintf(out, ", %s", utf8_clean(subject, CELL, p->subject));
	if (*p->op)
		fprintf(out, " (an op is a %s)", utf8_clean(op, CELL, p->op));
	fputs("\n\n", out);
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

// look finds out what the table that begins with first has to tell: speedups where
// a point can be set against one at P=1, and axes that were swept.
static struct shown look(const struct summary *s, size_t first)
{
	struct shown which;
	for (size_t i = 0; i < COLUMNS; i++)
		which.column[i] = i != SPEEDUP && i != QUOTA && i != PIN;
	for (size_t i = first; i < s->n_point; i++) {
		if (!same_block(&s->point[first], &s->point[i]))
			break;
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

// print_block prints the points from first that stand in one table, and
// returns how many those are, or -errno.
static ssize_t print_block(const struct summary *s, size_t first, FILE *out)
{
	struct shown which = look(s, first);
	struct table *t = new_table(&which);
	if (!t)
		return -ENOMEM;
	int err = 0;
	size_t i = first;
	for (; !err && i < s->n_point; i++) {
		if (!same_block(&s->point[first], &s->point[i]))
			break;
		err = add_point(t, s, &s->point[i], &which);
	}
	if (!err) {
		print_title(&s->point[first], out);
		err = table_print(t, out);
		fputc('\n', out);
	}
	table_free(t);
	return err ? err : (ssize_t)(i - first);
}

static void print_failure(const struct summary *s,
                          const struct summary_trial *t, FILE *out)
{
	const struct summary_point *p = &s->point[t->point];
	char workload[CELL], policy[CELL], message[4 * CELL];
	fprintf(out, "%s: %s %s P=%d", store_outcome_name(t->outcome),
	        utf8_clean(workload, CELL, p->workload),
	        utf8_clean(policy, CELL, p->policy), p->procs);
	if (p->m_cap)
		fprintf(out, " M cap %d", p->m_cap);
	if (p->quota)
		fprintf(out, " quota %g", (double)p->quota / 1000);
	if (*p->pin)
		fprintf(out, " pin %s", utf8_clean(policy, CELL, p->pin));
	fprintf(out, ", repetition %d", t->rep);
	if (*t->message)
		fprintf(out, ": %s",
		        utf8_clean(message, sizeof message, t->message));
	fputc('\n', out);
}

static void print_notes(const struct summary *s, FILE *out)
{
	bool range = false;
	for (size_t i = 0; i < s->n_point; i++)
		range |= s->point[i].n && s->point[i].interval.range;
	if (range)
		fputs("* smallest and largest: fewer than 6 trials give no 95 % "
		      "interval of a median\n",
		      out);
	for (size_t i = 0; i < s->n_trial; i++) {
		if (s->trial[i].outcome != STORE_OK)
			print_failure(s, &s->trial[i], out);
	}
}

int summary_print(const struct summary *s, FILE *out)
{
	for (size_t i = 0; i < s->n_point;) {
		ssize_t n = print_block(s, i, out);
		if (n < 0)
			return (int)n;
		i += (size_t)n;
	}
	print_notes(s, out);
	return ferror(out) ? -EIO : 0;
}
