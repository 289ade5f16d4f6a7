// params.c - the parameters of a workload at one point: its own defaults for
// the size, then what was given. "n=20,25" gives a parameter two values, which is
// an axis.
#include "params.h"

#include "complain.h"
#include "nearest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

enum {
	HINTS_MAX = 64,
	WORKLOADS_MAX = 64,
	VALUE_MAX = 64,
	CHOICES_MAX = 1 << 20
};

static size_t name_length(const char *given)
{
	return strcspn(given, "=");
}

// find returns the place of the parameter that given sets, or -1.
static int find(const struct workload *w, const char *given)
{
	size_t len = name_length(given);

	for (int i = 0; w->params && w->params[i].name && i < WL_PARAMS_MAX; i++)
		if (strlen(w->params[i].name) == len &&
		    strncmp(w->params[i].name, given, len) == 0)
			return i;
	return -1;
}

int params_index(const struct workload *w, const char *name)
{
	return strchr(name, '=') ? -1 : find(w, name);
}

// collect gathers the parameters' names of a workload, each once.
static size_t collect(const struct workload *w, const char **names, size_t n)
{
	for (int i = 0; w->params && w->params[i].name && n < HINTS_MAX; i++) {
		size_t k = 0;

		while (k < n && strcmp(names[k], w->params[i].name) != 0)
			k++;
		if (k == n)
			names[n++] = w->params[i].name;
	}
	return n;
}

// refuse complains that none of the workloads has it, and names the nearest that
// they have.
static void refuse(const struct workload *const *w, size_t n, const char *given)
{
	char word[NEAREST_WORD_MAX + 1] = "", hint[256];
	const char *names[HINTS_MAX];
	size_t len = name_length(given), n_names = 0;

	memcpy(word, given, len < NEAREST_WORD_MAX ? len : NEAREST_WORD_MAX);
	for (size_t i = 0; i < n; i++)
		n_names = collect(w[i], names, n_names);
	if (n_names == 0)
		complain("unknown parameter '%s': %s has none", word, w[0]->name);
	else
		complain("unknown parameter '%s' of %s: %s", word,
		         n == 1 ? w[0]->name : "these workloads",
		         nearest_hint(word, names, n_names, hint, sizeof hint));
}

// values_in counts the values of "name=value,value".
static size_t values_in(const char *given)
{
	size_t n = 1;

	for (; *given; given++)
		n += *given == ',';
	return n;
}

// value_at copies the k-th of them; what is too long is no number.
static void value_at(const char *given, size_t k, char out[VALUE_MAX])
{
	const char *text = given + name_length(given) + 1;

	while (k--)
		text += strcspn(text, ",") + 1;
	snprintf(out, VALUE_MAX, "%.*s", (int)strcspn(text, ","), text);
}

// set_one takes the k-th value of "name=value,value" for parameter p.
static int set_one(const struct workload *w, const struct wl_param *p,
                   const char *given, size_t k, int64_t *value)
{
	char text[VALUE_MAX];
	int err;

	value_at(given, k, text);
	err = number_with_unit(text, p->unit, value);
	if (!err && *value >= p->min && *value <= p->max)
		return 0;
	complain("parameter %s of %s takes a number from %lld to %lld%s%s, not '%s'",
	         p->name, w->name, (long long)p->min, (long long)p->max,
	         strcmp(p->unit, "1") == 0 ? "" : " ",
	         strcmp(p->unit, "1") == 0 ? "" : p->unit, text);
	return -EINVAL;
}

// rival is the name of what says otherwise how much is offered; NULL: nothing does.
static const char *rival(const char *name)
{
	if (strcmp(name, WL_RATE) == 0)
		return WL_LOAD;
	return strcmp(name, WL_LOAD) == 0 ? WL_RATE : NULL;
}

void params_put(const struct workload *w, int i, int64_t v,
                int64_t value[WL_PARAMS_MAX])
{
	const char *other = rival(w->params[i].name);
	int k = other ? find(w, other) : -1;

	value[i] = v;
	if (k >= 0 && v > 0)
		value[k] = 0;
}

bool params_given(const struct words *given, const char *name)
{
	for (size_t i = 0; i < given->n; i++)
		if (name_length(given->v[i]) == strlen(name) &&
		    strncmp(given->v[i], name, strlen(name)) == 0)
			return true;
	return false;
}

json_t *params_json(const struct workload *w, const int64_t *value)
{
	const struct wl_param *p = w->params;
	json_t *all = json_object();

	for (int i = 0; p && p[i].name && i < WL_PARAMS_MAX; i++)
		if (value[i] || !rival(p[i].name))
			json_object_set_new(all, p[i].name,
			                    json_integer(value[i]));
	return all;
}

// settle leaves one of load and rate, the one that is said.
static int settle(const struct workload *w, const bool *said, int64_t *value)
{
	int load = find(w, WL_LOAD), rate = find(w, WL_RATE);

	if (load < 0 || rate < 0 || !value[load] || !value[rate])
		return 0;
	if (said[load] && said[rate]) {
		complain("load and rate of %s both say how much is offered: "
		         "leave one out",
		         w->name);
		return -EINVAL;
	}
	value[said[load] ? rate : load] = 0;
	return 0;
}

// last_for finds the words that count for parameter i, which are the last; NULL: it
// is not given.
static const char *last_for(const struct workload *w, const struct words *given,
                            int i)
{
	for (size_t k = given->n; k-- > 0;)
		if (find(w, given->v[k]) == i)
			return given->v[k];
	return NULL;
}

size_t params_values(const struct workload *w, const struct words *given, int i)
{
	const char *last = last_for(w, given, i);

	return last ? values_in(last) : 1;
}

size_t params_choices(const struct workload *w, const struct words *given)
{
	size_t all = 1;

	for (int i = 0; w->params && w->params[i].name && i < WL_PARAMS_MAX; i++)
		if (all <= CHOICES_MAX)
			all *= params_values(w, given, i);
	return all;
}

// refuse_several is for who runs one point.
static int refuse_several(const struct wl_param *p, const char *given)
{
	complain("parameter %s takes one value here, not '%.40s': dyno sweep "
	         "takes several",
	         p->name, given + name_length(given) + 1);
	return -EINVAL;
}

int params_set(const struct workload *w, enum wl_size size,
               const struct words *given, bool strict, size_t choice,
               int64_t value[WL_PARAMS_MAX])
{
	bool said[WL_PARAMS_MAX] = {false};

	for (int i = 0; w->params && w->params[i].name && i < WL_PARAMS_MAX; i++)
		value[i] = w->params[i].size[size];
	for (size_t k = 0; k < given->n; k++) {
		int i = find(w, given->v[k]), err;

		if (i < 0 && !strict)
			continue;
		if (i < 0) {
			refuse(&w, 1, given->v[k]);
			return -EINVAL;
		}
		if (strict && values_in(given->v[k]) > 1)
			return refuse_several(&w->params[i], given->v[k]);
		if (given->v[k] != last_for(w, given, i))
			continue;
		err = set_one(w, &w->params[i], given->v[k],
		              choice % values_in(given->v[k]), &value[i]);
		if (err)
			return err;
		choice /= values_in(given->v[k]);
		said[i] = true;
	}
	return settle(w, said, value);
}

int params_check(const struct words *workloads, const char *given)
{
	const struct workload *w[WORKLOADS_MAX];
	size_t n = 0, known = 0;
	int64_t value;

	for (; n < workloads->n && n < WORKLOADS_MAX; n++) {
		int i;

		w[n] = wl_find(workloads->v[n]);
		i = find(w[n], given);
		if (i < 0)
			continue;
		known++;
		for (size_t k = 0; k < values_in(given); k++)
			if (set_one(w[n], &w[n]->params[i], given, k, &value) != 0)
				return -EINVAL;
	}
	if (known || !n)
		return 0;
	refuse(w, n, given);
	return -EINVAL;
}
