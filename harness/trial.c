// trial.c - one trial of a point: started, judged, with the noise around it.
#include "trial.h"

#include "command_words.h"
#include "complain.h"
#include "noise.h"
#include "program.h"
#include "quota.h"
#include "schedtrace.h"
#include "serve.h"
#include "subject.h"
#include "trial_args.h"

#include <errno.h>
#include <limits.h>
#include <results/json_out.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

//---------------------------------------------------------------------------
// The program and its arguments
//---------------------------------------------------------------------------

// vector turns the words into what exec takes; to be freed, not its strings.
static char **vector(const struct words *args)
{
	char **argv = calloc(args->n + 1, sizeof *argv);

	for (size_t i = 0; argv && i < args->n; i++)
		argv[i] = args->v[i];
	return argv;
}

//---------------------------------------------------------------------------
// The trial
//---------------------------------------------------------------------------

static int64_t wall_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

// own_document stands in for the one that a failed trial did not print.
static json_t *own_document(const struct plan *plan, const struct point *point,
                            int64_t seed)
{
	return json_pack(
		"{s:i, s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:I, s:b, s:s}",
		"schema", 1, "workload", point->workload->name, "subject",
		subject_name(subject_of(point->policy)), "engine", "linux",
		"policy", point->policy, "procs", point->procs, "m_cap",
		point->m_cap ? json_integer(point->m_cap) : json_null(),
		"params", point_params(plan, point), "seed", (json_int_t)seed,
		"verified", 0, "op", point->workload->op);
}

// name_subject adds what a twin in Go does not know of the point that it is run on.
static void name_subject(json_t *doc, const struct plan *plan,
                         const struct point *point, int64_t seed)
{
	json_t *about;

	if (subject_of(point->policy) != SUBJECT_GO)
		return;
	about = own_document(plan, point, seed);
	json_object_update_missing(doc, about);
	json_decref(about);
}

static void finish_document(struct trial *t, const struct plan *plan,
                            const struct point *point, int64_t seed,
                            const struct noise *noise)
{
	json_t *about = json_pack("{s:f, s:f}", "wall_s", t->seconds,
	                          "harness_cpu_s", noise->own);

	t->doc = t->outcome.doc ? json_incref(t->outcome.doc)
	                        : own_document(plan, point, seed);
	if (point->workload)
		name_subject(t->doc, plan, point, seed);
	if (noise->known) {
		json_object_set_new(about, "foreign_cpu_s",
		                    json_real(noise->foreign));
		json_object_set_new(about, "steal_s", json_real(noise->steal));
		json_object_set_new(
			about, "disturbed",
			json_boolean(noise_disturbs(
				noise, plan->settings->foreign_limit, t->seconds,
				hwloc_bitmap_weight(plan->pin[point->pin].set))));
	}
	if (noise->throttled_known)
		json_object_set_new(about, "throttled_s",
		                    json_real(noise->throttled));
	json_object_set_new(t->doc, "noise", about);
	json_object_set_new(t->doc, "outcome",
	                    json_string(store_outcome_name(t->outcome.kind)));
	json_object_set_new(t->doc, "why", json_out_text(t->outcome.message));
}

// run_loaded runs a program that serves together with what loads it.
static int run_loaded(const struct plan *plan, const struct point *point,
                      int64_t seed, struct trial_process *server,
                      struct trial *out, double *cpu)
{
	struct words words = {0};
	struct pin pin;
	struct trial_process load = {
		.path = plan->load_path,
		.topology = plan->topology,
		.pin = &pin,
		.timeout = plan->settings->timeout,
	};
	bool early;
	int err = pin_others(plan->topology, server->pin, &pin);

	if (!err)
		err = command_words_with(&words, &plan->settings->load,
		                         PLAN_RATE_ASKED, point->rate);
	load.argv = words.v;
	if (!err)
		err = serve_run(plan, server, &load, &early);
	if (!err) {
		program_outcome(plan, point, seed, server, early ? NULL : &load,
		                &out->outcome);
		// On CPUs of its own it used nothing of the server's.
		*cpu = server->cpu_seconds + (pin.bound ? 0 : load.cpu_seconds);
	}
	pin_free(&pin);
	trial_process_free(&load);
	words_free(&words);
	return err;
}

// run_one_process runs a program that is alone.
static int run_one_process(const struct plan *plan, const struct point *point,
                           int64_t seed, struct trial_process *process,
                           struct trial *out, double *cpu)
{
	int err = trial_process_run(process);

	if (err)
		return err;
	*cpu = process->cpu_seconds;
	if (point->workload)
		outcome_decide(process, &out->outcome);
	else
		program_outcome(plan, point, seed, process, process,
		                &out->outcome);
	return 0;
}

static int run_process(const struct plan *plan, const struct point *point,
                       int64_t seed, struct trial_process *process,
                       struct trial *out)
{
	const char *root = plan->settings->sysroot ? plan->settings->sysroot : "";
	struct noise_sample before, after;
	struct noise noise;
	double cpu;
	int err;

	out->started = wall_clock();
	before = noise_read(root, plan->pin[point->pin].set);
	err = plan->settings->load.n
	              ? run_loaded(plan, point, seed, process, out, &cpu)
	              : run_one_process(plan, point, seed, process, out, &cpu);
	if (err)
		return err;
	after = noise_read(root, plan->pin[point->pin].set);
	noise = noise_between(&before, &after, cpu);
	out->seconds = process->seconds;
	memcpy(out->errors, process->errors, sizeof out->errors);
	finish_document(out, plan, point, seed, &noise);
	return 0;
}

static void hear_trace(void *trace, const char *data, size_t n)
{
	schedtrace_feed(trace, data, n); // what does not fit is not counted
}

static int workload_command(const struct plan *plan, const struct point *point,
                            int64_t seed, struct words *args, struct words *env)
{
	enum subject subject = subject_of(point->policy);
	char procs[32];
	int n = snprintf(procs, sizeof procs, "GOMAXPROCS=%d", point->procs);
	int err = trial_args(plan, point, seed, plan->trial[subject], args);

	if (!err && subject == SUBJECT_GO)
		err = words_add(env, procs, (size_t)n);
	return err;
}

// make_command writes what is executed for a point, and in what environment.
static int make_command(const struct plan *plan, const struct point *point,
                        int64_t seed, struct words *args, struct words *env)
{
	const struct words *given = &plan->settings->program;
	int err = 0;

	if (point->workload)
		return workload_command(plan, point, seed, args, env);
	if (point->rate)
		err = command_words_with(args, given, PLAN_RATE_ASKED,
		                         point->rate);
	for (size_t i = 0; !err && !point->rate && i < given->n; i++)
		err = words_add(args, given->v[i], strlen(given->v[i]));
	return err ? err : program_environment(plan, point, env);
}

// run_limited runs the process, in a group of its own where there is a quota.
static int run_limited(const struct plan *plan, const struct point *point,
                       int64_t seed, struct trial_process *process,
                       struct trial *out)
{
	char *group = NULL;
	json_t *told;
	int err = point->quota ? quota_begin(point->quota, &group) : 0;

	if (err)
		return err;
	process->group = group;
	err = run_process(plan, point, seed, process, out);
	told = group ? quota_end(group, point->quota) : NULL;
	if (!err && told)
		json_object_set(out->doc, "quota", told);
	json_decref(told);
	free(group);
	return err;
}

// run_words runs a command line on a point.
static int run_words(const struct plan *plan, const struct point *point,
                     int64_t seed, const struct words *args,
                     const struct words *env, struct schedtrace *trace,
                     struct trial *out)
{
	struct thread_watch watch = {
		.sysroot = "",
		.period = plan->settings->threads_every,
	};
	struct trial_process process = {
		.argv = vector(args),
		.path = plan->path,
		.env = env,
		.topology = plan->topology,
		.pin = &plan->pin[point->pin],
		.timeout = plan->settings->timeout,
		.perf = point->workload ? NULL : perf_promised(),
		.watch = point->workload || trace ? NULL : &watch,
		.hear = trace ? hear_trace : NULL,
		.hearer = trace,
	};
	char **argv = (char **)(uintptr_t)process.argv;
	int err = -ENOMEM;

	*out = (struct trial){.seconds = 0};
	if (argv)
		err = run_limited(plan, point, seed, &process, out);
	else
		complain("no memory to start a trial");
	trial_process_free(&process);
	thread_watch_free(&watch);
	free(argv);
	return err;
}

// trace_again runs a trial once more, so that nothing of what is measured has been
// disturbed, and adds what its scheduler said to the document.
static int trace_again(const struct plan *plan, const struct point *point,
                       int64_t seed, const struct words *args,
                       struct words *env, json_t *doc)
{
	const uint64_t every = plan->settings->schedtrace;
	struct schedtrace trace = {.line = NULL};
	struct trial traced;
	json_t *told;
	bool go = !point->workload || subject_of(point->policy) == SUBJECT_GO;
	int err = schedtrace_environment(env, go ? "GODEBUG" : "DYNO_DEBUG",
	                                 every);

	if (!err)
		err = run_words(plan, point, seed, args, env, &trace, &traced);
	if (err) {
		schedtrace_free(&trace);
		return err;
	}
	told = schedtrace_json(&trace);
	json_object_set_new(told, "every_ms",
	                    json_integer((json_int_t)(every / 1000000)));
	json_object_set(told, "outcome", json_object_get(traced.doc, "outcome"));
	if (!trace.lines)
		json_object_set_new(told, "why",
		                    json_string(
					    "it printed no such line: it ended "
					    "before the first was due, is not "
					    "Go's, or keeps its standard error "
					    "to itself"));
	json_object_set_new(doc, "schedtrace", told);
	schedtrace_free(&trace);
	trial_free(&traced);
	return 0;
}

// is_traced says whether a trial of a point is to be run once more; where kernel
// threads take the place of goroutines, there is no scheduler to ask.
static bool is_traced(const struct request *r, const struct point *point, int rep)
{
	return r->schedtrace &&
	       (!r->schedtrace_reps || rep < r->schedtrace_reps) &&
	       !(point->workload && subject_of(point->policy) == SUBJECT_THREADS);
}

int trial_run(const struct plan *plan, const struct point *point, int rep,
              int64_t seed, struct trial *out)
{
	struct words args = {0}, env = {0};
	int err = make_command(plan, point, seed, &args, &env);

	if (!err)
		err = run_words(plan, point, seed, &args, &env, NULL, out);
	else
		complain("no memory to start a trial");
	if (!err && is_traced(plan->settings, point, rep) &&
	    out->outcome.kind == STORE_OK) {
		err = trace_again(plan, point, seed, &args, &env, out->doc);
		if (err)
			trial_free(out);
	}
	words_free(&args);
	words_free(&env);
	return err;
}

void trial_free(struct trial *t)
{
	json_decref(t->outcome.doc);
	json_decref(t->doc);
	t->outcome.doc = t->doc = NULL;
}
