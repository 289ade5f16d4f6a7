// request_workload.c - what is asked of dyno's own workloads: which, with what
// parameters, under which policies, counted how.
#include "nearest.h"
#include "policy_names.h"
#include "request_value.h"
#include "subject.h"

#include <dyno/policy.h>
#include <errno.h>
#include <string.h>

enum { NAMES_MAX = 64 };

static const char *const size_names[] = {"tiny", "small", "full", NULL};
static const char *const guard_names[] = {"auto", "always", "never", NULL};

const char *request_size_name(enum wl_size size)
{
	return size_names[size];
}

const char *request_stack_guard_name(enum dy_stack_guard guard)
{
	return guard_names[guard];
}

const struct workload *request_workload(const char *name)
{
	const struct workload *w = wl_find(name);
	const char *names[NAMES_MAX + 1] = {NULL};

	if (w)
		return w;
	for (size_t i = 0; i < NAMES_MAX && wl_catalogue(i); i++)
		names[i] = wl_catalogue(i)->name;
	request_refuse("workload", name, names);
	return NULL;
}

int request_workloads(struct request *r, const char *text)
{
	struct words found = {0};
	int err = words_parse(&found, text);

	if (request_begin(r, KEY_WORKLOADS))
		words_free(&r->workloads);
	if (err == -EINVAL)
		request_refuse_value(
			r, "workloads",
			"names separated by commas, such as fib,echo", text);
	for (size_t i = 0; !err && i < found.n; i++)
		if (!request_workload(found.v[i]))
			err = -EINVAL;
		else if (words_find(&r->workloads, found.v[i]) < 0)
			err = words_add(&r->workloads, found.v[i],
			                strlen(found.v[i]));
	words_free(&found);
	return err;
}

int request_policy(struct request *r, const char *text)
{
	char canon[REQUEST_POLICY_MAX], err[512];

	if (request_begin(r, KEY_POLICY))
		words_free(&r->policies);
	if (subject_of(text) != SUBJECT_DYNO)
		return words_find(&r->policies, text) >= 0
		               ? 0
		               : words_add(&r->policies, text, strlen(text));
	if (dy_policy_check(text, err, sizeof err) != 0) {
		policy_names_refuse(text, err);
		return -EINVAL;
	}
	if (dy_policy_canon(text, canon, sizeof canon) != 0) {
		complain("the policy '%.64s...' is too long", text);
		return -EINVAL;
	}
	if (words_find(&r->policies, canon) >= 0)
		return 0;
	return words_add(&r->policies, canon, strlen(canon));
}

int request_param(struct request *r, const char *text)
{
	const char *equal = strchr(text, '=');

	request_begin(r, KEY_PARAM); // the last one of a name counts
	if (!equal || equal == text || !equal[1])
		return request_refuse_value(r, "param",
		                            "name=value, such as n=25", text);
	return words_add(&r->params, text, strlen(text));
}

int request_size(struct request *r, const char *text)
{
	int i, err = request_choose("size", text, size_names, &i);

	request_begin(r, KEY_SIZE);
	if (!err)
		r->size = (enum wl_size)i;
	return err;
}

int request_max_threads(struct request *r, const char *text)
{
	request_begin(r, KEY_MAX_THREADS);
	return request_number(r, "max-threads", text, 1, INT32_MAX,
	                      &r->max_threads);
}

int request_stack_guard(struct request *r, const char *text)
{
	int i, err = request_choose("stack guard", text, guard_names, &i);

	request_begin(r, KEY_STACK_GUARD);
	if (!err)
		r->stack_guard = (enum dy_stack_guard)i;
	return err;
}

int request_work_rate(struct request *r, const char *text)
{
	request_begin(r, KEY_WORK_RATE);
	return request_number(r, "work-rate", text, DY_WORK_RATE_MIN,
	                      DY_WORK_RATE_MAX, &r->work_rate);
}

static int refuse_counter(const char *word)
{
	const char *names[COUNTERS_MAX + 2] = {"none"};

	for (size_t i = 0; counters_catalogue(i); i++)
		names[i + 1] = counters_catalogue(i)->name;
	return request_refuse("counter", word, names);
}

int request_counters(struct request *r, const char *text)
{
	struct words found = {0};
	int err = words_parse(&found, text);

	// The first list replaces the default; further ones add to it.
	if (request_begin(r, KEY_COUNTERS) || !r->counted)
		memset(r->counter, 0, sizeof r->counter);
	r->counted = true;
	if (err == -EINVAL)
		request_refuse_value(r, "counters",
		                     "names separated by commas, or none", text);
	for (size_t i = 0; !err && i < found.n; i++) {
		int c = counters_find(found.v[i]);

		if (c >= 0)
			r->counter[c] = true;
		else if (found.n > 1 || strcmp(found.v[i], "none") != 0)
			err = refuse_counter(found.v[i]);
	}
	words_free(&found);
	return err;
}
