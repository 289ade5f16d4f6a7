// list_json.c - what there is to choose from, for programs.
#include "counters.h"
#include "list.h"

#include <dyno/policy.h>

//---------------------------------------------------------------------------
// Workloads
//---------------------------------------------------------------------------

static json_t *param_json(const struct wl_param *p)
{
	return json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:I, s:I}", "name",
	                 p->name, "unit", p->unit, "help", p->help, "min",
	                 (json_int_t)p->min, "max", (json_int_t)p->max, "tiny",
	                 (json_int_t)p->size[WL_TINY], "small",
	                 (json_int_t)p->size[WL_SMALL], "full",
	                 (json_int_t)p->size[WL_FULL]);
}

static json_t *params_json(const struct wl_param *p)
{
	json_t *all = json_array();

	for (; p && p->name; p++)
		json_array_append_new(all, param_json(p));
	return all;
}

json_t *list_workloads_json(void)
{
	json_t *all = json_array();
	const struct workload *w;

	for (size_t i = 0; (w = wl_catalogue(i)); i++)
		json_array_append_new(
			all,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, "
		                  "s:s?, s:o}",
		                  "name", w->name, "kind", list_kind(w->kind),
		                  "op", w->op, "summary", w->summary, "shows",
		                  w->shows, "latency", w->latency, "fairness",
		                  w->fairness, "others", w->others, "params",
		                  params_json(w->params)));
	return all;
}

//---------------------------------------------------------------------------
// Policies
//---------------------------------------------------------------------------

static json_t *choice_json(const struct dy_policy_head *head)
{
	json_t *params = json_array();

	for (const struct dy_policy_param *p = head->params; p && p->name; p++)
		json_array_append_new(params,
		                      json_pack("{s:s, s:s, s:s, s:I, s:I, s:I}",
		                                "name", p->name, "unit",
		                                p->unit, "help", p->help, "min",
		                                (json_int_t)p->min, "max",
		                                (json_int_t)p->max, "default",
		                                (json_int_t)p->initial));
	return json_pack("{s:s, s:s, s:o}", "name", head->name, "summary",
	                 head->summary, "params", params);
}

static json_t *axis_json(size_t i)
{
	json_t *choices = json_array();

	for (size_t j = 0; dy_policy_choice(i, j); j++)
		json_array_append_new(choices,
		                      choice_json(dy_policy_choice(i, j)));
	return json_pack("{s:s, s:s, s:o}", "name", dy_policy_axis(i),
	                 "decides", dy_policy_axis_help(i), "choices", choices);
}

json_t *list_policies_json(void)
{
	json_t *presets = json_array(), *axes = json_array();
	const char *name, *spec, *help;

	for (size_t i = 0; (name = dy_policy_preset(i, &spec, &help)); i++)
		json_array_append_new(
			presets, json_pack("{s:s, s:s, s:s, s:s}", "name", name,
		                           "policy", spec, "summary", help,
		                           "without", dy_policy_preset_lacks(i)));
	for (size_t i = 0; dy_policy_axis(i); i++)
		json_array_append_new(axes, axis_json(i));
	return json_pack("{s:o, s:o}", "presets", presets, "axes", axes);
}

//---------------------------------------------------------------------------
// Counters
//---------------------------------------------------------------------------

static json_t *counter_json(const struct counter *c,
                            const struct counter_state *state)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:s?}", "name",
	                 c->name, "source", counter_source_name(c->source),
	                 "event", c->event, "scope",
	                 counter_scope_name(c->scope), "unit", c->unit, "help",
	                 c->help, "present", state->present, "why",
	                 state->present ? NULL : state->why);
}

json_t *list_counters_json(void)
{
	struct counters set = {.user_only = false};
	json_t *all = json_array();

	for (int i = 0; counters_catalogue((size_t)i); i++)
		counters_want(&set, i);
	counters_open(&set);
	for (size_t i = 0; counters_catalogue(i); i++)
		json_array_append_new(all, counter_json(counters_catalogue(i),
		                                        &set.state[i]));
	counters_close(&set);
	return all;
}
