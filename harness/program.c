// program.c - any program as what is measured.
//
// One trial is one run of it. That it ended with status 0 is all that dyno knows
// of its answer, so the document says nothing of having verified it.
#include "program.h"

#include "complain.h"
#include "last_line.h"
#include "machine.h"
#include "metric.h"

#include <errno.h>
#include <limits.h>
#include <results/json_out.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

//---------------------------------------------------------------------------
// Before it runs
//---------------------------------------------------------------------------

static bool executable(const char *path)
{
	struct stat s;

	return stat(path, &s) == 0 && S_ISREG(s.st_mode) &&
	       access(path, X_OK) == 0;
}

char *program_search(const char *name)
{
	const char *dir = getenv("PATH");

	while (dir && *dir) {
		size_t len = strcspn(dir, ":");
		char *path;

		if (asprintf(&path, "%.*s/%s", len ? (int)len : 1,
		             len ? dir : ".", name) < 0)
			return NULL;
		if (executable(path))
			return path;
		free(path);
		dir += len + (dir[len] == ':');
	}
	return NULL;
}

char *program_path(const char *name)
{
	char *path;

	if (strchr(name, '/')) {
		if (executable(name))
			return strdup(name);
		complain("%.200s cannot be executed: %s", name,
		         access(name, F_OK) == 0
		                 ? "it is no program, or not yours to run"
		                 : strerror(errno));
		return NULL;
	}
	path = program_search(name);
	if (!path)
		complain("there is no program '%.64s' in PATH: write ./%.64s for one "
		         "in this directory",
		         name, name);
	return path;
}

// put_word writes a word so that a shell would read it back.
static void put_word(FILE *f, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_@%+=:,./-";

	if (*word && word[strspn(word, plain)] == '\0') {
		fputs(word, f);
		return;
	}
	putc('\'', f);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", f);
		else
			putc(*word, f);
	putc('\'', f);
}

char *program_text(const struct words *command)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	for (size_t i = 0; i < command->n; i++) {
		if (i)
			putc(' ', f);
		put_word(f, command->v[i]);
	}
	return fclose(f) == 0 ? text : NULL;
}

int program_environment(const struct plan *plan, const struct point *point,
                        struct words *env)
{
	const struct words *given = &plan->settings->env;
	char text[32] = "GOMAXPROCS";
	int err;

	if (point->procs)
		snprintf(text, sizeof text, "GOMAXPROCS=%d", point->procs);
	err = words_add(env, text, strlen(text));
	for (size_t i = 0; !err && i < given->n; i++)
		err = words_add(env, given->v[i], strlen(given->v[i]));
	return err;
}

//---------------------------------------------------------------------------
// After it has run
//---------------------------------------------------------------------------

// json_words is an array of the words; what is not UTF-8 is cleaned.
static json_t *json_words(const struct words *words)
{
	json_t *all = json_array();

	for (size_t i = 0; i < words->n; i++)
		json_array_append_new(all, json_out_text(words->v[i]));
	return all;
}

// put_counts adds what the kernel counted; where it could not, rusage and the
// reasons remain.
static void put_counts(json_t *doc, const struct trial_process *p)
{
	json_t *absent = json_object();

	if (p->perf)
		perf_json(p->perf, &p->counts, p->cpu_seconds,
		          json_object_get(doc, "counters"), absent);
	json_object_set_new(doc, "counters_absent", absent);
}

// put_threads adds what was seen of its threads.
static void put_threads(json_t *doc, const struct trial_process *p, bool ok)
{
	if (!p->watch)
		return;
	if (p->watch->period)
		json_object_set_new(doc, "threads",
		                    thread_watch_json(p->watch, p->cpu_seconds));
	if (ok)
		thread_watch_metrics(p->watch, json_object_get(doc, "metrics"),
		                     json_object_get(doc, "counters_absent"));
}

static json_t *usage_json(const struct trial_process *p)
{
	const struct {
		const char *name, *event, *unit;
		double value;
	} all[] = {
		{"cpu-time", "ru_utime+ru_stime", "s", p->cpu_seconds},
		{"voluntary-switches", "ru_nvcsw", "1", (double)p->usage.ru_nvcsw},
		{"involuntary-switches", "ru_nivcsw", "1",
	         (double)p->usage.ru_nivcsw},
		{"minor-faults", "ru_minflt", "1", (double)p->usage.ru_minflt},
		{"major-faults", "ru_majflt", "1", (double)p->usage.ru_majflt},
		{"peak-rss", "ru_maxrss", "B", (double)p->usage.ru_maxrss * 1024},
	};
	json_t *counters = json_array();

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		json_array_append_new(
			counters,
			json_pack("{s:s, s:s, s:s, s:s, s:s, s:f}", "name",
		                  all[i].name, "source", "rusage", "event",
		                  all[i].event, "scope", "trial", "unit",
		                  all[i].unit, "value", all[i].value));
	return counters;
}

static const char bench[] = "go-bench";

// collect applies the rules. Go benchmark text comes last, because its throughput
// gives way to one that is told.
static int collect(const struct request *r, const struct metric_source *from,
                   json_t *metrics, char *why, size_t whylen)
{
	int err = 0;

	if (!r->metrics.n)
		return metric_collect("runs", "", from, metrics, why, whylen);
	for (size_t i = 0; !err && i < r->metrics.n; i++)
		if (strcmp(r->metrics.v[i], bench) != 0)
			err = metric_collect(r->metrics.v[i],
			                     r->lower ? "lower" : "higher",
			                     from, metrics, why, whylen);
	if (!err && words_find(&r->metrics, bench) >= 0)
		err = metric_collect(bench, "", from, metrics, why, whylen);
	return err;
}

static void judge(const struct request *r, const struct metric_source *from,
                  struct outcome *out, json_t *metrics)
{
	const struct trial_process *p = from->process;
	char line[256], why[256] = "no memory";

	last_line_copy(p->errors, line, sizeof line);
	out->kind = STORE_ERROR;
	if (p->timed_out) {
		out->kind = STORE_TIMEOUT;
		snprintf(out->message, sizeof out->message,
		         "stopped after %.3g s", p->seconds);
	} else if (WIFSIGNALED(p->status)) {
		out->kind = STORE_CRASH;
		snprintf(out->message, sizeof out->message, "killed by SIG%s%s%s",
		         sigabbrev_np(WTERMSIG(p->status)), *line ? ": " : "",
		         line);
	} else if (WEXITSTATUS(p->status)) {
		snprintf(out->message, sizeof out->message, "exit status %d%s%s",
		         WEXITSTATUS(p->status), *line ? ": " : "", line);
	} else if (collect(r, from, metrics, why, sizeof why) != 0) {
		snprintf(out->message, sizeof out->message, "%s", why);
	} else {
		out->kind = STORE_OK;
		*out->message = '\0';
	}
	if (out->kind != STORE_OK)
		json_array_clear(metrics);
}

// judge_early judges a server that ended before its load, or before it was ready.
static void judge_early(const struct request *r, const struct metric_source *from,
                        struct outcome *out, json_t *metrics)
{
	const struct trial_process *p = from->process;
	const bool well = WIFEXITED(p->status) && WEXITSTATUS(p->status) == 0;

	if (!well && !p->timed_out) {
		judge(r, from, out, metrics);
		return;
	}
	out->kind = p->timed_out ? STORE_TIMEOUT : STORE_ERROR;
	snprintf(out->message, sizeof out->message,
	         "%s after %.3g s, not ready or not loaded to the end",
	         p->timed_out ? "stopped" : "it ended by itself", p->seconds);
}

// put_load tells where the load ran, and what it used beside the program that it
// loaded.
static void put_load(json_t *doc, const struct request *r,
                     const struct trial_process *server,
                     const struct trial_process *load)
{
	double all = server->cpu_seconds + load->cpu_seconds;
	char cpus[256];

	json_object_set_new(doc, "load", json_words(&r->load));
	json_object_set_new(doc, "load_cpus",
	                    json_pack("{s:s, s:b, s:f}", "cpus",
	                              pin_text(load->pin, cpus, sizeof cpus),
	                              "own", load->pin->bound, "share",
	                              all > 0 ? load->cpu_seconds / all : 0));
	json_array_append_new(json_object_get(doc, "counters"),
	                      json_pack("{s:s, s:s, s:s, s:s, s:s, s:f}",
	                                "name", "load-cpu-time", "source",
	                                "rusage", "event", "ru_utime+ru_stime",
	                                "scope", "trial", "unit", "s", "value",
	                                load->cpu_seconds));
}

// op_of names what is counted, where runs are.
static const char *op_of(const struct request *r)
{
	return !r->metrics.n || words_find(&r->metrics, "runs") >= 0 ? "run" : "";
}

void program_outcome(const struct plan *plan, const struct point *point,
                     int64_t seed, const struct trial_process *p,
                     const struct trial_process *measured, struct outcome *out)
{
	const struct metric_source from = {
		.process = measured ? measured : p,
		.procs = point->procs,
		.cpus = (int)plan->pin[point->pin].n,
	};
	json_t *metrics = json_array();
	struct words env = {0};

	*out = (struct outcome){.doc = NULL};
	if (measured)
		judge(plan->settings, &from, out, metrics);
	else
		judge_early(plan->settings, &from, out, metrics);
	program_environment(plan, point, &env);
	out->doc = json_pack(
		"{s:i, s:s, s:s, s:s, s:o, s:o, s:s, s:i, s:n, s:o, s:I, s:s, "
		"s:o, s:o, s:o}",
		"schema", 1, "workload", point->name, "subject", "program",
		"engine", "linux", "command",
		json_words(&plan->settings->program), "env", json_words(&env),
		"policy", point->policy, "procs", point->procs, "m_cap",
		"params", point_params(plan, point), "seed", (json_int_t)seed,
		"op", op_of(plan->settings), "metrics", metrics, "counters",
		usage_json(p), "environment", machine_facts(""));
	if (out->doc) {
		put_counts(out->doc, p);
		put_threads(out->doc, p, out->kind == STORE_OK);
	}
	if (out->doc && measured && measured != p)
		put_load(out->doc, plan->settings, p, measured);
	if (out->doc && p->left)
		json_object_set_new(out->doc, "left_behind", json_true());
	words_free(&env);
}
