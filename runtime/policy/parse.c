// parse.c - policy specs.
//
//	spec    = preset { "," choice } | choice { "," choice }
//	choice  = axis "=" name { ":" [ param "=" ] value }
//	value   = integer [ unit ], unit ns, us, ms or s where the parameter is one
//
// A later choice for an axis replaces an earlier one. The first value without
// a name is the first parameter's, and so on.
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/catalogue.h"
#include "policy/plugin.h"
#include "policy/registry.h"

enum { MESSAGE = 512, SHOWN = 40 };

struct choice {
	const struct dy_policy_head *head;
	int64_t param[DY_POLICY_PARAMS];
};

struct parser {
	char *err;
	size_t errlen;
	struct choice choice[AXES];
};

struct word {
	const char *text;
	size_t len;
};

static struct word word_until(const char **at, const char *ends)
{
	struct word w = {*at, strcspn(*at, ends)};

	*at += w.len;
	return w;
}

typedef const char *(*namer)(size_t i, const void *context);

static void append(char *text, size_t size, const char *more)
{
	size_t at = strlen(text);

	snprintf(text + at, size - at, "%s", more);
}

// How much of a word a message repeats: what would be right must fit too.
static int shown(struct word w)
{
	return w.len < SHOWN ? (int)w.len : SHOWN;
}

static int unknown(struct parser *p, const char *what, struct word w,
                   namer name, const void *context)
{
	char list[MESSAGE] = "";

	for (size_t i = 0; name(i, context); i++) {
		append(list, sizeof list, i ? ", " : "");
		append(list, sizeof list, name(i, context));
	}
	snprintf(p->err, p->errlen, "unknown %s \"%.*s\"; there are: %s", what,
	         shown(w), w.text, list);
	return -EINVAL;
}

static int count_params(const struct dy_policy_head *head)
{
	int n = 0;

	while (head->params && n < DY_POLICY_PARAMS && head->params[n].name)
		n++;
	return n;
}

static int find_param(const struct dy_policy_head *head, struct word w)
{
	for (int i = 0; i < count_params(head); i++) {
		if (strlen(head->params[i].name) == w.len &&
		    memcmp(head->params[i].name, w.text, w.len) == 0)
			return i;
	}
	return -1;
}

// The factor of a unit; 0: not one.
static int64_t unit_factor(const char *unit, size_t len, const char *wanted)
{
	static const struct {
		const char *unit;
		int64_t factor;
	} times[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};

	if (len == 0)
		return 1;
	if (strcmp(wanted, "ns") != 0)
		return 0;
	for (size_t i = 0; i < sizeof times / sizeof times[0]; i++) {
		if (strlen(times[i].unit) == len &&
		    memcmp(times[i].unit, unit, len) == 0)
			return times[i].factor;
	}
	return 0;
}

static int bad_value(struct parser *p, const struct dy_policy_head *head,
                     const struct dy_policy_param *param, struct word w)
{
	snprintf(p->err, p->errlen,
	         "%s:%s: \"%.*s\" is not a number%s from %lld to %lld",
	         head->name, param->name, shown(w), w.text,
	         strcmp(param->unit, "ns") == 0 ? " with ns, us, ms or s" : "",
	         (long long)param->min, (long long)param->max);
	return -EINVAL;
}

static int parse_value(struct parser *p, const struct dy_policy_head *head,
                       int i, struct word w, int64_t *out)
{
	const struct dy_policy_param *param = &head->params[i];
	char *end;
	int64_t factor, value;

	if (w.len == 0 || !strchr("-0123456789", w.text[0]))
		return bad_value(p, head, param, w);
	value = strtoll(w.text, &end, 10); // too large: saturates, out of range
	if (end == w.text || end > w.text + w.len)
		return bad_value(p, head, param, w);
	factor = unit_factor(end, (size_t)(w.text + w.len - end), param->unit);
	if (factor == 0 || value > INT64_MAX / factor ||
	    value < INT64_MIN / factor || value * factor < param->min ||
	    value * factor > param->max)
		return bad_value(p, head, param, w);
	*out = value * factor;
	return 0;
}

static int no_param(struct parser *p, const struct dy_policy_head *head,
                    struct word w)
{
	char list[MESSAGE] = "";

	for (int i = 0; i < count_params(head); i++) {
		append(list, sizeof list, i ? ", " : "");
		append(list, sizeof list, head->params[i].name);
	}
	snprintf(p->err, p->errlen,
	         "policy \"%s\" has no parameter for \"%.*s\"; there are: %s",
	         head->name, shown(w), w.text, *list ? list : "none");
	return -EINVAL;
}

static int parse_param(struct parser *p, struct choice *c, struct word w,
                       int position)
{
	const char *equals = memchr(w.text, '=', w.len);
	struct word value = w;
	int i = position;

	if (equals) {
		struct word name = {w.text, (size_t)(equals - w.text)};

		i = find_param(c->head, name);
		value.len -= name.len + 1;
		value.text = equals + 1;
	}
	if (i < 0 || i >= count_params(c->head))
		return no_param(p, c->head, w);
	return parse_value(p, c->head, i, value, &c->param[i]);
}

static int parse_choice(struct parser *p, const char **at)
{
	struct word axis = word_until(at, "=,");
	int i = catalogue_axis(axis.text, axis.len);
	struct word name;
	struct choice *c;

	if (i < 0)
		return unknown(p, "policy axis", axis, catalogue_axis_name, NULL);
	if (**at != '=') {
		snprintf(p->err, p->errlen, "axis \"%s\" needs a choice: %s=NAME",
		         dy_policy_axis((size_t)i), dy_policy_axis((size_t)i));
		return -EINVAL;
	}
	++*at;
	name = word_until(at, ":,");
	c = &p->choice[i];
	c->head = catalogue_choice(i, name.text, name.len);
	if (!c->head) {
		char what[64];

		snprintf(what, sizeof what, "%s policy",
		         dy_policy_axis((size_t)i));
		return unknown(p, what, name, catalogue_choice_name, &i);
	}
	for (int k = 0; k < count_params(c->head); k++)
		c->param[k] = c->head->params[k].initial;
	for (int position = 0; **at == ':'; position++) {
		int err;

		++*at;
		err = parse_param(p, c, word_until(at, ":,"), position);
		if (err)
			return err;
	}
	return 0;
}

static int parse_list(struct parser *p, const char *at)
{
	for (;;) {
		int err = parse_choice(p, &at);

		if (err || *at == '\0')
			return err;
		++at; // the comma
	}
}

static int parse_spec(struct parser *p, const char *spec)
{
	const char *at = spec;
	struct word first = word_until(&at, ",");
	const char *stands_for;
	int i, err;

	// Axes that are not mentioned are Go's.
	dy_policy_preset(0, &stands_for, NULL);
	err = parse_list(p, stands_for);
	if (err)
		return err;
	if (memchr(first.text, '=', first.len))
		return parse_list(p, spec);
	i = catalogue_preset(first.text, first.len);
	if (i < 0)
		return unknown(p, "policy preset", first, catalogue_preset_name,
		               NULL);
	dy_policy_preset((size_t)i, &stands_for, NULL);
	err = parse_list(p, stands_for);
	return err || *at == '\0' ? err : parse_list(p, at + 1);
}

// Go's rule with Go's parameters is what is compiled in.
static bool is_go(int axis, const struct choice *c)
{
	if (c->head != dy_policy_choice((size_t)axis, 0))
		return false;
	for (int k = 0; k < count_params(c->head); k++) {
		if (c->param[k] != c->head->params[k].initial)
			return false;
	}
	return true;
}

static const void *table(const struct parser *p, int axis)
{
	return is_go(axis, &p->choice[axis]) ? NULL : p->choice[axis].head;
}

// What a message repeats of its input may be any bytes: those that a terminal
// could obey, or a report in UTF-8 not hold, are shown in hexadecimal.
static void copy_printable(char *out, size_t size, const char *text)
{
	size_t at = 0;

	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		bool plain = c >= ' ' && c <= '~';
		size_t n = plain ? 1 : sizeof "\\x1b" - 1;

		if (at + n >= size)
			break;
		snprintf(out + at, size - at, plain ? "%c" : "\\x%02x", c);
		at += n;
	}
	out[at] = '\0';
}

int policy_parse(const char *spec, struct policy *out, char *err, size_t errlen)
{
	char message[MESSAGE] = "";
	struct parser p = {.err = message, .errlen = sizeof message};
	int bad = parse_spec(&p, spec);

	if (err && errlen)
		copy_printable(err, errlen, message);
	if (bad)
		return bad;
	for (int i = 0; i < AXES; i++) {
		out->table[i] = table(&p, i);
		memcpy(out->param[i], p.choice[i].param, sizeof out->param[i]);
		out->plugin[i] = plugin_has((size_t)i, p.choice[i].head);
	}
	return 0;
}

int dy_policy_check(const char *spec, char *err, size_t errlen)
{
	struct policy ignored;

	return policy_parse(spec, &ignored, err, errlen);
}

bool dy_policy_polls(const char *spec)
{
	struct policy p;
	const struct dy_preempt_policy *preempt;

	if (policy_parse(spec, &p, NULL, 0) != 0)
		return false;
	preempt = p.table[AXIS_PREEMPT];
	return preempt && preempt->mechanism == DY_PREEMPT_COMPILER;
}

uint32_t dy_policy_rounds(const char *spec)
{
	char message[MESSAGE];
	struct parser p = {.err = message, .errlen = sizeof message};
	uint64_t rounds = 1;

	if (parse_spec(&p, spec) != 0)
		return 0;
	for (int i = 0; i < AXES; i++) {
		rounds *= p.choice[i].head->rounds;
		if (rounds > UINT32_MAX)
			rounds = UINT32_MAX;
	}
	return (uint32_t)rounds;
}

static void append_choice(char *text, size_t size, int axis,
                          const struct choice *c)
{
	char part[256];

	snprintf(part, sizeof part, ",%s=%s", dy_policy_axis((size_t)axis),
	         c->head->name);
	append(text, size, part);
	for (int k = 0; k < count_params(c->head); k++) {
		if (c->param[k] == c->head->params[k].initial)
			continue;
		snprintf(part, sizeof part, ":%s=%lld%s", c->head->params[k].name,
		         (long long)c->param[k], c->head->params[k].unit);
		append(text, size, part);
	}
}

// The first preset is the base: what differs from it is named, in axis order.
int dy_policy_canon(const char *spec, char *out, size_t outlen)
{
	char message[MESSAGE], text[MESSAGE];
	struct parser p = {.err = message, .errlen = sizeof message};
	int err = parse_spec(&p, spec);

	if (err)
		return err;
	snprintf(text, sizeof text, "%s", dy_policy_preset(0, NULL, NULL));
	for (int i = 0; i < AXES; i++) {
		if (!is_go(i, &p.choice[i]))
			append_choice(text, sizeof text, i, &p.choice[i]);
	}
	if (strlen(text) >= outlen)
		return -ENAMETOOLONG;
	memcpy(out, text, strlen(text) + 1);
	return 0;
}
