// request.c - what a command line asks for, checked option by option.
#include "request.h"

#include "complain.h"
#include "metric.h"
#include "nearest.h"
#include "policy_names.h"
#include "serve.h"
#include "split.h"

#include <dyno/policy.h>
#include <errno.h>
#include <stdio.h>
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
		.alpha = 0.05,
	};
	gate_request_init(&r->gate);
	for (int i = 0; counters_catalogue((size_t)i); i++)
		r->counter[i] = true;
}

void request_free(struct request *r)
{
	words_free(&r->words);
	words_free(&r->program);
	words_free(&r->workloads);
	words_free(&r->policies);
	words_free(&r->plugins);
	words_free(&r->params);
	words_free(&r->env);
	words_free(&r->metrics);
	words_free(&r->load);
	words_free(&r->texts);
	words_free(&r->ignore);
	numbers_free(&r->procs);
	numbers_free(&r->m_caps);
	numbers_free(&r->quotas);
	numbers_free(&r->pin_cpus);
}

bool request_planned(const struct request *r)
{
	if (r->program.n)
		return true;
	for (int k = 0; k < KEY_PLAN; k++)
		if (r->given[k])
			return true;
	return false;
}

// begin notes that a key is given, and where. True when what was given before
// is to be forgotten: an option says again what a spec has said.
static bool begin(struct request *r, enum request_key k)
{
	bool again = r->at[k].line && !r->reading.line;

	if (again || !r->given[k])
		r->at[k] = r->reading;
	r->given[k] = true;
	return again;
}

// refuse_value complains about what an option or a key of a spec was given.
static int refuse_value(const struct request *r, const char *name,
                        const char *takes, const char *text)
{
	complain("%s%s takes %s; not '%s'", r->reading.line ? "" : "--", name,
	         takes, text);
	return -EINVAL;
}

// keep copies a text for as long as the request lives; NULL without memory.
static const char *keep(struct request *r, const char *text)
{
	return words_add(&r->texts, text, strlen(text)) == 0
	               ? r->texts.v[r->texts.n - 1]
	               : NULL;
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

	if (begin(r, KEY_WORKLOADS))
		words_free(&r->workloads);
	if (err == -EINVAL)
		refuse_value(r, "workloads",
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

	if (begin(r, KEY_POLICY))
		words_free(&r->policies);
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

	begin(r, KEY_PARAM); // the last one of a name counts
	if (!equal || equal == text || !equal[1])
		return refuse_value(r, "param", "name=value, such as n=25", text);
	return words_add(&r->params, text, strlen(text));
}

int request_size(struct request *r, const char *text)
{
	int i, err = choose("size", text, size_names, &i);

	begin(r, KEY_SIZE);
	if (!err)
		r->size = (enum wl_size)i;
	return err;
}

//---------------------------------------------------------------------------
// Numbers
//---------------------------------------------------------------------------

// number takes an integer in min..max.
static int number(const struct request *r, const char *name, const char *text,
                  int64_t min, int64_t max, int64_t *out)
{
	char takes[80];

	if (number_parse(text, min, max, out) == 0)
		return 0;
	snprintf(takes, sizeof takes, "a number from %lld to %lld",
	         (long long)min, (long long)max);
	return refuse_value(r, name, takes, text);
}

static int duration(const struct request *r, const char *name, const char *text,
                    uint64_t min, uint64_t *out)
{
	if (number_duration(text, out) == 0 && *out >= min)
		return 0;
	return refuse_value(r, name,
	                    "a duration with its unit, such as 500ms, 2s or 1m",
	                    text);
}

int request_procs(struct request *r, const char *text)
{
	char takes[80];

	if (begin(r, KEY_PROCS))
		numbers_free(&r->procs);
	if (numbers_parse(&r->procs, text, 1, DY_PROCS_MAX, "default") == 0)
		return 0;
	snprintf(takes, sizeof takes,
	         "GOMAXPROCS values from 1 to %d, or default, such as 4, 1,2,4 "
	         "or 1-4",
	         DY_PROCS_MAX);
	return refuse_value(r, "procs", takes, text);
}

int request_m_cap(struct request *r, const char *text)
{
	if (begin(r, KEY_M_CAP))
		numbers_free(&r->m_caps);
	if (numbers_parse(&r->m_caps, text, 1, INT32_MAX, "none") == 0)
		return 0;
	return refuse_value(
		r, "m-cap",
		"numbers of threads from 1 on, or none, such as none,4,16", text);
}

int request_quota(struct request *r, const char *text)
{
	if (begin(r, KEY_QUOTA))
		numbers_free(&r->quotas);
	if (numbers_cpus(&r->quotas, text) == 0)
		return 0;
	return refuse_value(r, "quota",
	                    "numbers of CPUs from 0.01 to 4096, or none, such "
	                    "as 0.5,1.5,none",
	                    text);
}

int request_max_threads(struct request *r, const char *text)
{
	begin(r, KEY_MAX_THREADS);
	return number(r, "max-threads", text, 1, INT32_MAX, &r->max_threads);
}

int request_duration(struct request *r, const char *text)
{
	begin(r, KEY_DURATION);
	return duration(r, "duration", text, 0, &r->duration);
}

int request_timeout(struct request *r, const char *text)
{
	begin(r, KEY_TIMEOUT);
	return duration(r, "timeout", text, 1000000, &r->timeout);
}

int request_budget(struct request *r, const char *text)
{
	begin(r, KEY_BUDGET);
	return duration(r, "budget", text, 1000000, &r->budget);
}

int request_seed(struct request *r, const char *text)
{
	begin(r, KEY_SEED);
	return number(r, "seed", text, 1, REQUEST_SEED_MAX, &r->seed);
}

int request_reps(struct request *r, const char *text)
{
	begin(r, KEY_REPS);
	return number(r, "reps", text, 1, REQUEST_REPS_MAX, &r->reps);
}

//---------------------------------------------------------------------------
// Choices
//---------------------------------------------------------------------------

int request_stack_guard(struct request *r, const char *text)
{
	int i, err = choose("stack guard", text, guard_names, &i);

	begin(r, KEY_STACK_GUARD);
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

	// The first list replaces the default; further ones add to it.
	if (begin(r, KEY_COUNTERS) || !r->counted)
		memset(r->counter, 0, sizeof r->counter);
	r->counted = true;
	if (err == -EINVAL)
		refuse_value(r, "counters",
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

int request_pin(struct request *r, const char *text)
{
	begin(r, KEY_PIN);
	r->pin = keep(r, text);
	return r->pin ? 0 : -ENOMEM;
}

int request_pin_ps(struct request *r, const char *none)
{
	(void)none;
	begin(r, KEY_PIN_PS);
	r->pin_ps = true;
	return 0;
}

//---------------------------------------------------------------------------
// Programs
//---------------------------------------------------------------------------

// request_command adds a word of a spec's command; one on the command line has
// been read before, and wins.
int request_command(struct request *r, const char *word)
{
	if (r->program.n && !r->given[KEY_COMMAND])
		return 0;
	begin(r, KEY_COMMAND);
	return words_add(&r->program, word, strlen(word));
}

int request_env(struct request *r, const char *text)
{
	const char *equal = strchr(text, '=');

	begin(r, KEY_ENV);
	if (!equal || equal == text)
		return refuse_value(r, "env", "NAME=VALUE", text);
	if (strncmp(text, "GOMAXPROCS=", strlen("GOMAXPROCS=")) == 0) {
		complain("GOMAXPROCS is what procs sets");
		return -EINVAL;
	}
	return words_add(&r->env, text, strlen(text));
}

int request_metric(struct request *r, const char *text)
{
	char why[200], takes[300];

	if (begin(r, KEY_METRIC))
		words_free(&r->metrics);
	if (metric_check(text, why, sizeof why) != 0) {
		snprintf(takes, sizeof takes,
		         "runs, go-bench or a regular expression (%s)", why);
		return refuse_value(r, "metric", takes, text);
	}
	return words_find(&r->metrics, text) >= 0
	               ? 0
	               : words_add(&r->metrics, text, strlen(text));
}

int request_load(struct request *r, const char *text)
{
	begin(r, KEY_LOAD);
	words_free(&r->load);
	if (split_words(&r->load, text) == 0)
		return 0;
	return refuse_value(
		r, "load",
		"a command and its words, with quotes that are closed", text);
}

// request_load_word adds a word of a spec's load.
int request_load_word(struct request *r, const char *word)
{
	begin(r, KEY_LOAD);
	return words_add(&r->load, word, strlen(word));
}

int request_schedtrace(struct request *r, const char *text)
{
	begin(r, KEY_SCHEDTRACE);
	if (number_duration(text, &r->schedtrace) == 0 &&
	    r->schedtrace >= 1000000 && r->schedtrace % 1000000 == 0)
		return 0;
	return refuse_value(r, "schedtrace", "whole milliseconds, such as 10ms",
	                    text);
}

int request_ready(struct request *r, const char *text)
{
	char why[200], takes[300];

	begin(r, KEY_READY);
	if (serve_check(text, why, sizeof why) != 0) {
		snprintf(takes, sizeof takes,
		         "tcp:PORT, tcp:HOST:PORT or a regular expression (%s)",
		         why);
		return refuse_value(r, "ready", takes, text);
	}
	r->ready = keep(r, text);
	return r->ready ? 0 : -ENOMEM;
}

int request_better(struct request *r, const char *text)
{
	static const char *const names[] = {"higher", "lower", NULL};
	int i, err = choose("direction", text, names, &i);

	begin(r, KEY_BETTER);
	if (!err)
		r->lower = i == 1;
	return err;
}

int request_pin_cpus(struct request *r, const char *text)
{
	if (numbers_parse(&r->pin_cpus, text, 0, INT32_MAX, NULL) == 0)
		return 0;
	return refuse_value(r, "pin-ps", "CPU numbers, such as 0,1 or 0-3", text);
}

//---------------------------------------------------------------------------
// Where to
//---------------------------------------------------------------------------

int request_out(struct request *r, const char *text)
{
	begin(r, KEY_OUTPUT);
	if (!*text)
		return refuse_value(r, "output", "the name of a directory", text);
	r->out = keep(r, text);
	return r->out ? 0 : -ENOMEM;
}

int request_write_spec(struct request *r, const char *text)
{
	r->write_spec = text;
	return *text ? 0
	             : refuse_value(r, "write-spec", "the name of a file, or -",
	                            text);
}
