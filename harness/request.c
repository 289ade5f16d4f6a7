// request.c - what a command line asks for, checked option by option.
#include "request.h"

#include "complain.h"
#include "nearest.h"
#include "policy_names.h"

#include <dyno/policy.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const size_names[] = {"tiny", "small", "full", NULL};
static const char *const guard_names[] = {"auto", "always", "never", NULL};

void request_init(struct request *r)
{
	*r = (struct request){
		.size = WL_SMALL,
		.duration = UINT64_C(500000000),
		.timeout = UINT64_C(60000000000),
		.reps = 10,
		.pin = "none",
	};
	for (int i = 0; counters_catalogue((size_t)i); i++)
		r->counter[i] = true;
}

void request_free(struct request *r)
{
	words_free(&r->words);
	words_free(&r->program);
	words_free(&r->workloads);
	words_free(&r->policies);
	words_free(&r->params);
	words_free(&r->texts);
	numbers_free(&r->procs);
	numbers_free(&r->m_caps);
	numbers_free(&r->pin_cpus);
}

const char *request_size_name(enum wl_size size)
{
	return size_names[size];
}

const char *request_stack_guard_name(enum dy_stack_guard guard)
{
	return guard_names[guard];
}

// refuse complains about an unknown word and names the nearest of the choices,
// which end with a NULL.
static int refuse(const char *what, const char *word, const char *const *names)
{
	char hint[256];
	size_t n = 0;

	while (names[n])
		n++;
	complain("unknown %s '%.64s': %s", what, word,
	         nearest_hint(word, names, n, hint, sizeof hint));
	return -EINVAL;
}

// choose sets *i to the place of word among names.
static int choose(const char *what, const char *word, const char *const *names,
                  int *i)
{
	for (*i = 0; names[*i]; ++*i)
		if (strcmp(word, names[*i]) == 0)
			return 0;
	return refuse(what, word, names);
}

//---------------------------------------------------------------------------
// What is run
//---------------------------------------------------------------------------

enum { NAMES_MAX = 64 };

const struct workload *request_workload(const char *name)
{
	const struct workload *w = wl_find(name);
	const char *names[NAMES_MAX + 1] = {NULL};

	if (w)
		return w;
	for (size_t i = 0; i < NAMES_MAX && wl_catalogue(i); i++)
		names[i] = wl_catalogue(i)->name;
	refuse("workload", name, names);
	return NULL;
}

int request_workloads(struct request *r, const char *text)
{
	struct words found = {0};
	int err = words_parse(&found, text);

	r->planned = true;
	if (err == -EINVAL)
		complain("--workloads takes names separated by commas, such as fib,echo; not '%s'",
		         text);
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

	r->planned = true;
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

	r->planned = true;
	if (!equal || equal == text || !equal[1]) {
		complain("--param takes name=value, such as n=25; not '%s'",
		         text);
		return -EINVAL;
	}
	return words_add(&r->params, text, strlen(text));
}

int request_size(struct request *r, const char *text)
{
	int i, err = choose("size", text, size_names, &i);

	r->planned = true;
	if (!err)
		r->size = (enum wl_size)i;
	return err;
}

//---------------------------------------------------------------------------
// Numbers
//---------------------------------------------------------------------------

// number takes an integer in min..max for an option.
static int number(const char *option, const char *text, int64_t min,
                  int64_t max, int64_t *out)
{
	int err = number_parse(text, min, max, out);

	if (err)
		complain("%s takes a number from %lld to %lld, not '%s'",
		         option, (long long)min, (long long)max, text);
	return err ? -EINVAL : 0;
}

static int duration(const char *option, const char *text, uint64_t min,
                    uint64_t *out)
{
	int err = number_duration(text, out);

	if (err || *out < min) {
		complain("%s takes a duration with its unit, such as 500ms, 2s or 1m; not '%s'",
		         option, text);
		return -EINVAL;
	}
	return 0;
}

int request_procs(struct request *r, const char *text)
{
	r->planned = true;
	if (numbers_parse(&r->procs, text, 1, DY_PROCS_MAX, INT64_MIN) == 0)
		return 0;
	complain("--procs takes GOMAXPROCS values from 1 to %d, such as 4, 1,2,4 or 1-4; not '%s'",
	         DY_PROCS_MAX, text);
	return -EINVAL;
}

int request_m_cap(struct request *r, const char *text)
{
	r->planned = true;
	if (numbers_parse(&r->m_caps, text, 1, INT32_MAX, 0) == 0)
		return 0;
	complain("--m-cap takes numbers of threads from 1 on, or none, such as none,4,16; not '%s'",
	         text);
	return -EINVAL;
}

int request_max_threads(struct request *r, const char *text)
{
	r->planned = true;
	return number("--max-threads", text, 1, INT32_MAX, &r->max_threads);
}

int request_duration(struct request *r, const char *text)
{
	r->planned = true;
	return duration("--duration", text, 0, &r->duration);
}

int request_timeout(struct request *r, const char *text)
{
	r->planned = true;
	return duration("--timeout", text, 1000000, &r->timeout);
}

int request_seed(struct request *r, const char *text)
{
	return number("--seed", text, 1, REQUEST_SEED_MAX, &r->seed);
}

int request_reps(struct request *r, const char *text)
{
	r->planned = true;
	return number("--reps", text, 1, REQUEST_REPS_MAX, &r->reps);
}

//---------------------------------------------------------------------------
// Choices
//---------------------------------------------------------------------------

int request_stack_guard(struct request *r, const char *text)
{
	int i, err = choose("stack guard", text, guard_names, &i);

	r->planned = true;
	if (!err)
		r->stack_guard = (enum dy_stack_guard)i;
	return err;
}

static int refuse_counter(const char *word)
{
	const char *names[COUNTERS_MAX + 2] = {"none"};

	for (size_t i = 0; counters_catalogue(i); i++)
		names[i + 1] = counters_catalogue(i)->name;
	return refuse("counter", word, names);
}

int request_counters(struct request *r, const char *text)
{
	struct words found = {0};
	int err = words_parse(&found, text);

	r->planned = true;
	if (err == -EINVAL)
		complain("--counters takes names separated by commas, or none; not '%s'",
		         text);
	if (!err)
		memset(r->counter, 0, sizeof r->counter);
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

int request_pin(struct request *r, const char *text)
{
	r->planned = true;
	r->pin = text;
	return 0;
}

int request_pin_ps(struct request *r, const char *none)
{
	(void)none;
	r->planned = true;
	r->pin_ps = true;
	return 0;
}

int request_pin_cpus(struct request *r, const char *text)
{
	if (numbers_parse(&r->pin_cpus, text, 0, INT32_MAX, INT64_MIN) == 0)
		return 0;
	complain("--pin-ps takes CPU numbers, such as 0,1 or 0-3; not '%s'",
	         text);
	return -EINVAL;
}

//---------------------------------------------------------------------------
// Where to, and how loudly
//---------------------------------------------------------------------------

int request_out(struct request *r, const char *text)
{
	r->out = text;
	if (*text)
		return 0;
	complain("--output takes the name of a directory");
	return -EINVAL;
}

int request_trial_program(struct request *r, const char *text)
{
	r->trial_program = text;
	return 0;
}

int request_resume(struct request *r, const char *none)
{
	(void)none;
	r->resume = true;
	return 0;
}

int request_json(struct request *r, const char *none)
{
	(void)none;
	r->json = true;
	return 0;
}

int request_quiet(struct request *r, const char *none)
{
	(void)none;
	r->quiet = true;
	return 0;
}
