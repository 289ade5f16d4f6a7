// why_json.c - one process and its verdict, for programs.
#include "why_print.h"

#include <results/utf8.h>
#include <stdlib.h>
#include <string.h>

// text makes a string of what may not be UTF-8; null of nothing.
static json_t *text(const char *s)
{
	char clean[4096];

	if (!s)
		return json_null();
	return json_string(utf8_clean(clean, sizeof clean, s));
}

static json_t *number(int n)
{
	return n ? json_integer(n) : json_null();
}

static json_t *level(const struct cgroup_level *l)
{
	json_t *o = json_pack("{s:o, s:o}", "path", text(l->path), "cpus",
	                      l->limited ? json_real(l->cpus) : json_null());

	if (l->limited) {
		json_object_set_new(o, "quota_us", json_integer(l->quota_us));
		json_object_set_new(o, "period_us", json_integer(l->period_us));
	}
	if (l->counted) {
		json_object_set_new(o, "periods",
		                    json_integer((json_int_t)l->periods));
		json_object_set_new(o, "throttled_periods",
		                    json_integer((json_int_t)l->throttled));
		json_object_set_new(o, "throttled_s", json_real(l->throttled_s));
	}
	return o;
}

static json_t *groups(const struct cgroup *c)
{
	json_t *levels = json_array();

	for (size_t i = 0; i < c->n; i++)
		json_array_append_new(levels, level(&c->level[i]));
	return json_pack("{s:o, s:o, s:b, s:o}", "version", number(c->version),
	                 "levels", levels, "hidden_above", c->hidden, "why",
	                 text(c->n ? NULL : c->why));
}

static json_t *notes(const struct verdict *v)
{
	json_t *list = json_array();

	for (int i = 0; i < v->notes; i++)
		json_array_append_new(list, json_pack("{s:s, s:o}", "name",
		                                      v->note[i].name, "text",
		                                      text(v->note[i].text)));
	return list;
}

static void put_waits(json_t *o, const struct process *p)
{
	double seconds = 0, share = cgroup_throttled(&p->cgroup, &seconds);

	json_object_set_new(o, "throttled_share",
	                    share < 0 ? json_null() : json_real(share));
	json_object_set_new(o, "throttled_s",
	                    share < 0 ? json_null() : json_real(seconds));
	json_object_set_new(o, "wait_s",
	                    p->waits_known ? json_real(p->wait_s) : json_null());
	json_object_set_new(o, "cpu_s",
	                    p->waits_known ? json_real(p->cpu_s) : json_null());
}

static json_t *program(const struct process *p)
{
	const struct go_binary *b = &p->binary;
	char language[160];

	return json_pack(
		"{s:o, s:b, s:o, s:o, s:o, s:o}", "path", text(p->program),
		"go", verdict_is_go(p), "version",
		text(b->kind == GO_BINARY_GO
	                     ? b->version
	                     : why_language(p, language, sizeof language)),
		"module", text(*b->module ? b->module : NULL), "godebug",
		text(*b->godebug ? b->godebug : NULL), "automaxprocs",
		text(*b->automaxprocs ? b->automaxprocs : NULL));
}

static json_t *surroundings(const struct process *p)
{
	return json_pack("{s:o, s:o, s:b, s:o, s:o}", "GOMAXPROCS",
	                 text(p->gomaxprocs), "GODEBUG", text(p->godebug),
	                 "known", p->environ_known, "cpus_allowed",
	                 number(p->cpus_allowed), "cpus_online",
	                 number(p->cpus_online));
}

json_t *why_json(const struct process *p, const struct verdict *v)
{
	json_t *o = json_pack(
		"{s:i, s:o, s:o, s:s, s:o, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o}",
		"schema", 1, "pid",
		*p->pid ? json_integer(atoll(p->pid)) : json_null(),
		"gomaxprocs", number(v->procs), "rule",
		verdict_rule_name(v->rule), "why", text(v->why), "aware",
		v->aware, "updates", v->updates, "observed",
		number(p->observed), "program", program(p), "environment",
		surroundings(p), "cgroup", groups(&p->cgroup), "others",
		json_pack("{s:o, s:o, s:o}", "since_go1.25", number(v->since_1_25),
	                  "before_go1.25", number(v->before_1_25),
	                  "automaxprocs", number(v->automaxprocs)),
		"notes", notes(v));

	if (o)
		put_waits(o, p);
	return o;
}
