// figures.c - picks the figures of an experiment and hands them to plot.c.
//
// Points are sorted so that those of one workload, parameters and subject stand
// together: such a group is the material of a figure per axis. Points without
// an ok trial have no place in a figure; the tables list them.
#include "figures.h"

#include "plot.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 200, TICK = 16, MANY = 12 };

// A figure while it is put together. Lines, points and ticks each have room for
// all points of the group.
struct drawing {
	struct plot_series *series;
	char (*name)[NAME];
	size_t n_series;
	struct plot_point *point;
	size_t n_point;
	struct plot_tick *tick;
	char (*text)[TICK];
	size_t n_tick;
};

static int value(const struct summary_point *p, enum figures_axis axis)
{
	return axis == FIGURES_PROCS ? p->procs : p->m_cap;
}

static enum figures_axis other_axis(enum figures_axis axis)
{
	return axis == FIGURES_PROCS ? FIGURES_M_CAP : FIGURES_PROCS;
}

//---------------------------------------------------------------------------
// Planning
//---------------------------------------------------------------------------

// is_first_value says whether point i is the first that has its value on an
// axis, among those that have a number.
static bool is_first_value(const struct summary_point *p, size_t i,
                           enum figures_axis axis)
{
	for (size_t k = 0; k < i; k++) {
		if (p[k].n && value(&p[k], axis) == value(&p[i], axis))
			return false;
	}
	return p[i].n > 0;
}

static size_t values(const struct summary_point *p, size_t n,
                     enum figures_axis axis)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += is_first_value(p, i, axis);
	return count;
}

// curves counts what differs in more than the two axes: policy, quota, pin.
static size_t curves(const struct summary_point *p, size_t n)
{
	size_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += i == 0 || !summary_same_curve(&p[i], &p[i - 1]);
	return count;
}

// put_plain copies a name with '-' in the place of all that is no letter or digit,
// as much of it as fits.
static void put_plain(char *out, size_t size, const char *name)
{
	size_t n = 0;
	for (; name[n] && n + 1 < size; n++)
		out[n] = isalnum((unsigned char)name[n]) ? name[n] : '-';
	out[n] = '\0';
}

// put_stem names a figure's files: plain characters only, and the numbers of its
// group and its metric, because two names may differ in other characters alone.
static void put_stem(struct figure *f, const struct summary *s, size_t group)
{
	char workload[48], metric[24], other[24] = "", of[48] = "";
	put_plain(workload, sizeof workload, s->point[f->first].workload);
	put_plain(metric, sizeof metric, s->seen.name);
	if (f->fixed)
		snprintf(other, sizeof other, "-at-%d", f->other);
	if (s->view)
		snprintf(of, sizeof of, "-%zu-%s", s->view, metric);
	snprintf(f->stem, sizeof f->stem, "%zu-%s-%s%s%s", group, workload,
	         f->axis == FIGURES_PROCS ? "procs" : "m-cap", other, of);
}

static void put_title(struct figure *f, const struct summary *s)
{
	char at[48] = "";
	if (f->fixed && f->axis == FIGURES_M_CAP)
		snprintf(at, sizeof at, ", GOMAXPROCS %d", f->other);
	else if (f->fixed && f->other)
		snprintf(at, sizeof at, ", M cap %d", f->other);
	else if (f->fixed)
		snprintf(at, sizeof at, ", no M cap");
	snprintf(f->title, sizeof f->title, "%.110s: %.80s against %s%s",
	         s->point[f->first].workload, s->seen.name,
	         f->axis == FIGURES_PROCS ? "GOMAXPROCS" : "the M cap", at);
}

struct plan {
	struct figure *figure;
	size_t n;
};

static int add_figure(struct plan *plan, const struct summary *s,
                      struct figure f, size_t group)
{
	struct figure *all = realloc(plan->figure,
	                             (plan->n + 1) * sizeof *plan->figure);
	if (!all)
		return -ENOMEM;
	plan->figure = all;
	put_stem(&f, s, group);
	put_title(&f, s);
	all[plan->n++] = f;
	return 0;
}

// is_picked spreads FIGURES_SPLIT picks evenly over n values, the first and the
// last among them: value i is one when a pick rounds to it.
static bool is_picked(size_t i, size_t n)
{
	size_t gaps = FIGURES_SPLIT - 1;
	if (n <= FIGURES_SPLIT)
		return true;
	for (size_t k = 0; k <= gaps; k++) {
		if (i == (k * (n - 1) + gaps / 2) / gaps)
			return true;
	}
	return false;
}

// plan_axis adds the figure of a group against one axis, or several.
static int plan_axis(struct plan *plan, const struct summary *s, size_t first,
                     size_t n, enum figures_axis axis, size_t group)
{
	const struct summary_point *p = &s->point[first];
	enum figures_axis other = other_axis(axis);
	struct figure f = {.axis = axis, .first = first, .n = n};
	if (values(p, n, axis) < 2)
		return 0;
	f.fixed = curves(p, n) * values(p, n, other) > FIGURES_LINES;
	if (!f.fixed)
		return add_figure(plan, s, f, group);
	int err = 0;
	size_t seen = 0, all = values(p, n, other);
	for (size_t i = 0; !err && i < n; i++) {
		if (!is_first_value(p, i, other) || !is_picked(seen++, all))
			continue;
		f.other = value(&p[i], other);
		err = add_figure(plan, s, f, group);
	}
	return err;
}

ssize_t figures_plan(const struct summary *s, struct figure **out)
{
	struct plan plan = {0};
	int err = 0;
	size_t group = 1;
	for (size_t i = 0; !err && i < s->n_point; group++) {
		size_t n = summary_together(s, i);
		err = plan_axis(&plan, s, i, n, FIGURES_PROCS, group);
		if (!err)
			err = plan_axis(&plan, s, i, n, FIGURES_M_CAP, group);
		i += n;
	}
	if (err) {
		free(plan.figure);
		return err;
	}
	*out = plan.figure;
	return (ssize_t)plan.n;
}

//---------------------------------------------------------------------------
// Drawing
//---------------------------------------------------------------------------

// A GOMAXPROCS that is not set has no place on its axis.
static bool belongs(const struct figure *f, const struct summary_point *p)
{
	return p->n > 0 && (f->axis != FIGURES_PROCS || p->procs > 0) &&
	       (!f->fixed || value(p, other_axis(f->axis)) == f->other);
}

// no_cap_place returns where on the M cap axis "none" stands: twice the largest.
static int no_cap_place(const struct summary *s, const struct figure *f)
{
	int largest = 1;
	for (size_t i = f->first; i < f->first + f->n; i++) {
		if (s->point[i].m_cap > largest)
			largest = s->point[i].m_cap;
	}
	return 2 * largest;
}

static bool has_quotas(const struct summary_point *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i].quota)
			return true;
	}
	return false;
}

static void name_line(const struct summary *s, const struct figure *f,
                      const struct summary_point *p, char *name)
{
	enum figures_axis other = other_axis(f->axis);
	char quota[32];
	int used = snprintf(name, NAME, "%.120s", p->policy);
	if (has_quotas(&s->point[f->first], f->n))
		used += snprintf(name + used, NAME - (size_t)used, ", quota %s",
		                 summary_quota(p->quota, quota, sizeof quota));
	if (*p->pin)
		used += snprintf(name + used, NAME - (size_t)used,
		                 ", pin %.20s", p->pin);
	if (f->fixed || values(&s->point[f->first], f->n, other) < 2)
		return;
	size_t left = NAME - (size_t)used;
	if (other == FIGURES_PROCS)
		snprintf(name + used, left, ", P=%d", p->procs);
	else if (p->m_cap)
		snprintf(name + used, left, ", M cap %d", p->m_cap);
	else
		snprintf(name + used, left, ", no M cap");
}

// same_line says whether two points stand on one line of the figure.
static bool same_line(const struct figure *f, const struct summary_point *p,
                      const struct summary_point *q)
{
	enum figures_axis other = other_axis(f->axis);
	return summary_same_curve(p, q) && value(p, other) == value(q, other);
}

// add_line adds the line that starts with point i.
static void add_line(const struct summary *s, const struct figure *f, size_t i,
                     int no_cap, struct drawing *d)
{
	struct plot_series *line = &d->series[d->n_series];
	name_line(s, f, &s->point[i], d->name[d->n_series]);
	line->name = d->name[d->n_series++];
	line->point = &d->point[d->n_point];
	for (size_t k = i; k < f->first + f->n; k++) {
		const struct summary_point *p = &s->point[k];
		if (!belongs(f, p) || !same_line(f, &s->point[i], p))
			continue;
		int x = value(p, f->axis);
		d->point[d->n_point++] = (struct plot_point){
			.x = x ? x : no_cap,
			.y = p->median,
			.low = p->interval.low,
			.high = p->interval.high,
			.n = p->n,
		};
		line->n_point++;
	}
}

static bool starts_line(const struct summary *s, const struct figure *f, size_t i)
{
	for (size_t k = f->first; k < i; k++) {
		if (belongs(f, &s->point[k]) &&
		    same_line(f, &s->point[k], &s->point[i]))
			return false;
	}
	return belongs(f, &s->point[i]);
}

// tick_text labels a place on the axis; of many only the powers of two.
static void tick_text(int x, bool many, char *text)
{
	if (x == 0)
		snprintf(text, TICK, "none");
	else if (!many || (x & (x - 1)) == 0)
		snprintf(text, TICK, "%d", x);
}

static void add_ticks(const struct summary *s, const struct figure *f,
                      int no_cap, struct drawing *d)
{
	const struct summary_point *p = &s->point[f->first];
	bool many = values(p, f->n, f->axis) > MANY;
	for (size_t i = 0; i < f->n; i++) {
		if (!is_first_value(p, i, f->axis))
			continue;
		int x = value(&p[i], f->axis);
		tick_text(x, many, d->text[d->n_tick]);
		d->tick[d->n_tick] = (struct plot_tick){
			.x = x ? x : no_cap,
			.text = d->text[d->n_tick],
		};
		d->n_tick++;
	}
}

// ideal_slope is the best median at GOMAXPROCS 1, or 0. What ought to be low has no
// ideal that grows.
static double ideal_slope(const struct summary *s, const struct figure *f)
{
	double best = 0;
	if (s->seen.lower)
		return 0;
	for (size_t i = f->first; i < f->first + f->n; i++) {
		const struct summary_point *p = &s->point[i];
		if (f->axis == FIGURES_PROCS && belongs(f, p) && p->procs == 1)
			best = fmax(best, p->median);
	}
	return best;
}

// bars says what the error bars of a figure are.
static const char *bars(const struct summary *s, const struct figure *f)
{
	size_t n = 0, ranges = 0;
	for (size_t i = f->first; i < f->first + f->n; i++) {
		n += belongs(f, &s->point[i]);
		ranges += belongs(f, &s->point[i]) && s->point[i].interval.range;
	}
	if (ranges == 0)
		return "median and its 95 % interval";
	if (ranges == n)
		return "median, smallest and largest";
	return "median and its 95 % interval, or the range of fewer than 6";
}

static void subtitle(const struct summary *s, const struct figure *f, char *out,
                     size_t size)
{
	const struct summary_point *p = &s->point[f->first];
	char op[80] = "", params[80] = "", subject[80] = "";
	if (*p->op)
		snprintf(op, sizeof op, "an op is a %.60s; ", p->op);
	if (*p->setting)
		snprintf(params, sizeof params, "%.70s; ", p->setting);
	if (strcmp(p->subject, "dyno"))
		snprintf(subject, sizeof subject, "%.70s; ", p->subject);
	snprintf(out, size, "%s%s%s%s", subject, op, params, bars(s, f));
}

// unit_of is the unit of the first point that has a number.
static const char *unit_of(const struct summary *s, const struct figure *f)
{
	for (size_t i = f->first; i < f->first + f->n; i++) {
		if (s->point[i].n)
			return s->point[i].unit;
	}
	return "1";
}

static bool make_room(struct drawing *d, size_t n)
{
	d->series = calloc(n, sizeof *d->series);
	d->name = calloc(n, sizeof *d->name);
	d->point = calloc(n, sizeof *d->point);
	d->tick = calloc(n, sizeof *d->tick);
	d->text = calloc(n, sizeof *d->text);
	return d->series && d->name && d->point && d->tick && d->text;
}

static void clear(struct drawing *d)
{
	free(d->series);
	free(d->name);
	free(d->point);
	free(d->tick);
	free(d->text);
}

static int draw(const struct summary *s, const struct figure *f, int cpus,
                struct drawing *d, const char *dir, char *err, size_t errlen)
{
	char below[384], mark[32];
	int no_cap = no_cap_place(s, f);
	for (size_t i = f->first; i < f->first + f->n; i++) {
		if (starts_line(s, f, i))
			add_line(s, f, i, no_cap, d);
	}
	add_ticks(s, f, no_cap, d);
	subtitle(s, f, below, sizeof below);
	snprintf(mark, sizeof mark, "%d CPU%s", cpus, cpus == 1 ? "" : "s");
	double first = INFINITY, last = 0;
	for (size_t i = 0; i < d->n_tick; i++) {
		first = fmin(first, d->tick[i].x);
		last = fmax(last, d->tick[i].x);
	}
	bool procs = f->axis == FIGURES_PROCS;
	struct plot p = {
		.title = f->title,
		.subtitle = below,
		.x_label = procs ? "GOMAXPROCS"
	                         : "M cap (threads that run goroutines)",
		.y_label = s->seen.name,
		.y_unit = unit_of(s, f),
		.series = d->series,
		.n_series = d->n_series,
		.tick = d->tick,
		.n_tick = d->n_tick,
		.log2_x = last >= 8 * first,
		.ideal_slope = ideal_slope(s, f),
		.ideal_to = cpus > 0 ? cpus : last,
		.mark_x = procs && cpus >= first && cpus <= last ? cpus : 0,
		.mark_text = mark,
	};
	return plot_write(&p, dir, f->stem, err, errlen);
}

int figures_draw(const struct summary *s, const struct figure *f, int cpus,
                 const char *dir, char *err, size_t errlen)
{
	struct drawing d = {0};
	int result = -ENOMEM;
	if (make_room(&d, f->n))
		result = draw(s, f, cpus, &d, dir, err, errlen);
	else
		snprintf(err, errlen, "out of memory");
	clear(&d);
	return result;
}
