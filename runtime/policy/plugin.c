// plugin.c - policies from shared objects.
//
// An object exports dy_plugin_AXIS, a table, for each axis that it implements.
// Everything about a table that can be checked without calling it is checked here,
// once, so that nobody checks later: what passes is as good as a built-in to the
// catalogue and to specs. Only the scheduler goes on guarding itself
// (sched/guard.c). An object is taken whole or not at all, and stays for good:
// its tables are pointed to.
#include "policy/plugin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "policy/catalogue.h"
#include "port/port.h"
#include "sched/guard.h"

enum {
	PER_AXIS_MAX = 16,
	NAME_MAX_LEN = 32,
	TEXT_MAX = 200,
	PERIOD_MIN = 5000
};

static const struct dy_policy_head *loaded[AXES][PER_AXIS_MAX + 1];

struct check {
	int axis;
	const char *path;
	char *err;
	size_t errlen;
};

#define refuse(c, ...) (snprintf((c)->err, (c)->errlen, __VA_ARGS__), -EINVAL)

const struct dy_policy_head *plugin_table(size_t axis, size_t j)
{
	return axis < AXES && j < PER_AXIS_MAX ? loaded[axis][j] : NULL;
}

bool plugin_has(size_t axis, const struct dy_policy_head *head)
{
	for (size_t j = 0; plugin_table(axis, j); j++) {
		if (plugin_table(axis, j) == head)
			return true;
	}
	return false;
}

//---------------------------------------------------------------------------
// Names, texts, parameters
//---------------------------------------------------------------------------

// A name is a word of specs, and of file names that are made of specs.
static bool good_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
	size_t len = name ? strspn(name, letters) : 0;

	return len > 0 && len <= NAME_MAX_LEN && name[len] == '\0';
}

static bool good_text(const char *text)
{
	size_t len = 0;

	while (text && len < TEXT_MAX && text[len] >= ' ' && text[len] <= '~')
		len++;
	return len > 0 && text[len] == '\0';
}

static int check_param(struct check *c, const char *policy,
                       const struct dy_policy_param *p)
{
	if (!good_name(p->name) || !good_text(p->help))
		return refuse(
			c, "%s: a parameter of \"%s\" has no proper name or help",
			c->path, policy);
	if (!p->unit || (*p->unit && strcmp(p->unit, "ns") != 0))
		return refuse(c,
		              "%s: parameter \"%s\" of \"%s\": the unit must be "
		              "\"ns\" or \"\"",
		              c->path, p->name, policy);
	if (p->min > p->initial || p->initial > p->max)
		return refuse(c,
		              "%s: parameter \"%s\" of \"%s\": min <= initial <= "
		              "max does not hold",
		              c->path, p->name, policy);
	return 0;
}

static int check_params(struct check *c, const struct dy_policy_head *head)
{
	const struct dy_policy_param *p = head->params;
	int n = 0, err = 0;

	for (; !err && p && n < DY_POLICY_PARAMS && p[n].name; n++)
		err = check_param(c, head->name, &p[n]);
	if (!err && n == DY_POLICY_PARAMS && p[n].name)
		err = refuse(c,
		             "%s: \"%s\" has more than %d parameters, or no NULL "
		             "name after the last",
		             c->path, head->name, DY_POLICY_PARAMS);
	return err;
}

static int check_head(struct check *c, const struct dy_policy_head *head,
                      size_t size)
{
	const char *axis = dy_policy_axis((size_t)c->axis);

	if (head->abi != DY_POLICY_ABI)
		return refuse(c,
		              "%s: dy_plugin_%s is of ABI %u, this is %d: compile it "
		              "with this version's dyno/policy.h",
		              c->path, axis, head->abi, DY_POLICY_ABI);
	if (head->size != size)
		return refuse(
			c,
			"%s: dy_plugin_%s says a size of %u bytes, the table of "
			"this axis has %zu: write sizeof(struct dy_%s_policy)",
			c->path, axis, head->size, size, axis);
	if (!good_name(head->name))
		return refuse(c,
		              "%s: dy_plugin_%s needs a name of 1 to %d letters a-z, "
		              "digits, - and .",
		              c->path, axis, NAME_MAX_LEN);
	if (!good_text(head->summary))
		return refuse(c,
		              "%s: \"%s\" needs a summary: one printable line, %d "
		              "bytes at most",
		              c->path, head->name, TEXT_MAX - 1);
	if (catalogue_choice(c->axis, head->name, strlen(head->name)))
		return refuse(c,
		              "%s: there is a policy %s=%s already: choose another "
		              "name",
		              c->path, axis, head->name);
	return check_params(c, head);
}

//---------------------------------------------------------------------------
// Tables
//---------------------------------------------------------------------------

static int no_function(struct check *c, const struct dy_policy_head *head,
                       const char *which)
{
	return refuse(
		c, "%s: %s=%s has no function %s: without one it is Go's rule",
		c->path, dy_policy_axis((size_t)c->axis), head->name, which);
}

// Does a mechanism find the parameter that it needs?
static bool param_is(const struct dy_policy_param *p, const char *unit,
                     int64_t min, int64_t max)
{
	return p && p->name && strcmp(p->unit, unit) == 0 && p->min >= min &&
	       p->max <= max;
}

static int check_queue(struct check *c, const void *table)
{
	const struct dy_queue_policy *q = table;

	return q->order <= DY_QUEUE_KEYED
	               ? 0
	               : refuse(c, "%s: queue=%s has an unknown order %d",
	                        c->path, q->head.name, (int)q->order);
}

static int check_place(struct check *c, const void *table)
{
	const struct dy_place_policy *p = table;

	return p->place || p->overflow
	               ? 0
	               : no_function(c, &p->head, "place or overflow");
}

static int check_steal(struct check *c, const void *table)
{
	const struct dy_steal_policy *s = table;

	if (s->end > DY_STEAL_TAIL)
		return refuse(c, "%s: steal=%s has an unknown end %d", c->path,
		              s->head.name, (int)s->end);
	return s->victim ? 0 : no_function(c, &s->head, "victim");
}

static int check_global(struct check *c, const void *table)
{
	const struct dy_global_policy *g = table;

	if (g->layout > DY_GLOBAL_SHARDS)
		return refuse(c, "%s: global=%s has an unknown layout %d",
		              c->path, g->head.name, (int)g->layout);
	if (g->layout == DY_GLOBAL_SHARDS &&
	    !param_is(g->head.params, "", 1, SHARDS_MAX))
		return refuse(c,
		              "%s: global=%s has several lists: its first parameter "
		              "must be how many, within 1 to %d",
		              c->path, g->head.name, SHARDS_MAX);
	return g->first || g->amount || g->layout
	               ? 0
	               : no_function(c, &g->head, "first or amount");
}

// The second parameter, if there is one, is how many polls make a look.
static bool good_polls(const struct dy_policy_param *p)
{
	return !p || !p[0].name || !p[1].name ||
	       param_is(&p[1], "", 1, INT64_MAX);
}

static int check_compiler(struct check *c, const struct dy_preempt_policy *p)
{
	if (!p->expired && !param_is(p->head.params, "ns", 1, INT64_MAX))
		return refuse(
			c,
			"%s: preempt=%s has no function expired: then its "
			"first parameter must be the slice, in ns and from 1 on",
			c->path, p->head.name);
	if (!good_polls(p->head.params))
		return refuse(
			c,
			"%s: preempt=%s counts polls: its second parameter "
			"must be how many to a look, without unit, from 1 on",
			c->path, p->head.name);
	return 0;
}

static int check_preempt(struct check *c, const void *table)
{
	const struct dy_preempt_policy *p = table;

	if (p->mechanism > DY_PREEMPT_COMPILER)
		return refuse(c, "%s: preempt=%s has an unknown mechanism %d",
		              c->path, p->head.name, (int)p->mechanism);
	// 0 would be no timer, and the shortest times a thread to death.
	if (p->mechanism == DY_PREEMPT_TIMER &&
	    !param_is(p->head.params, "ns", PERIOD_MIN, INT64_MAX))
		return refuse(c,
		              "%s: preempt=%s runs on a timer: its first parameter "
		              "must be the period, in ns and from %d on",
		              c->path, p->head.name, PERIOD_MIN);
	if (p->mechanism == DY_PREEMPT_COMPILER)
		return check_compiler(c, p);
	return 0;
}

static int check_idle(struct check *c, const void *table)
{
	const struct dy_idle_policy *i = table;

	return i->search || i->again || i->wake
	               ? 0
	               : no_function(c, &i->head, "search, again or wake");
}

static int check_syscall(struct check *c, const void *table)
{
	const struct dy_syscall_policy *s = table;

	if (s->mode > DY_SYSCALL_POOL)
		return refuse(c, "%s: syscall=%s has an unknown mode %d",
		              c->path, s->head.name, (int)s->mode);
	// At least one goroutine must get into its call.
	if (s->mode == DY_SYSCALL_POOL &&
	    !param_is(s->head.params, "", 1, INT64_MAX))
		return refuse(c,
		              "%s: syscall=%s has a pool: its first parameter "
		              "must be how many Ms may be in it, from 1 on",
		              c->path, s->head.name);
	return 0;
}

static const struct {
	const char *symbol;
	size_t size;
	int (*check)(struct check *c, const void *table);
} kind[AXES] = {
	[AXIS_QUEUE] = {"dy_plugin_queue", sizeof(struct dy_queue_policy),
                        check_queue},
	[AXIS_PLACE] = {"dy_plugin_place", sizeof(struct dy_place_policy),
                        check_place},
	[AXIS_STEAL] = {"dy_plugin_steal", sizeof(struct dy_steal_policy),
                        check_steal},
	[AXIS_GLOBAL] = {"dy_plugin_global", sizeof(struct dy_global_policy),
                         check_global},
	[AXIS_PREEMPT] = {"dy_plugin_preempt", sizeof(struct dy_preempt_policy),
                          check_preempt},
	[AXIS_IDLE] = {"dy_plugin_idle", sizeof(struct dy_idle_policy),
                       check_idle},
	[AXIS_SYSCALL] = {"dy_plugin_syscall", sizeof(struct dy_syscall_policy),
                          check_syscall},
};

static size_t room(int axis)
{
	size_t n = 0;

	while (plugin_table((size_t)axis, n))
		n++;
	return PER_AXIS_MAX - n;
}

static int check_table(struct check *c, const void *table)
{
	int err = check_head(c, table, kind[c->axis].size);

	if (!err && room(c->axis) == 0)
		err = refuse(
			c, "%s: %d plugins for %s are loaded, and no more can be",
			c->path, PER_AXIS_MAX, dy_policy_axis((size_t)c->axis));
	return err ? err : kind[c->axis].check(c, table);
}

// check_library sets table to what the object exports, NULL where it has none.
static int check_library(struct check *c, void *library, const void **table)
{
	int err = 0, found = 0;

	for (c->axis = 0; c->axis < AXES && !err; c->axis++) {
		table[c->axis] = port_library_symbol(library,
		                                     kind[c->axis].symbol);
		if (!table[c->axis])
			continue;
		err = check_table(c, table[c->axis]);
		found++;
	}
	if (!err && !found)
		err = refuse(c,
		             "%s exports no policy: it needs a table dy_plugin_AXIS, "
		             "such as dy_plugin_steal",
		             c->path);
	return err;
}

const char *dy_policy_ejected(size_t i)
{
	return i < AXES ? guard_ejected((int)i) : NULL;
}

int dy_policy_load(const char *path, char *err, size_t errlen)
{
	const void *table[AXES] = {NULL};
	struct check c = {.path = path, .err = err, .errlen = errlen};
	char why[TEXT_MAX] = "";
	void *library = port_library_open(path, why, sizeof why);
	int bad;

	if (!library)
		return refuse(&c, "the plugin %s cannot be loaded: %s", path,
		              why);
	bad = check_library(&c, library, table);
	if (bad) {
		port_library_close(library);
		return bad;
	}
	for (int i = 0; i < AXES; i++) {
		if (table[i])
			loaded[i][PER_AXIS_MAX - room(i)] = table[i];
	}
	return 0;
}
