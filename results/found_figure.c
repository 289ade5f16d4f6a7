// found_figure.c - the highest value that keeps a promise, against GOMAXPROCS.
//
// A line is a policy (with its M cap, quota and pin where it has them). The bar of a
// point goes from what is kept to what is known to fail; where nothing is kept, the
// point stands at 0.
#include "found.h"

#include "plot.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 200, TICK = 16 };

// A figure while it is put together, with room for all of a group.
struct drawing {
	struct plot_series *series;
	char (*name)[NAME];
	struct plot_point *point;
	struct plot_tick *tick;
	char (*text)[TICK];
	size_t n_series, n_point, n_tick;
};

static bool same_line(const struct summary_point *p,
                      const struct summary_point *q)
{
	return p->m_cap == q->m_cap && p->quota == q->quota &&
	       !strcmp(p->policy, q->policy) && !strcmp(p->pin, q->pin);
}

// is_first says whether no earlier one of the group has this GOMAXPROCS.
static bool is_first(const struct found *f, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (f[k].point->procs == f[i].point->procs)
			return false;
	}
	return f[i].point->procs > 0;
}

char *found_stem(const struct found_list *list, size_t first, size_t n,
                 char stem[FOUND_STEM])
{
	size_t procs = 0;
	for (size_t i = 0; i < n; i++)
		procs += is_first(&list->v[first], i);
	*stem = '\0';
	if (procs > 1)
		snprintf(stem, FOUND_STEM, "found-%zu", first + 1);
	return stem;
}

static void name_line(const struct summary_point *p, char *name)
{
	char quota[32];
	int used = snprintf(name, NAME, "%.120s", p->policy);
	if (p->m_cap)
		used += snprintf(name + used, NAME - (size_t)used, ", M cap %d",
		                 p->m_cap);
	if (p->quota)
		used += snprintf(name + used, NAME - (size_t)used, ", quota %s",
		                 summary_quota(p->quota, quota, sizeof quota));
	if (*p->pin)
		snprintf(name + used, NAME - (size_t)used, ", pin %.20s", p->pin);
}

static void add_point(const struct found *f, struct drawing *d)
{
	double y = (double)f->highest;
	d->point[d->n_point++] = (struct plot_point){
		.x = f->point->procs,
		.y = y,
		.low = y,
		.high = f->highest && f->fails_at ? (double)f->fails_at : y,
		.n = (size_t)f->trials,
	};
	d->series[d->n_series - 1].n_point++;
}

static void begin_line(const struct summary_point *p, struct drawing *d)
{
	char *name = d->name[d->n_series];
	name_line(p, name);
	d->series[d->n_series++] = (struct plot_series){
		.name = name,
		.point = &d->point[d->n_point],
	};
}

// add_points makes a line of all that differ in GOMAXPROCS alone: they stand
// together. One that is not set has no place on the axis.
static void add_points(const struct found *f, size_t n, struct drawing *d)
{
	const struct summary_point *last = NULL;
	for (size_t i = 0; i < n; i++) {
		if (!f[i].point->procs)
			continue;
		if (!last || !same_line(f[i].point, last))
			begin_line(f[i].point, d);
		last = f[i].point;
		add_point(&f[i], d);
	}
}

static void add_ticks(const struct found *f, size_t n, struct drawing *d)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_first(f, i))
			continue;
		snprintf(d->text[d->n_tick], TICK, "%d", f[i].point->procs);
		d->tick[d->n_tick] = (struct plot_tick){f[i].point->procs,
		                                        d->text[d->n_tick]};
		d->n_tick++;
	}
}

static int draw(const struct found *f, size_t n, const char *dir,
                const char *stem, struct drawing *d, char *err, size_t errlen)
{
	char title[400], below[200], label[80];
	double first = INFINITY, last = 0;
	add_points(f, n, d);
	add_ticks(f, n, d);
	for (size_t i = 0; i < d->n_tick; i++) {
		first = fmin(first, d->tick[i].x);
		last = fmax(last, d->tick[i].x);
	}
	snprintf(title, sizeof title,
	         "%.120s: highest %.40s with %.160s against GOMAXPROCS",
	         f->point->workload, f->sought, f->promise);
	snprintf(below, sizeof below, "%.100s%sfrom what is kept to what fails",
	         f->setting, *f->setting ? "; " : "");
	snprintf(label, sizeof label, "highest %.60s", f->sought);
	struct plot p = {
		.title = title,
		.subtitle = below,
		.x_label = "GOMAXPROCS",
		.y_label = label,
		.y_unit = f->unit,
		.series = d->series,
		.n_series = d->n_series,
		.tick = d->tick,
		.n_tick = d->n_tick,
		.log2_x = last >= 8 * first,
	};
	return plot_write(&p, dir, stem, err, errlen);
}

int found_draw(const struct found_list *list, size_t first, size_t n,
               const char *dir, char *err, size_t errlen)
{
	struct drawing d = {
		.series = calloc(n, sizeof *d.series),
		.name = calloc(n, sizeof *d.name),
		.point = calloc(n, sizeof *d.point),
		.tick = calloc(n, sizeof *d.tick),
		.text = calloc(n, sizeof *d.text),
	};
	char stem[FOUND_STEM];
	int result = -ENOMEM;
	found_stem(list, first, n, stem);
	if (d.series && d.name && d.point && d.tick && d.text)
		result = draw(&list->v[first], n, dir, stem, &d, err, errlen);
	else
		snprintf(err, errlen, "out of memory");
	free(d.series);
	free(d.name);
	free(d.point);
	free(d.tick);
	free(d.text);
	return result;
}
