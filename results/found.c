// found.c - what the searches of a store found, in memory and as a table.
//
// A search's trials are at as many points as it tried values. What it found belongs
// to all of them, so it is sorted and shown by the parameters without that one.
#include "found.h"

#include "cells.h"
#include "html.h"
#include "summary_doc.h"
#include "unit.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct loading {
	const struct summary *s;
	struct found_list *list;
};

// split_params sets params and setting without what was sought. 0 or -ENOMEM.
static int split_params(struct arena *a, struct found *f)
{
	json_t *o = json_loads(f->point->params, 0, NULL);
	json_object_del(o, f->sought);
	char *rest = o ? json_dumps(o, JSON_SORT_KEYS | JSON_COMPACT) : NULL;
	f->params = arena_string(a, rest ? rest : "{}");
	f->setting = f->params ? summary_setting(a, f->params) : NULL;
	free(rest);
	json_decref(o);
	return f->setting ? 0 : -ENOMEM;
}

static const struct summary_point *point_with(const struct summary *s, int64_t id)
{
	for (size_t i = 0; i < s->n_point; i++) {
		if (s->point[i].id == id)
			return &s->point[i];
	}
	return NULL;
}

static int add(void *arg, const struct store_found *from)
{
	struct loading *l = arg;
	struct arena *a = &l->list->arena;
	struct found *all = realloc(l->list->v, (l->list->n + 1) * sizeof *all);
	if (!all)
		return -ENOMEM;
	l->list->v = all;
	struct found *f = &all[l->list->n];
	*f = (struct found){
		.point = point_with(l->s, from->point),
		.sought = arena_string(a, from->sought),
		.unit = arena_string(a, from->unit),
		.promise = arena_string(a, from->promise),
		.end = arena_string(a, from->end),
		.highest = from->highest,
		.fails_at = from->fails_at,
		.trials = from->trials,
	};
	if (!f->point) // it came after the summary was made
		return 0;
	if (!f->sought || !f->unit || !f->promise || !f->end)
		return -ENOMEM;
	l->list->n++;
	return split_params(a, f);
}

static int compare_group(const struct found *f, const struct found *g)
{
	int order = strcmp(f->point->workload, g->point->workload);
	if (!order)
		order = strcmp(f->params, g->params);
	return order ? order : strcmp(f->point->subject, g->point->subject);
}

static int by_reading_order(const void *a, const void *b)
{
	const struct found *f = a, *g = b;
	const struct summary_point *p = f->point, *q = g->point;
	int order = compare_group(f, g);
	if (!order)
		order = strcmp(p->policy, q->policy);
	if (!order)
		order = strcmp(p->pin, q->pin);
	// No limit, 0, becomes the largest.
	uint64_t quota = (uint64_t)p->quota - 1, quotas = (uint64_t)q->quota - 1;
	if (!order)
		order = (quota > quotas) - (quota < quotas);
	unsigned cap = (unsigned)p->m_cap - 1, other = (unsigned)q->m_cap - 1;
	if (!order)
		order = (cap > other) - (cap < other);
	return order ? order : (p->procs > q->procs) - (p->procs < q->procs);
}

int found_load(struct store *store, const struct summary *s,
               struct found_list *out, char *err, size_t errlen)
{
	struct loading l = {s, out};
	memset(out, 0, sizeof *out);
	int result = store_each_found(store, add, &l);
	if (result) {
		snprintf(err, errlen, "%s",
		         result == -ENOMEM ? "out of memory" : store_why(store));
		found_free(out);
		return result;
	}
	if (out->n)
		qsort(out->v, out->n, sizeof *out->v, by_reading_order);
	return 0;
}

void found_free(struct found_list *list)
{
	free(list->v);
	arena_free(&list->arena);
	memset(list, 0, sizeof *list);
}

size_t found_group(const struct found_list *list, size_t first)
{
	size_t n = 1;
	while (first + n < list->n &&
	       compare_group(&list->v[first], &list->v[first + n]) == 0)
		n++;
	return n;
}

//---------------------------------------------------------------------------
// The table
//---------------------------------------------------------------------------

static void value_cell(FILE *out, int64_t v, const char *unit)
{
	if (v)
		cell_unit(out, (double)v, unit);
	else
		fputs("<td class=n>-", out);
}

static void heading(FILE *out, const struct found *f)
{
	fputs("<h2>", out);
	html_text(out, f->point->workload);
	fputs(": the highest ", out);
	html_text(out, f->sought);
	fputs(" with ", out);
	html_text(out, f->promise);
	fputs("</h2>\n", out);
	if (*f->setting) {
		fputs("<p class=about>", out);
		html_text(out, f->setting);
		fputs("</p>\n", out);
	}
}

void found_table(FILE *out, const struct found_list *list, size_t first, size_t n)
{
	heading(out, &list->v[first]);
	cell_begin_table(out,
	                 "<th>policy<th class=n>P<th class=n>M cap<th class=n>highest"
	                 "<th class=n>fails at<th>end<th class=n>trials");
	for (size_t i = first; i < first + n; i++) {
		const struct found *f = &list->v[i];
		fputs("<tr>", out);
		cell_place(out, f->point);
		value_cell(out, f->highest, f->unit);
		value_cell(out, f->fails_at, f->unit);
		cell_text(out, f->end);
		cell_int(out, (long)f->trials);
		fputc('\n', out);
	}
	cell_end_table(out);
}
