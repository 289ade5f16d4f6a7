// summary_doc.c - takes the document of a trial apart.
//
// The document comes from a child that may have been killed half way or have
// gone mad: each member is looked at for its type, and passed over when it is
// not what it should be.
#include "summary_doc.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int summary_push(double **v, size_t *n, double x)
{
	// The room is the least power of two that holds n.
	if ((*n & (*n - 1)) == 0) {
		size_t room = *n ? 2 * *n : 1;
		double *bigger = realloc(*v, room * sizeof *bigger);
		if (!bigger)
			return -ENOMEM;
		*v = bigger;
	}
	(*v)[(*n)++] = x;
	return 0;
}

static double number(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);
	return json_is_number(v) ? json_number_value(v) : NAN;
}

static const char *string(const json_t *object, const char *key)
{
	const char *s = json_string_value(json_object_get(object, key));
	return s ? s : "";
}

// counter_of finds or adds a point's counter; NULL without memory.
static struct summary_counter *counter_of(struct arena *a,
                                          struct summary_point *p,
                                          const struct summary_counter *like)
{
	for (size_t i = 0; i < p->n_counter; i++) {
		struct summary_counter *c = &p->counter[i];
		if (!strcmp(c->name, like->name) &&
		    !strcmp(c->source, like->source))
			return c;
	}
	struct summary_counter *c = realloc(p->counter,
	                                    (p->n_counter + 1) * sizeof *c);
	if (!c)
		return NULL;
	p->counter = c;
	c += p->n_counter++;
	*c = (struct summary_counter){
		.name = arena_string(a, like->name),
		.source = arena_string(a, like->source),
		.scope = arena_string(a, like->scope),
		.unit = arena_string(a, like->unit),
	};
	return c->name && c->source && c->scope && c->unit ? c : NULL;
}

int summary_count(struct arena *a, struct summary_point *p,
                  const struct summary_counter *like, double value,
                  bool disturbed)
{
	if (!isfinite(value) || !*like->name)
		return 0;
	struct summary_counter *c = counter_of(a, p, like);
	if (!c)
		return -ENOMEM;
	return disturbed ? summary_push(&c->disturbed, &c->n_disturbed, value)
	                 : summary_push(&c->value, &c->n, value);
}

static int take_counters(struct arena *a, json_t *doc, bool disturbed,
                         struct summary_point *p)
{
	const char *name;
	json_t *v;
	size_t i;
	json_object_foreach(json_object_get(doc, "scheduler"), name, v)
	{
		struct summary_counter like = {.name = name,
		                               .source = "scheduler",
		                               .scope = "rounds",
		                               .unit = "1"};
		double value = json_is_number(v) ? json_number_value(v) : NAN;
		if (summary_count(a, p, &like, value, disturbed))
			return -ENOMEM;
	}
	json_array_foreach(json_object_get(doc, "counters"), i, v)
	{
		struct summary_counter like = {.name = string(v, "name"),
		                               .source = string(v, "source"),
		                               .scope = string(v, "scope"),
		                               .unit = string(v, "unit")};
		if (summary_count(a, p, &like, number(v, "value"), disturbed))
			return -ENOMEM;
	}
	return 0;
}

int summary_doc(struct arena *a, const char *text, struct summary_trial *t,
                struct summary_point *p)
{
	json_t *doc = text ? json_loads(text, 0, NULL) : NULL;
	const json_t *noise = json_object_get(doc, "noise");
	t->foreign_cpu_s = number(noise, "foreign_cpu_s");
	t->steal_s = number(noise, "steal_s");
	t->wall_s = number(noise, "wall_s");
	t->disturbed = json_is_true(json_object_get(noise, "disturbed"));
	t->hostname = arena_string(
		a, string(json_object_get(doc, "environment"), "hostname"));
	int err = t->hostname ? 0 : -ENOMEM;
	if (!p->op[0] && *string(doc, "op"))
		p->op = arena_string(a, string(doc, "op"));
	if (!p->op)
		p->op = "";
	if (!err && t->outcome == STORE_OK)
		err = take_counters(a, doc, t->disturbed, p);
	json_decref(doc);
	return err;
}

const char *summary_setting(struct arena *a, const char *json)
{
	json_t *o = json_loads(json, 0, NULL);
	size_t size = 2 * strlen(json) + 2;
	char *out = arena_alloc(a, size), *end = out;
	const char *key;
	json_t *v;
	json_object_foreach(o, key, v)
	{
		char *value = json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT);
		const char *shown = json_is_string(v) ? json_string_value(v)
		                                      : value;
		if (out && shown)
			end += snprintf(end, size - (size_t)(end - out),
			                "%s%s=%s", end == out ? "" : " ", key,
			                shown);
		free(value);
	}
	json_decref(o);
	return out;
}

int summary_axes(struct arena *a, const char *json, struct summary_point *p)
{
	json_t *o = json_loads(json, 0, NULL);
	p->quota = json_integer_value(json_object_get(o, "quota_mcpu"));
	p->pin = arena_string(a, string(o, "pin"));
	json_object_del(o, "quota_mcpu");
	json_object_del(o, "pin");
	char *rest = json_dumps(o, JSON_SORT_KEYS | JSON_COMPACT);
	p->params = rest ? arena_string(a, rest) : NULL;
	p->setting = rest ? summary_setting(a, rest) : NULL;
	free(rest);
	json_decref(o);
	return p->pin && p->params && p->setting ? 0 : -ENOMEM;
}
