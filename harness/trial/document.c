// document.c - what a trial tells, as JSON. The schema is in harness/README.md;
// a change that a reader could stumble over raises SCHEMA.
#include "document.h"

#include "subject.h"

#include "../machine.h"
#include "../params.h"

#include <dyno/policy.h>
#include <math.h>
#include <results/json_out.h>
#include <stdlib.h>

enum { SCHEMA = 1 };

static const char *outcome_name(enum rounds_outcome outcome)
{
	static const char *const names[] = {"ok", "wrong", "unsupported",
	                                    "error"};

	return names[outcome];
}

// add_metric appends one; a value that is not finite has no place in JSON.
static void add_metric(json_t *all, const char *name, const char *unit,
                       const char *better, double value)
{
	if (isfinite(value))
		json_array_append_new(all,
		                      json_pack("{s:s, s:s, s:s, s:f}", "name",
		                                name, "unit", unit, "better",
		                                better, "value", value));
}

static void add_latency(json_t *all, const struct dy_histogram *h,
                        const char *name, double q)
{
	double s = dy_histogram_quantile(h, q);

	if (s >= 0)
		add_metric(all, name, "s", "lower", s);
}

static json_t *metrics(const struct rounds *r)
{
	json_t *all = json_array();

	if (r->outcome != ROUNDS_OK)
		return all;
	add_metric(all, "throughput", "op/s", "higher",
	           (double)r->ops / r->seconds);
	add_metric(all, "seconds", "s", "", r->seconds);
	add_metric(all, "operations", "1", "", (double)r->ops);
	add_latency(all, &r->latency, "sched_latency_p50", 0.5);
	add_latency(all, &r->latency, "sched_latency_p99", 0.99);
	add_latency(all, &r->latency, "sched_latency_max", 1);
	if (r->memory >= 0)
		add_metric(all, "memory_per_goroutine", "B", "lower", r->memory);
	for (size_t i = 0; i < r->run.n_metric && i < WL_METRICS_MAX; i++)
		add_metric(all, r->run.metric[i].name, r->run.metric[i].unit,
		           r->run.metric[i].better, r->run.metric[i].value);
	return all;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

// variation is the standard deviation over the mean.
static double variation(const double *v, size_t n)
{
	double mean = 0, square = 0;

	for (size_t i = 0; i < n; i++)
		mean += v[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		square += (v[i] - mean) * (v[i] - mean);
	return n > 1 && mean > 0 ? sqrt(square / (double)(n - 1)) / mean : 0;
}

// spread tells how the rounds of this trial differed among themselves.
static json_t *spread(const struct rounds *r)
{
	size_t n = r->n;

	if (n < 2)
		return NULL;
	qsort(r->throughput, n, sizeof *r->throughput, compare);
	return json_pack(
		"{s:f, s:f, s:f, s:f}", "min", r->throughput[0], "median",
		(r->throughput[(n - 1) / 2] + r->throughput[n / 2]) / 2, "max",
		r->throughput[n - 1], "cv", variation(r->throughput, n));
}

static json_t *scheduler(const struct dy_stats *stats)
{
	json_t *all = json_object();

	for (size_t i = 0; dy_stats_name(i); i++)
		json_object_set_new(
			all, dy_stats_name(i),
			json_integer((json_int_t)dy_stats_get(stats, i)));
	return all;
}

static json_t *counters(const struct counters *c)
{
	json_t *all = json_array();

	for (size_t i = 0; counters_catalogue(i); i++) {
		const struct counter *k = counters_catalogue(i);

		if (c->state[i].present)
			json_array_append_new(
				all,
				json_pack("{s:s, s:s, s:s, s:s, s:s, s:f}",
			                  "name", k->name, "source",
			                  counter_source_name(k->source),
			                  "event", k->event, "scope",
			                  counter_scope_name(k->scope), "unit",
			                  k->unit, "value", c->state[i].value));
	}
	return all;
}

static json_t *counters_absent(const struct counters *c)
{
	json_t *all = json_object();

	for (size_t i = 0; counters_catalogue(i); i++)
		if (c->state[i].wanted && !c->state[i].present)
			json_object_set_new(all, counters_catalogue(i)->name,
			                    json_out_text(c->state[i].why));
	return all;
}

static bool counted_by_papi(const struct counters *c)
{
	for (size_t i = 0; counters_catalogue(i); i++)
		if (counters_catalogue(i)->source == COUNTER_PAPI &&
		    c->state[i].present)
			return true;
	return false;
}

// environment adds to the machine's facts those of this trial.
static json_t *environment(const struct rounds *r, const struct dy_config *cfg,
                           const struct placement *placement)
{
	json_t *facts = machine_facts("");

	json_object_set_new(
		facts, "stack_guard",
		json_out_text(request_stack_guard_name(cfg->stack_guard)));
	if (counted_by_papi(r->counters))
		json_object_set_new(facts, "counter_mode",
		                    json_out_text(r->counters->user_only
		                                          ? "user"
		                                          : "user and kernel"));
	json_object_set_new(facts, "work_rate",
	                    json_integer((json_int_t)dy_work_rate()));
	json_object_set_new(facts, "ps_pinned", json_boolean(placement));
	if (on_threads())
		json_object_set_new(facts, "procs_are",
		                    json_out_text("CPUs, by affinity"));
	if (placement && placement_failures(placement))
		json_object_set_new(facts, "pin_failures",
		                    json_integer(placement_failures(placement)));
	return facts;
}

static json_t *policy(const struct dy_config *cfg)
{
	char canon[REQUEST_POLICY_MAX];

	if (dy_policy_canon(cfg->policy, canon, sizeof canon) != 0)
		return json_out_text(cfg->policy);
	return json_out_text(canon);
}

static json_t *plugins(const struct words *paths)
{
	json_t *all = json_array();

	for (size_t i = 0; i < paths->n; i++)
		json_array_append_new(all, json_out_text(paths->v[i]));
	return all;
}

// ejected says which policies gave way to Go's rule, and why.
static json_t *ejected(void)
{
	json_t *all = json_array();

	for (size_t i = 0; dy_policy_axis(i); i++)
		if (dy_policy_ejected(i))
			json_array_append_new(
				all, json_out_text(dy_policy_ejected(i)));
	return all;
}

// overhead tells what the runner itself took: of the timed rounds, where it counts as
// the workload's, and of the time between them.
static json_t *overhead(const struct rounds *r)
{
	double n = (double)r->n;

	if (r->outcome != ROUNDS_OK)
		return json_null();
	return json_pack("{s:f, s:f, s:f, s:f}", "in_rounds",
	                 n * r->empty / r->seconds, "between_rounds",
	                 fmax(r->between, 0) / r->section, "round_s", r->empty,
	                 "between_s", fmax(r->between, 0) / n);
}

json_t *document_make(const struct rounds *r, const struct dy_config *cfg,
                      const struct request *request,
                      const struct placement *placement)
{
	json_t *doc = json_pack(
		"{s:i, s:s, s:s, s:s, s:o, s:i, s:o, s:o, s:s, s:I, s:b, s:s, "
		"s:o, s:s, s:I}",
		"schema", SCHEMA, "workload", r->workload->name, "subject",
		TRIAL_SUBJECT, "engine", "linux", "policy", policy(cfg),
		"procs", cfg->procs, "m_cap",
		cfg->m_cap ? json_integer(cfg->m_cap) : json_null(), "params",
		params_json(r->workload, r->run.param), "size",
		request_size_name(request->size), "seed", (json_int_t)cfg->seed,
		"verified", r->outcome == ROUNDS_OK, "outcome",
		outcome_name(r->outcome), "why", json_out_text(r->run.why),
		"op", r->workload->op, "rounds", (json_int_t)r->n);
	json_t *spread_of_rounds;

	if (!doc)
		return NULL;
	if (request->plugins.n) {
		json_object_set_new(doc, "plugins", plugins(&request->plugins));
		json_object_set_new(doc, "ejected", ejected());
	}
	json_object_set_new(doc, "metrics", metrics(r));
	spread_of_rounds = spread(r);
	if (spread_of_rounds)
		json_object_set_new(doc, "round_throughput", spread_of_rounds);
	json_object_set_new(doc, "idle_cpu",
	                    r->outcome == ROUNDS_OK && r->idle_cpu >= 0
	                            ? json_real(r->idle_cpu)
	                            : json_null());
	json_object_set_new(doc, "overhead", overhead(r));
	json_object_set_new(doc, "scheduler", scheduler(&r->stats));
	json_object_set_new(doc, "counters", counters(r->counters));
	json_object_set_new(doc, "counters_absent", counters_absent(r->counters));
	json_object_set_new(doc, "environment", environment(r, cfg, placement));
	return doc;
}
