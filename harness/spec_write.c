// spec_write.c - the experiment of a plan as a spec.
//
// What a plan has filled in (GOMAXPROCS, the policy, sizes and times) is
// written out, so that the file means the same elsewhere and later. What is left
// at its default and says nothing about a trial's numbers is left out.
#include "spec.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

// A document being made; an error sticks.
struct writer {
	yaml_document_t document;
	int root;
	bool failed;
};

static int scalar(struct writer *w, const char *text)
{
	int node = yaml_document_add_scalar(&w->document, NULL,
	                                    (const yaml_char_t *)(uintptr_t)text,
	                                    -1, YAML_ANY_SCALAR_STYLE);

	w->failed |= node == 0;
	return node;
}

static void pair(struct writer *w, int mapping, const char *key, int value)
{
	int name = scalar(w, key);

	if (!w->failed && !yaml_document_append_mapping_pair(
				  &w->document, mapping, name, value))
		w->failed = true;
}

static void put(struct writer *w, const char *key, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void put(struct writer *w, const char *key, const char *fmt, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, fmt);
	n = vasprintf(&text, fmt, args);
	va_end(args);
	if (n < 0) {
		w->failed = true;
		return;
	}
	pair(w, w->root, key, scalar(w, text));
	free(text);
}

// list adds an empty list under a key.
static int list(struct writer *w, const char *key, yaml_sequence_style_t style)
{
	int node = yaml_document_add_sequence(&w->document, NULL, style);

	w->failed |= node == 0;
	pair(w, w->root, key, node);
	return node;
}

static void item(struct writer *w, int sequence, const char *text)
{
	int node = scalar(w, text);

	if (!w->failed &&
	    !yaml_document_append_sequence_item(&w->document, sequence, node))
		w->failed = true;
}

static void put_words(struct writer *w, const char *key,
                      const struct words *words, yaml_sequence_style_t style)
{
	int node = list(w, key, style);

	for (size_t i = 0; i < words->n; i++)
		item(w, node, words->v[i]);
}

static void put_numbers(struct writer *w, const char *key,
                        const struct numbers *numbers, const char *zero)
{
	int node = list(w, key, YAML_FLOW_SEQUENCE_STYLE);
	char text[32];

	for (size_t i = 0; i < numbers->n; i++) {
		snprintf(text, sizeof text, "%" PRId64, numbers->v[i]);
		item(w, node, numbers->v[i] ? text : zero);
	}
}

// last_of says whether no later word sets the same name.
static bool last_of(const struct words *params, size_t i)
{
	size_t len = strcspn(params->v[i], "=") + 1;

	for (size_t k = i + 1; k < params->n; k++)
		if (strncmp(params->v[k], params->v[i], len) == 0)
			return false;
	return true;
}

// value_or_list is a scalar, or a list of what commas separate.
static int value_or_list(struct writer *w, const char *text)
{
	struct words values = {0};
	int node;

	if (!strchr(text, ','))
		return scalar(w, text);
	node = yaml_document_add_sequence(&w->document, NULL,
	                                  YAML_FLOW_SEQUENCE_STYLE);
	w->failed |= node == 0 || words_parse(&values, text) != 0;
	for (size_t i = 0; i < values.n; i++)
		item(w, node, values.v[i]);
	words_free(&values);
	return node;
}

// put_map writes NAME=VALUE words; values with commas are lists of parameters, and
// text of variables.
static void put_map(struct writer *w, const char *key, const struct words *params,
                    int (*value)(struct writer *, const char *))
{
	int map;

	if (!params->n)
		return;
	map = yaml_document_add_mapping(&w->document, NULL,
	                                YAML_BLOCK_MAPPING_STYLE);
	w->failed |= map == 0;
	pair(w, w->root, key, map);
	for (size_t i = 0; i < params->n; i++) {
		const char *equal = strchr(params->v[i], '=');
		char *name;

		if (!last_of(params, i))
			continue;
		name = strndup(params->v[i], (size_t)(equal - params->v[i]));
		if (name)
			pair(w, map, name, value(w, equal + 1));
		w->failed |= !name;
		free(name);
	}
}

static void put_counters(struct writer *w, const struct request *r)
{
	int node;
	bool any = false;

	if (!r->counted)
		return;
	node = list(w, "counters", YAML_FLOW_SEQUENCE_STYLE);
	for (size_t i = 0; counters_catalogue(i); i++)
		if (r->counter[i]) {
			item(w, node, counters_catalogue(i)->name);
			any = true;
		}
	if (!any)
		item(w, node, "none");
}

// put_time writes the largest unit that keeps all of it.
static void put_time(struct writer *w, const char *key, uint64_t ns)
{
	if (ns % 1000000000 == 0)
		put(w, key, "%" PRIu64 "s", ns / 1000000000);
	else if (ns % 1000000 == 0)
		put(w, key, "%" PRIu64 "ms", ns / 1000000);
	else
		put(w, key, "%" PRIu64 "ns", ns);
}

static void put_rates(struct writer *w, const struct numbers *rates)
{
	if (rates->n)
		put_numbers(w, "rate", rates, "");
}

static void put_quotas(struct writer *w, const struct numbers *quotas)
{
	int node;
	char text[32];

	if (!quotas->n)
		return;
	node = list(w, "quota", YAML_FLOW_SEQUENCE_STYLE);
	for (size_t i = 0; i < quotas->n; i++) {
		snprintf(text, sizeof text, "%.15g", (double)quotas->v[i] / 1000);
		item(w, node, quotas->v[i] ? text : "none");
	}
}

static void put_program(struct writer *w, const struct request *r)
{
	put_words(w, "command", &r->program, YAML_FLOW_SEQUENCE_STYLE);
	put_map(w, "env", &r->env, scalar);
	put_numbers(w, "procs", &r->procs, "default");
	if (r->metrics.n)
		put_words(w, "metric", &r->metrics, YAML_BLOCK_SEQUENCE_STYLE);
	if (r->lower)
		put(w, "better", "lower");
	if (r->threads_every)
		put_time(w, "threads-every", r->threads_every);
	else
		put(w, "threads-every", "none");
	if (r->load.n) {
		put_words(w, "load", &r->load, YAML_FLOW_SEQUENCE_STYLE);
		put(w, "ready", "%s", r->ready);
	}
}

// put_policies writes the policies that were said, and the subjects, which stand for
// the rest of them.
static void put_policies(struct writer *w, const struct request *r)
{
	const struct words said = {r->policies.v, r->said_policies};

	if (said.n)
		put_words(w, "policy", &said, YAML_BLOCK_SEQUENCE_STYLE);
	if (r->subjects.n)
		put_words(w, "subject", &r->subjects, YAML_FLOW_SEQUENCE_STYLE);
}

static void put_workloads(struct writer *w, const struct request *r)
{
	put_words(w, "workloads", &r->workloads, YAML_FLOW_SEQUENCE_STYLE);
	put_numbers(w, "procs", &r->procs, "");
	put_numbers(w, "m-cap", &r->m_caps, "none");
	if (r->plugins.n)
		put_words(w, "plugin", &r->plugins, YAML_BLOCK_SEQUENCE_STYLE);
	put_policies(w, r);
	put_map(w, "param", &r->params, value_or_list);
	put(w, "size", "%s", request_size_name(r->size));
	put_time(w, "duration", r->duration);
	if (r->max_threads)
		put(w, "max-threads", "%" PRId64, r->max_threads);
	if (r->stack_guard != DY_GUARD_AUTO)
		put(w, "stack-guard", "%s",
		    request_stack_guard_name(r->stack_guard));
	if (r->work_rate)
		put(w, "work-rate", "%" PRId64, r->work_rate);
	put_counters(w, r);
	if (r->pin_ps)
		put(w, "pin-ps", "true");
}

static void put_all(struct writer *w, const struct request *r)
{
	if (r->program.n)
		put_program(w, r);
	else
		put_workloads(w, r);
	put_rates(w, &r->rates);
	put_quotas(w, &r->quotas);
	if (r->find_max) {
		put(w, "find-max", "%s", r->find_max);
		put(w, "slo", "%s", r->slo_text);
	}
	put_time(w, "timeout", r->timeout);
	if (r->schedtrace)
		put_time(w, "schedtrace", r->schedtrace);
	if (r->schedtrace_reps)
		put(w, "schedtrace-reps", "%" PRId64, r->schedtrace_reps);
	if (r->budget)
		put_time(w, "budget", r->budget);
	else if (!r->find_max)
		put(w, "reps", "%" PRId64, r->reps);
	if (r->until > 0)
		put(w, "until", "%.15g%%", 100 * r->until);
	if (r->foreign_limit > 0)
		put(w, "foreign-limit", "%.15g%%", 100 * r->foreign_limit);
	else
		put(w, "foreign-limit", "none");
	if (r->seed)
		put(w, "seed", "%" PRId64, r->seed);
	if (r->pins.n > 1)
		put_words(w, "pin", &r->pins, YAML_BLOCK_SEQUENCE_STYLE);
	else
		put(w, "pin", "%s", r->pin);
	if (r->given[KEY_OUTPUT])
		put(w, "output", "%s", r->out);
}

// emit writes the document, which the emitter gives back in any case.
static int emit(struct writer *w, FILE *out)
{
	yaml_emitter_t emitter;
	bool ok;

	if (!yaml_emitter_initialize(&emitter)) {
		yaml_document_delete(&w->document);
		return -ENOMEM;
	}
	yaml_emitter_set_output_file(&emitter, out);
	yaml_emitter_set_unicode(&emitter, 1);
	ok = yaml_emitter_open(&emitter);
	if (!ok)
		yaml_document_delete(&w->document);
	ok = ok && yaml_emitter_dump(&emitter, &w->document) &&
	     yaml_emitter_close(&emitter);
	yaml_emitter_delete(&emitter);
	return ok && !ferror(out) ? 0 : -EIO;
}

static int write_to(const struct plan *p, FILE *out)
{
	struct writer w = {.failed = false};

	if (!yaml_document_initialize(&w.document, NULL, NULL, NULL, 1, 1))
		return -ENOMEM;
	w.root = yaml_document_add_mapping(&w.document, NULL,
	                                   YAML_BLOCK_MAPPING_STYLE);
	if (w.root)
		put_all(&w, p->settings);
	if (!w.root || w.failed) {
		yaml_document_delete(&w.document);
		return -ENOMEM;
	}
	return emit(&w, out);
}

int spec_write(const struct plan *p, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *out = standard ? stdout : fopen(path, "we");
	int err = out ? write_to(p, out) : -errno;

	if (out && !standard && fclose(out) != 0 && !err)
		err = -errno;
	if (err)
		complain("the spec %s cannot be written: %s", path,
		         strerror(-err));
	return err;
}
