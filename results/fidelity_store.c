// fidelity_store.c - what is compared of Dyno and Go, out of the store of a sweep.
//
// Numbers come from the metrics of ok trials; from schedtrace, which comes from a
// run of its own; and from our scheduler's counters. Trials that others disturbed
// count as well: their share of the CPUs is told with the report.
#include "fidelity.h"

#include "store.h"
#include "summary_doc.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PRESET "go1.27"

struct point {
	int64_t id;
	bool used;
	enum fidelity_side side;
	struct fidelity_place at;
};

struct reader {
	struct fidelity *f;
	struct point *point; // by id, as the store hands them out
	size_t n;
	double foreign, wall; // seconds of all trials
};

static int add_point(void *arg, const struct store_point *p)
{
	struct reader *r = arg;
	bool dyno = !strcmp(p->policy, PRESET), go = !strcmp(p->policy, "go");
	if ((r->n & (r->n - 1)) == 0) {
		size_t room = r->n ? 2 * r->n : 1;
		struct point *all = realloc(r->point, room * sizeof *all);
		if (!all)
			return -ENOMEM;
		r->point = all;
	}
	struct point *q = &r->point[r->n++];
	*q = (struct point){
		.id = p->id,
		.used = (dyno || go) && !p->m_cap && strcmp(p->subject, "program"),
		.side = go ? FIDELITY_GO : FIDELITY_DYNO,
		.at = {.workload = arena_string(&r->f->arena, p->workload),
	               .setting = summary_setting(&r->f->arena, p->params),
	               .procs = p->procs},
	};
	return q->at.workload && q->at.setting ? 0 : -ENOMEM;
}

static int by_id(const void *a, const void *b)
{
	const struct point *p = a, *q = b;
	return (p->id > q->id) - (p->id < q->id);
}

//---------------------------------------------------------------------------
// A trial
//---------------------------------------------------------------------------

static int add_metrics(struct reader *r, const struct point *p,
                       const struct store_trial *t)
{
	static const struct {
		const char *name;
		enum fidelity_measure measure;
	} taken[] = {
		{"throughput", FIDELITY_THROUGHPUT},
		{"latency_p50", FIDELITY_P50},
		{"wait_p50", FIDELITY_P50},
		{"latency_p99", FIDELITY_P99},
		{"wait_p99", FIDELITY_P99},
	};
	int err = 0;
	for (size_t i = 0; i < t->n_metric; i++) {
		for (size_t j = 0; !err && j < sizeof taken / sizeof *taken; j++)
			if (!strcmp(t->metric[i].name, taken[j].name))
				err = fidelity_add(r->f, &p->at, taken[j].measure,
				                   p->side, t->metric[i].value);
	}
	return err;
}

static double number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);
	return json_is_number(v) ? json_number_value(v) : NAN;
}

static int add_trace(struct reader *r, const struct point *p, const json_t *doc)
{
	static const struct {
		const char *name, *of;
		enum fidelity_measure measure;
	} taken[] = {
		{"threads", "max", FIDELITY_THREADS},
		{"spinning", "mean", FIDELITY_SPINNING},
		{"idle_ps", "mean", FIDELITY_IDLE_PS},
		{"global_queue", "mean", FIDELITY_GLOBAL_QUEUE},
		{"local_queues", "mean", FIDELITY_LOCAL_QUEUES},
	};
	const json_t *trace = json_object_get(doc, "schedtrace");
	int err = 0;
	for (size_t i = 0; !err && i < sizeof taken / sizeof *taken; i++) {
		double v = number(json_object_get(trace, taken[i].name),
		                  taken[i].of);
		err = fidelity_add(r->f, &p->at, taken[i].measure, p->side, v);
	}
	return err;
}

// add_counters takes counters for each operation of the timed rounds.
static int add_counters(struct reader *r, const struct point *p,
                        const struct store_trial *t, const json_t *doc)
{
	const json_t *scheduler = json_object_get(doc, "scheduler");
	double operations = NAN;
	for (size_t i = 0; i < t->n_metric; i++) {
		if (!strcmp(t->metric[i].name, "operations"))
			operations = t->metric[i].value;
	}
	int err = fidelity_add(r->f, &p->at, FIDELITY_STEALS, p->side,
	                       number(scheduler, "steals_won") / operations);
	return err ? err
	           : fidelity_add(r->f, &p->at, FIDELITY_HANDOFFS, p->side,
	                          number(scheduler, "handoffs") / operations);
}

static int take_doc(struct reader *r, const struct point *p,
                    const struct store_trial *t, const json_t *doc)
{
	const char *go = json_string_value(json_object_get(doc, "go_version"));
	const json_t *noise = json_object_get(doc, "noise");
	double foreign = number(noise, "foreign_cpu_s"),
	       wall = number(noise, "wall_s");
	if (isfinite(foreign) && isfinite(wall)) {
		r->foreign += foreign;
		r->wall += wall;
	}
	if (go && !r->f->go)
		r->f->go = arena_string(&r->f->arena, go);
	int err = add_trace(r, p, doc);
	return err ? err : add_counters(r, p, t, doc);
}

static int add_trial(void *arg, const struct store_trial *t)
{
	struct reader *r = arg;
	const struct point like = {.id = t->point};
	const struct point *p = r->n ? bsearch(&like, r->point, r->n,
	                                       sizeof like, by_id)
	                             : NULL;
	if (!p) // a foreign key of the schema forbids it
		return -EBADMSG;
	if (!p->used)
		return 0;
	r->f->trials++;
	if (t->outcome != STORE_OK)
		return fidelity_add_failed(r->f, &p->at, p->side, 1);
	json_t *doc = t->doc ? json_loads(t->doc, 0, NULL) : NULL;
	int err = add_metrics(r, p, t);
	if (!err)
		err = take_doc(r, p, t, doc);
	json_decref(doc);
	return err;
}

//---------------------------------------------------------------------------
// All of it
//---------------------------------------------------------------------------

// name_machine says in one line what was measured where, and how noisy it was.
static int name_machine(struct reader *r, const char *environment)
{
	json_t *facts = json_loads(environment, 0, NULL);
	double cpus = number(facts, "cpus_online");
	const char *cpu = json_string_value(json_object_get(facts, "cpu"));
	const char *kernel = json_string_value(json_object_get(facts, "kernel"));
	char text[512];
	int len = snprintf(text, sizeof text,
	                   "%.0f CPUs of a %smachine (%.100s, Linux %.100s)",
	                   isfinite(cpus) ? cpus : 0,
	                   json_is_true(json_object_get(facts, "virtual_machine"))
	                           ? "virtual "
	                           : "",
	                   cpu ? cpu : "unknown CPU",
	                   kernel ? kernel : "unknown");
	if (isfinite(cpus) && r->wall > 0 && cpus > 0)
		snprintf(text + len, sizeof text - (size_t)len,
		         "; others used %.1f %% of the CPU time meanwhile",
		         100 * r->foreign / (r->wall * cpus));
	json_decref(facts);
	r->f->policy = PRESET;
	r->f->machine = arena_string(&r->f->arena, text);
	return r->f->machine ? 0 : -ENOMEM;
}

int fidelity_store_read(struct fidelity *f, const char *dir, char *err,
                        size_t errlen)
{
	struct reader r = {.f = f};
	struct store *store;
	int failed = store_open(dir, &store, err, errlen);
	if (failed)
		return failed;
	failed = store_freeze(store);
	if (!failed)
		failed = store_each_point(store, add_point, &r);
	if (!failed)
		failed = store_each_trial(store, add_trial, &r);
	if (!failed)
		failed = name_machine(&r, store_about(store)->environment);
	if (failed == -ENOMEM)
		snprintf(err, errlen, "%s: out of memory", dir);
	else if (failed)
		snprintf(err, errlen, "%s", store_why(store));
	store_thaw(store);
	store_close(store);
	free(r.point);
	return failed;
}
