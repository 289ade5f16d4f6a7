// plan_json.c - a plan as JSON, and back.
//
// Reading goes through the same checks as a command line: a store may come from
// elsewhere.
#include "complain.h"
#include "params.h"
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum { SCHEMA = 1, TEXT_MAX = 4096 };

static json_t *words_json(const struct words *list)
{
	json_t *all = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(all, json_string(list->v[i]));
	return all;
}

// numbers_json writes 0 as null if it stands for none.
static json_t *numbers_json(const struct numbers *list)
{
	json_t *all = json_array();

	for (size_t i = 0; i < list->n; i++)
		json_array_append_new(all, list->v[i] ? json_integer(list->v[i])
		                                      : json_null());
	return all;
}

static json_t *counters_json(const bool *wanted)
{
	json_t *all = json_array();

	for (size_t i = 0; counters_catalogue(i); i++)
		if (wanted[i])
			json_array_append_new(
				all, json_string(counters_catalogue(i)->name));
	return all;
}

static void put_program(json_t *plan, const struct request *r)
{
	json_object_set_new(plan, "command", words_json(&r->program));
	json_object_set_new(plan, "env", words_json(&r->env));
	json_object_set_new(plan, "metrics", words_json(&r->metrics));
	if (r->load.n) {
		json_object_set_new(plan, "load", words_json(&r->load));
		json_object_set_new(plan, "ready", json_string(r->ready));
	}
	if (r->threads_every != REQUEST_THREADS_EVERY)
		json_object_set_new(
			plan, "threads_every_ns",
			r->threads_every
				? json_integer((json_int_t)r->threads_every)
				: json_null());
	json_object_set_new(plan, "better",
	                    json_string(r->lower ? "lower" : "higher"));
}

// put_share writes a percentage as its option takes it; none is left out.
static void put_share(json_t *plan, const char *key, double share)
{
	char text[32];

	snprintf(text, sizeof text, "%.15g%%", 100 * share);
	if (plan && share > 0)
		json_object_set_new(plan, key, json_string(text));
}

static void put_traces(json_t *plan, const struct request *r)
{
	if (plan && r->schedtrace)
		json_object_set_new(plan, "schedtrace_ns",
		                    json_integer((json_int_t)r->schedtrace));
	if (plan && r->schedtrace_reps)
		json_object_set_new(plan, "schedtrace_reps",
		                    json_integer((json_int_t)r->schedtrace_reps));
}

json_t *plan_json(const struct plan *p)
{
	const struct request *r = p->settings;
	char cpus[TEXT_MAX];
	json_t *plan;

	plan = json_pack(
		"{s:i, s:o, s:o, s:o, s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:s, "
		"s:o, s:s, s:b, s:s}",
		"schema", SCHEMA, "workloads", words_json(&r->workloads),
		"policies", words_json(&r->policies), "procs",
		numbers_json(&r->procs), "m_caps", numbers_json(&r->m_caps),
		"params", words_json(&r->params), "size",
		request_size_name(r->size), "duration_ns",
		(json_int_t)r->duration, "timeout_ns", (json_int_t)r->timeout,
		"reps", (json_int_t)r->reps, "max_threads",
		(json_int_t)r->max_threads, "stack_guard",
		request_stack_guard_name(r->stack_guard), "counters",
		counters_json(r->counter), "pin", r->pin, "pin_ps", r->pin_ps,
		"cpus", plan_cpus(p, cpus, sizeof cpus));
	if (plan && p->n_pin > 1)
		json_object_set_new(plan, "pins", words_json(&r->pins));
	put_share(plan, "foreign_limit", r->foreign_limit);
	put_share(plan, "until", r->until);
	if (plan && r->budgeted)
		json_object_set_new(plan, "budgeted", json_true());
	if (plan && r->rates.n)
		json_object_set_new(plan, "rates", numbers_json(&r->rates));
	if (plan && r->quotas.n)
		json_object_set_new(plan, "quota_mcpu", numbers_json(&r->quotas));
	if (plan && r->work_rate)
		json_object_set_new(plan, PLAN_WORK_RATE,
		                    json_integer((json_int_t)r->work_rate));
	if (plan && r->find_max) {
		json_object_set_new(plan, "find_max", json_string(r->find_max));
		json_object_set_new(plan, "slo", json_string(r->slo_text));
	}
	put_traces(plan, r);
	if (plan && r->program.n)
		put_program(plan, r);
	return plan;
}

json_t *point_params(const struct plan *plan, const struct point *p)
{
	json_t *all = p->workload ? params_json(p->workload, p->param)
	                          : json_object();

	if (p->rate)
		json_object_set_new(all, WL_RATE, json_integer(p->rate));
	if (p->quota)
		json_object_set_new(all, PLAN_QUOTA, json_integer(p->quota));
	if (plan->n_pin > 1)
		json_object_set_new(all, PLAN_PIN,
		                    json_string(plan_pin_name(plan, p)));
	return all;
}

//---------------------------------------------------------------------------
// Reading
//---------------------------------------------------------------------------

typedef int (*taker)(struct request *r, const char *text);

// take_one hands one value to a setter, as text.
static int take_one(struct request *r, const json_t *value, const char *suffix,
                    taker take)
{
	char text[TEXT_MAX];

	if (json_is_string(value))
		snprintf(text, sizeof text, "%s", json_string_value(value));
	else if (json_is_integer(value))
		snprintf(text, sizeof text, "%lld%s",
		         (long long)json_integer_value(value), suffix);
	else if (json_is_null(value))
		snprintf(text, sizeof text, "none");
	else
		return -EINVAL;
	return take(r, text);
}

static int take_each(struct request *r, const json_t *plan, const char *key,
                     taker take)
{
	const json_t *list = json_object_get(plan, key), *value;
	size_t i;
	int err = json_is_array(list) ? 0 : -EINVAL;

	json_array_foreach(list, i, value) if (!err)
		err = take_one(r, value, "", take);
	return err;
}

static int take_counters(struct request *r, const json_t *plan)
{
	const json_t *list = json_object_get(plan, "counters"), *value;
	size_t i;

	if (!json_is_array(list))
		return -EINVAL;
	memset(r->counter, 0, sizeof r->counter);
	json_array_foreach(list, i, value)
	{
		int c = json_is_string(value)
		                ? counters_find(json_string_value(value))
		                : -1;

		if (c < 0)
			return -EINVAL;
		r->counter[c] = true;
	}
	return 0;
}

// A key with one value, and the unit that its number lacks.
struct single {
	const char *key, *suffix;
	taker take;
};

static int take_singles(struct request *r, const json_t *plan,
                        const struct single *s, size_t n)
{
	int err = 0;

	for (size_t i = 0; !err && i < n; i++)
		err = take_one(r, json_object_get(plan, s[i].key), s[i].suffix,
		               s[i].take);
	return err;
}

// take_procs reads what GOMAXPROCS was: null is not set.
static int take_procs(struct request *r, const char *text)
{
	return request_procs(r, strcmp(text, "none") == 0 ? "default" : text);
}

// take_quota reads thousandths of a CPU.
static int take_quota(struct request *r, const char *text)
{
	char cpus[48];
	int64_t v;

	if (number_parse(text, 1, INT32_MAX, &v) != 0)
		return request_quota(r, text);
	snprintf(cpus, sizeof cpus, "%.15g", (double)v / 1000);
	return request_quota(r, cpus);
}

static int read_program(struct request *r, const json_t *plan)
{
	static const struct single single[] = {
		{"timeout_ns", "ns", request_timeout},
		{"reps", "", request_reps},
		{"pin", "", request_pin},
		{"better", "", request_better},
	};
	int err = take_singles(r, plan, single, sizeof single / sizeof *single);

	if (!err && json_object_get(plan, "load"))
		err = take_each(r, plan, "load", request_load_word);
	if (!err && json_object_get(plan, "ready"))
		err = take_one(r, json_object_get(plan, "ready"), "",
		               request_ready);
	if (!err && json_object_get(plan, "threads_every_ns"))
		err = take_one(r, json_object_get(plan, "threads_every_ns"),
		               "ns", request_threads_every);
	if (!err)
		err = take_each(r, plan, "command", request_command);
	if (!err)
		err = take_each(r, plan, "env", request_env);
	if (!err)
		err = take_each(r, plan, "metrics", request_metric);
	return err ? err : take_each(r, plan, "procs", take_procs);
}

// take_share reads a percentage that may not be there.
static int take_share(struct request *r, const json_t *plan, const char *key,
                      taker take, double *share)
{
	const json_t *value = json_object_get(plan, key);

	*share = 0;
	return value ? take_one(r, value, "", take) : 0;
}

static int take_traces(struct request *r, const json_t *plan)
{
	const json_t *every = json_object_get(plan, "schedtrace_ns");
	const json_t *reps = json_object_get(plan, "schedtrace_reps");
	int err = every ? take_one(r, every, "ns", request_schedtrace) : 0;

	return !err && reps ? take_one(r, reps, "", request_schedtrace_reps)
	                    : err;
}

static int read_all(struct request *r, const json_t *plan)
{
	static const struct single single[] = {
		{"size", "", request_size},
		{"duration_ns", "ns", request_duration},
		{"timeout_ns", "ns", request_timeout},
		{"reps", "", request_reps},
		{"stack_guard", "", request_stack_guard},
		{"pin", "", request_pin},
	};
	const json_t *threads = json_object_get(plan, "max_threads");
	const json_t *sought = json_object_get(plan, "find_max");
	const json_t *rate = json_object_get(plan, PLAN_WORK_RATE);
	int err = 0;

	if (json_integer_value(json_object_get(plan, "schema")) != SCHEMA)
		return -EINVAL;
	if ((err = take_share(r, plan, "foreign_limit", request_foreign_limit,
	                      &r->foreign_limit)) ||
	    (err = take_share(r, plan, "until", request_until, &r->until)) ||
	    (err = take_traces(r, plan)))
		return err;
	r->budgeted = json_is_true(json_object_get(plan, "budgeted"));
	if (json_object_get(plan, "pins"))
		err = take_each(r, plan, "pins", request_pin);
	if (err)
		return err;
	if (json_object_get(plan, "quota_mcpu"))
		err = take_each(r, plan, "quota_mcpu", take_quota);
	if (!err && json_object_get(plan, "rates"))
		err = take_each(r, plan, "rates", request_rate);
	if (!err && sought)
		err = take_one(r, sought, "", request_find_max);
	if (!err && sought)
		err = take_one(r, json_object_get(plan, "slo"), "", request_slo);
	if (err)
		return err;
	if (json_object_get(plan, "command"))
		return read_program(r, plan);
	err = take_singles(r, plan, single, sizeof single / sizeof *single);
	if (err || (err = take_each(r, plan, "workloads", request_workloads)) ||
	    (err = take_each(r, plan, "policies", request_policy)) ||
	    (err = take_each(r, plan, "procs", request_procs)) ||
	    (err = take_each(r, plan, "m_caps", request_m_cap)) ||
	    (err = take_each(r, plan, "params", request_param)) ||
	    (err = take_counters(r, plan)) ||
	    (rate && (err = take_one(r, rate, "", request_work_rate))))
		return err;
	if (json_is_true(json_object_get(plan, "pin_ps")))
		request_pin_ps(r, NULL);
	return json_integer_value(threads)
	               ? take_one(r, threads, "", request_max_threads)
	               : 0;
}

int plan_read(const char *json, struct request *r)
{
	json_t *plan = json_loads(json, JSON_REJECT_DUPLICATES, NULL);
	int err = plan ? read_all(r, plan) : -EINVAL;

	json_decref(plan);
	if (err)
		complain("the plan in the store cannot be read by this version of dyno");
	return err;
}
