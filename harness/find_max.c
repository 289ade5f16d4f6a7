// find_max.c - the highest value of a parameter that keeps a promise, at every
// point of a plan.
//
// search.c asks and slo.c judges; here trials are run. What a search asks next
// depends on the answers alone, and each trial is stored under the value that it
// was run with. So a search that was killed is simply begun again: it asks the
// same questions, and finds the first answers in the store.
#include "find_max.h"

#include "complain.h"
#include "exit_codes.h"
#include "interrupt.h"
#include "order.h"
#include "params.h"
#include "search.h"
#include "trial_row.h"

#include <errno.h>
#include <math.h>
#include <results/report.h>
#include <results/stats.h>
#include <results/table.h>
#include <results/unit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BASE_TRIALS = 3, LATE = SLO_MAX, VALUES = SLO_MAX + 1 };

// What a trial told: the metrics of the promise, and how late the load generator
// was, in ns.
struct answer {
	int64_t point; // its id
	int rep;
	bool ok;
	double value[VALUES];
};

struct finder {
	struct plan *plan;
	struct store *store;
	const struct slo *slo;
	struct answer *known; // all that the store has
	size_t n;
	int position;
	json_t *found; // an object per point
};

// The search at one point.
struct hunt {
	struct search search;
	size_t param;         // its place in the workload's table
	struct answer *asked; // these
	size_t n;
	double base[SLO_MAX];
};

//---------------------------------------------------------------------------
// Answers
//---------------------------------------------------------------------------

static double value_of(const struct store_trial *t, const char *name)
{
	for (size_t i = 0; i < t->n_metric; i++) {
		const struct store_metric *m = &t->metric[i];

		if (strcmp(m->name, name) == 0)
			return strcmp(m->unit, "s") == 0 ? m->value * 1e9
			                                 : m->value;
	}
	return NAN;
}

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
	for (size_t i = 0; i < f->slo->n; i++)
		a->value[i] = value_of(t, f->slo->condition[i].metric);
	a->value[LATE] = value_of(t, "late_p99");
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
	int64_t seed = order_seed(store_about(f->store)->seed, rep);
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

// ask gets the answer of a trial at a value, out of the store or by running it.
static int ask(struct finder *f, struct hunt *h, struct point *p, int64_t value,
               struct answer *out)
{
	struct answer *grown = reallocarray(h->asked, h->n + 1, sizeof *grown);
	int rep = 0, code = EXIT_DONE;
	int64_t id;

	if (!grown) {
		complain("no memory for the trials");
		return EXIT_INTERNAL;
	}
	h->asked = grown;
	p->param[h->param] = value;
	if (trial_row_point(f->store, f->plan, p, &id) != 0) {
		complain("%s", store_why(f->store));
		return EXIT_INTERNAL;
	}
	for (size_t i = 0; i < h->n; i++)
		rep += h->asked[i].point == id;
	if (interrupt_seen())
		return EXIT_INTERRUPTED;
	if (!recall(f, id, rep))
		code = try_it(f, p, id, rep);
	f->position++;
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

static json_t *seconds(double ns)
{
	return isfinite(ns) ? json_real(ns * 1e-9) : json_null();
}

static json_t *value_json(int64_t v)
{
	return v ? json_integer((json_int_t)v) : json_null();
}

// conclude writes what a search has found, with the latencies there.
static int conclude(struct finder *f, const struct hunt *h, struct point *p)
{
	const struct search *s = &h->search;
	json_t *params, *slo = json_array(), *all;
	size_t failed = 0;
	int64_t id = 0;
	int err;

	p->param[h->param] = s->low ? s->low : s->least;
	err = trial_row_point(f->store, f->plan, p, &id);
	params = point_params(f->plan, p);
	json_object_del(params, f->plan->settings->find_max);
	for (size_t i = 0; i < f->slo->n; i++)
		json_array_append_new(
			slo, json_pack("{s:s, s:o, s:o}", "metric",
		                       f->slo->condition[i].metric, "value_s",
		                       seconds(middle(h, id, i)), "base_s",
		                       seconds(f->slo->base ? h->base[i] : NAN)));
	for (size_t i = 0; i < h->n; i++)
		failed += !h->asked[i].ok;
	all = json_pack("{s:s, s:s, s:i, s:o, s:o, s:s, s:s, s:o, s:o, s:I, s:I, "
	                "s:o, s:o}",
	                "workload", p->name, "policy", p->policy, "procs",
	                p->procs, "m_cap", value_json(p->m_cap), "params",
	                params, "find_max", f->plan->settings->find_max, "end",
	                search_end_name(s->end), "highest", value_json(s->low),
	                "fails_at", value_json(s->high), "trials",
	                (json_int_t)h->n, "failed_trials", (json_int_t)failed,
	                "slo", slo, "late_p99_s", seconds(middle(h, id, LATE)));
	return !err && all && json_array_append_new(f->found, all) == 0
	               ? EXIT_DONE
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

static int search_point(struct finder *f, const struct point *point)
{
	struct point p = *point;
	struct hunt h = {.n = 0};
	const struct wl_param *param;
	struct answer a;
	int code;

	h.param = (size_t)params_index(p.workload, f->plan->settings->find_max);
	param = &p.workload->params[h.param];
	search_begin(&h.search, p.param[h.param],
	             param->min > 1 ? param->min : 1, param->max);
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

//---------------------------------------------------------------------------
// The end
//---------------------------------------------------------------------------

static const char *text_of(const json_t *o, const char *key, char *out, size_t n)
{
	const json_t *v = json_object_get(o, key);

	if (json_is_integer(v))
		snprintf(out, n, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v))
		unit_format(out, n, json_real_value(v), "s");
	else
		snprintf(out, n, "%s",
		         json_is_string(v) ? json_string_value(v) : "-");
	return out;
}

static int print_table(const struct finder *f)
{
	static const char *const keys[] = {"workload", "policy",  "procs",
	                                   "m_cap",    "highest", "fails_at",
	                                   "end",      "trials",  "late_p99_s"};
	const struct table_column columns[] = {{"workload", TABLE_LEFT},
	                                       {"policy", TABLE_LEFT},
	                                       {"P", TABLE_RIGHT},
	                                       {"M cap", TABLE_RIGHT},
	                                       {f->plan->settings->find_max,
	                                        TABLE_RIGHT},
	                                       {"fails at", TABLE_RIGHT},
	                                       {"end", TABLE_LEFT},
	                                       {"trials", TABLE_RIGHT},
	                                       {"late p99", TABLE_RIGHT}};
	enum { COLUMNS = sizeof keys / sizeof *keys };
	struct table *t = table_new(columns, COLUMNS);
	char text[COLUMNS][256];
	const char *cell[COLUMNS];
	int err = t ? 0 : -ENOMEM;
	json_t *o;
	size_t i;

	json_array_foreach(f->found, i, o)
	{
		for (size_t k = 0; k < COLUMNS; k++)
			cell[k] = text_of(o, keys[k], text[k], sizeof text[k]);
		err = err ? err : table_row(t, cell);
	}
	if (!err)
		err = table_print(t, stdout);
	table_free(t);
	return err;
}

static int print_json(const struct finder *f)
{
	const struct request *r = f->plan->settings;
	json_t *doc = json_pack("{s:i, s:s, s:s, s:s, s:O}", "schema", 1,
	                        "directory", r->out, "find_max", r->find_max,
	                        "slo", r->slo_text, "points", f->found);
	int err = doc ? json_dumpf(doc, stdout, JSON_INDENT(2)) : -ENOMEM;

	putchar('\n');
	json_decref(doc);
	return err;
}

// end prints what was found, and says what was not.
static int end(const struct finder *f)
{
	const struct request *r = f->plan->settings;
	struct report report;
	char why[512];
	int err = report_write(r->out, &report, why, sizeof why);

	if (err) {
		complain("the trials are stored, but their report could not be written: %s",
		         why);
		return EXIT_INTERNAL;
	}
	if (r->json)
		err = print_json(f);
	else if (!r->quiet)
		err = print_table(f);
	if (!err && !r->json && !r->quiet)
		printf("\n%s\n", report.path);
	return err ? EXIT_INTERNAL : EXIT_DONE;
}

int find_max_run(struct plan *plan, struct store *store)
{
	struct finder f = {
		.plan = plan,
		.store = store,
		.slo = &plan->settings->slo,
		.found = json_array(),
	};
	int code = store_each_trial(store, learn, &f) == 0 ? EXIT_DONE
	                                                   : EXIT_INTERNAL;

	if (code)
		complain("the trials in %s cannot be read: %s",
		         plan->settings->out, store_why(store));
	for (size_t i = 0; !code && i < plan->n; i++)
		code = search_point(&f, &plan->point[i]);
	if (code == EXIT_INTERRUPTED)
		complain("interrupted. Go on with: dyno sweep --resume -o %s",
		         plan->settings->out);
	if (!code)
		code = end(&f);
	json_decref(f.found);
	free(f.known);
	return code;
}
