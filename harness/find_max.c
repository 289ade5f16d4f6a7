// find_max.c - the highest value of a parameter that keeps a promise, at every
// point of a plan.
//
// search.c asks and slo.c judges; here trials are run. What a search asks next
// depends on the answers alone, and each trial is stored under the value that it
// was run with. So a search that was killed is simply begun again: it asks the
// same questions, and finds the first answers in the store. Without a store the
// answers are kept here alone, and values take the place of the points' ids.
#include "find_max.h"

#include "complain.h"
#include "exit_codes.h"
#include "find_max_end.h"
#include "interrupt.h"
#include "order.h"
#include "params.h"
#include "search.h"
#include "slo_trial.h"
#include "trial_row.h"

#include <errno.h>
#include <math.h>
#include <results/json_out.h>
#include <results/stats.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASE_TRIALS = 3, LATE = SLO_MAX, VALUES = SLO_MAX + 1 };

// What a trial told: the metrics of the promise, and how late the load generator
// was; times in ns.
struct answer {
	int64_t point; // its id
	int rep;
	bool ok;
	double value[VALUES];
};

struct finder {
	struct plan *plan;
	struct store *store; // NULL: none
	uint64_t seed;
	const struct slo *slo;
	struct answer *known; // all that the store has
	size_t n;
	int position;
	bool time[SLO_MAX]; // the metric of this condition is one
	char misfit[300]; // why a condition says nothing of what is told; or ""
	char failed[600]; // how the last trial that failed did
	bool hopeless;    // at some point no trial ended well
	json_t *found;    // an object per point
};

// The search at one point.
struct hunt {
	struct search search;
	int64_t *value;       // of the point, that is sought
	struct answer *asked; // these
	size_t n;
	double base[SLO_MAX];
};

//---------------------------------------------------------------------------
// Answers
//---------------------------------------------------------------------------

static int learn(void *arg, const struct store_trial *t)
{
	struct finder *f = arg;
	struct answer *grown = reallocarray(f->known, f->n + 1, sizeof *grown);
	struct answer *a;

	if (!grown)
		return -ENOMEM;
	f->known = grown;
	a = &grown[f->n++];
	*a = (struct answer){t->point, t->rep, t->outcome == STORE_OK, {0}};
	if (!a->ok)
		snprintf(f->failed, sizeof f->failed, "%s: %s",
		         store_outcome_name(t->outcome),
		         t->message ? t->message : "");
	slo_trial_values(f->slo, f->plan->settings->program.n > 0, t, a->value,
	                 f->time, f->misfit, sizeof f->misfit);
	a->value[LATE] = slo_trial_value(t, "late_p99");
	return 0;
}

static void learn_row(void *arg, const struct store_trial *row)
{
	int *err = ((void **)arg)[1];

	*err = learn(((void **)arg)[0], row);
}

static const struct answer *recall(const struct finder *f, int64_t point, int rep)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->known[i].point == point && f->known[i].rep == rep)
			return &f->known[i];
	return NULL;
}

// try_it runs a trial and stores it.
static int try_it(struct finder *f, const struct point *p, int64_t id, int rep)
{
	int64_t seed = order_seed(f->seed, rep);
	struct store_trial row = {.point = id,
	                          .rep = rep,
	                          .position = f->position,
	                          .seed = (uint64_t)seed};
	struct trial t;
	int learnt = 0;
	void *arg[] = {f, &learnt};
	int err = trial_run(f->plan, p, rep, seed, &t);

	if (err)
		return err == -EINTR ? EXIT_INTERRUPTED : EXIT_INTERNAL;
	err = trial_row_add(f->store, &row, &t, learn_row, arg);
	trial_free(&t);
	if (err)
		complain("%s", store_why(f->store));
	else if (learnt)
		complain("no memory for the trials");
	return err || learnt ? EXIT_INTERNAL : EXIT_DONE;
}

// place finds a point's id, which is that of the store.
static int place(struct finder *f, const struct hunt *h, const struct point *p,
                 int64_t *id)
{
	*id = *h->value;
	if (!f->store || trial_row_point(f->store, f->plan, p, id) == 0)
		return EXIT_DONE;
	complain("%s", store_why(f->store));
	return EXIT_INTERNAL;
}

// ask gets the answer of a trial at a value, out of the store or by running it.
static int ask(struct finder *f, struct hunt *h, struct point *p, int64_t value,
               struct answer *out)
{
	struct answer *grown = reallocarray(h->asked, h->n + 1, sizeof *grown);
	int rep = 0, code;
	int64_t id;

	if (!grown) {
		complain("no memory for the trials");
		return EXIT_INTERNAL;
	}
	h->asked = grown;
	*h->value = value;
	code = place(f, h, p, &id);
	for (size_t i = 0; i < h->n; i++)
		rep += h->asked[i].point == id;
	if (!code && interrupt_seen())
		code = EXIT_INTERRUPTED;
	if (!code && !recall(f, id, rep))
		code = try_it(f, p, id, rep);
	f->position++;
	if (!code && *f->misfit) {
		complain("%s", f->misfit);
		code = EXIT_USAGE;
	}
	if (!code)
		*out = h->asked[h->n++] = *recall(f, id, rep);
	return code;
}

//---------------------------------------------------------------------------
// A search
//---------------------------------------------------------------------------

// measure_base finds what the promise's factors are of.
static int measure_base(struct finder *f, struct hunt *h, struct point *p)
{
	struct answer a[BASE_TRIALS];
	double v[BASE_TRIALS];
	int code = EXIT_DONE;

	if (!f->slo->base)
		return EXIT_DONE;
	for (int i = 0; !code && i < BASE_TRIALS; i++)
		code = ask(f, h, p, f->slo->base, &a[i]);
	for (size_t c = 0; !code && c < f->slo->n; c++) {
		for (int i = 0; i < BASE_TRIALS; i++)
			v[i] = a[i].value[c];
		stats_sort(v, BASE_TRIALS);
		h->base[c] = stats_median(v, BASE_TRIALS);
	}
	return code;
}

// middle is the median of a value over the good trials at one point.
static double middle(const struct hunt *h, int64_t point, size_t i)
{
	double *v = calloc(h->n + 1, sizeof *v), m = NAN;
	size_t n = 0;

	for (size_t k = 0; v && k < h->n; k++)
		if (h->asked[k].point == point && isfinite(h->asked[k].value[i]))
			v[n++] = h->asked[k].value[i];
	if (n) {
		stats_sort(v, n);
		m = stats_median(v, n);
	}
	free(v);
	return m;
}

static json_t *value_json(int64_t v)
{
	return v ? json_integer((json_int_t)v) : json_null();
}

// slo_json tells of each condition what the metric was at the answer, and at base.
static json_t *slo_json(const struct finder *f, const struct hunt *h, int64_t id)
{
	const bool program = f->plan->settings->program.n > 0;
	json_t *all = json_array();

	for (size_t i = 0; i < f->slo->n; i++) {
		const double unit = f->time[i] ? 1e-9 : 1;
		const double base = f->slo->base ? h->base[i] * unit : NAN;

		json_array_append_new(
			all, json_pack("{s:s, s:o, s:o}", "metric",
		                       slo_metric(&f->slo->condition[i], program),
		                       f->time[i] ? "value_s" : "value",
		                       json_out_number(middle(h, id, i) * unit),
		                       f->time[i] ? "base_s" : "base",
		                       json_out_number(base)));
	}
	return all;
}

static size_t failures(const struct hunt *h)
{
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++)
		n += !h->asked[i].ok;
	return n;
}

// despair says so when no trial at a point ended well: that is no answer.
static void despair(struct finder *f, const struct hunt *h, const struct point *p)
{
	if (failures(h) < h->n)
		return;
	f->hopeless = true;
	complain("none of %zu trials of %.100s at P=%d ended well; the last: %s",
	         h->n, p->name, p->procs, f->failed);
}

// unit_of writes the unit of what is sought: of a rate it is what is requested.
static void unit_of(const struct point *p, const char *name, char *out, size_t n)
{
	const struct workload *w = p->workload;

	if (strcmp(name, WL_RATE) == 0)
		snprintf(out, n, "%s/s", w ? w->op : "request");
	else
		snprintf(out, n, "%s", w->params[params_index(w, name)].unit);
}

// keep stores what a search has found, for reports.
static int keep(struct finder *f, const struct hunt *h, const struct point *p,
                int64_t id)
{
	const struct request *r = f->plan->settings;
	const struct search *s = &h->search;
	char unit[80];
	struct store_found found = {
		.point = id,
		.sought = r->find_max,
		.unit = unit,
		.promise = r->slo_text,
		.end = search_end_name(s->end),
		.highest = s->low,
		.fails_at = s->high,
		.trials = (int64_t)h->n,
	};

	unit_of(p, r->find_max, unit, sizeof unit);
	if (!f->store || store_add_found(f->store, &found) == 0)
		return EXIT_DONE;
	complain("%s", store_why(f->store));
	return EXIT_INTERNAL;
}

// conclude writes what a search has found, with the metrics there.
static int conclude(struct finder *f, const struct hunt *h, struct point *p)
{
	const struct search *s = &h->search;
	json_t *params, *all;
	int64_t id;

	*h->value = s->low ? s->low : s->least;
	if (place(f, h, p, &id) != EXIT_DONE || keep(f, h, p, id) != EXIT_DONE)
		return EXIT_INTERNAL;
	params = point_params(f->plan, p);
	json_object_del(params, f->plan->settings->find_max);
	all = json_pack(
		"{s:s, s:s, s:i, s:o, s:o, s:s, s:s, s:o, s:o, s:I, s:I, "
		"s:o, s:o}",
		"workload", p->name, "policy", p->policy, "procs", p->procs,
		"m_cap", value_json(p->m_cap), "params", params, "find_max",
		f->plan->settings->find_max, "end", search_end_name(s->end),
		"highest", value_json(s->low), "fails_at", value_json(s->high),
		"trials", (json_int_t)h->n, "failed_trials",
		(json_int_t)failures(h), "slo", slo_json(f, h, id),
		"late_p99_s", json_out_number(middle(h, id, LATE) * 1e-9));
	despair(f, h, p);
	return all && json_array_append_new(f->found, all) == 0 ? EXIT_DONE
	                                                        : EXIT_INTERNAL;
}

static void tell(const struct finder *f, const struct hunt *h,
                 const struct point *p, bool met)
{
	if (!f->plan->settings->quiet)
		fprintf(stderr, "%s %s P=%d %s=%lld: %s\n", p->name, p->policy,
		        p->procs, f->plan->settings->find_max,
		        (long long)h->search.at, met ? "kept" : "not kept");
}

// begin starts a search where the point says, within what there can be.
static void begin(struct finder *f, struct hunt *h, struct point *p)
{
	const char *name = f->plan->settings->find_max;
	int64_t least = 1, most = WL_RATE_MAX;

	h->value = plan_sought(f->plan, p);
	if (p->workload) {
		const struct wl_param *param =
			&p->workload->params[params_index(p->workload, name)];

		least = param->min > 1 ? param->min : 1;
		most = param->max;
	}
	search_begin(&h->search, *h->value, least, most);
}

static int search_point(struct finder *f, const struct point *point)
{
	struct point p = *point;
	struct hunt h = {.n = 0};
	struct answer a;
	int code;

	begin(f, &h, &p);
	code = measure_base(f, &h, &p);
	while (!code && h.search.end == SEARCH_GOES_ON) {
		bool met;

		code = ask(f, &h, &p, h.search.at, &a);
		if (code)
			break;
		met = a.ok && slo_met(f->slo, a.value, h.base);
		tell(f, &h, &p, met);
		search_note(&h.search, met);
	}
	if (!code)
		code = conclude(f, &h, &p);
	free(h.asked);
	return code;
}

// recall_store takes what the store has.
static int recall_store(struct finder *f)
{
	if (!f->store || store_each_trial(f->store, learn, f) == 0)
		return EXIT_DONE;
	complain("the trials in %s cannot be read: %s", f->plan->settings->out,
	         store_why(f->store));
	return EXIT_INTERNAL;
}

int find_max_run(struct plan *plan, struct store *store)
{
	const struct request *r = plan->settings;
	struct finder f = {
		.plan = plan,
		.store = store,
		.slo = &r->slo,
		.seed = store ? store_about(store)->seed
	                      : (uint64_t)(r->seed ? r->seed : 1),
		.found = json_array(),
	};
	int code = recall_store(&f);

	for (size_t i = 0; !code && i < plan->n; i++)
		code = search_point(&f, &plan->point[i]);
	if (code == EXIT_INTERRUPTED && store)
		complain("interrupted. Go on with: dyno sweep --resume -o %s",
		         r->out);
	else if (code == EXIT_INTERRUPTED)
		complain("interrupted");
	if (!code)
		code = find_max_end(plan, store, f.found);
	if (!code && f.hopeless)
		code = EXIT_SUBJECT;
	json_decref(f.found);
	free(f.known);
	return code;
}
