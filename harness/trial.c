// trial.c - one trial of a point: started, judged, with the noise around it.
#include "trial.h"

#include "complain.h"
#include "noise.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

//---------------------------------------------------------------------------
// The program and its arguments
//---------------------------------------------------------------------------

char *trial_program(const char *given)
{
	char path[PATH_MAX];
	ssize_t n;
	char *found;

	if (given)
		return strdup(given);
	n = readlink("/proc/self/exe", path, sizeof path - 1);
	if (n < 0) {
		complain("cannot find dyno-trial, because /proc/self/exe cannot be read (%s): "
		         "name it with --trial-program",
		         strerror(errno));
		return NULL;
	}
	path[n] = '\0';
	if (asprintf(&found, "%.*s/dyno-trial",
	             (int)(strrchr(path, '/') - path), path) < 0)
		return NULL;
	if (access(found, X_OK) == 0)
		return found;
	complain("dyno-trial is not at %s, where it belongs: install it beside dyno, or name it "
	         "with --trial-program",
	         found);
	free(found);
	return NULL;
}

static int arg(struct words *args, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int arg(struct words *args, const char *fmt, ...)
{
	char text[1024];
	va_list list;
	int n;

	va_start(list, fmt);
	n = vsnprintf(text, sizeof text, fmt, list);
	va_end(list);
	if (n < 0 || (size_t)n >= sizeof text)
		return -E2BIG;
	return words_add(args, text, (size_t)n);
}

static int counter_args(struct words *args, const bool *wanted)
{
	char list[1000] = "";
	size_t used = 0;

	for (size_t i = 0; counters_catalogue(i); i++)
		if (wanted[i] && used < sizeof list)
			used += (size_t)snprintf(list + used, sizeof list - used,
			                         "%s%s", used ? "," : "",
			                         counters_catalogue(i)->name);
	return arg(args, "--counters=%s", used ? list : "none");
}

static int param_args(struct words *args, const struct point *point)
{
	const struct wl_param *p = point->workload->params;
	int err = 0;

	for (int i = 0; !err && p && p[i].name && i < WL_PARAMS_MAX; i++)
		err = arg(args, "--param=%s=%lld", p[i].name,
		          (long long)point->param[i]);
	return err;
}

// pin_args names the CPU of each P, as far as there are Ps.
static int pin_args(struct words *args, const struct plan *plan,
                    const struct point *point)
{
	size_t n = (size_t)point->procs < plan->pin.n ? (size_t)point->procs
	                                              : plan->pin.n;
	char *list = NULL;
	size_t size;
	FILE *f;
	int err;

	if (!plan->settings->pin_ps)
		return 0;
	f = open_memstream(&list, &size);
	if (!f)
		return -ENOMEM;
	fputs("--pin-ps=", f);
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%s%d", i ? "," : "", plan->pin.cpu[i]);
	err = fclose(f) == 0 ? words_add(args, list, size) : -ENOMEM;
	free(list);
	return err;
}

// make_args writes the command line of a trial. Everything that matters is said,
// so that it can be repeated by hand.
static int make_args(const struct plan *plan, const struct point *point,
                     int64_t seed, const char *program, struct words *args)
{
	const struct request *r = plan->settings;
	int err;

	if ((err = words_add(args, program, strlen(program))) ||
	    (err = arg(args, "%s", point->workload->name)) ||
	    (err = arg(args, "--procs=%d", point->procs)) ||
	    (err = arg(args, "--policy=%s", point->policy)) ||
	    (err = arg(args, "--size=%s", request_size_name(r->size))) ||
	    (err = arg(args, "--duration=%lluns",
	               (unsigned long long)r->duration)) ||
	    (err = arg(args, "--seed=%lld", (long long)seed)) ||
	    (err = arg(args, "--stack-guard=%s",
	               request_stack_guard_name(r->stack_guard))) ||
	    (err = counter_args(args, r->counter)) ||
	    (err = param_args(args, point)) ||
	    (err = pin_args(args, plan, point)))
		return err;
	if (point->m_cap && (err = arg(args, "--m-cap=%d", point->m_cap)))
		return err;
	return r->max_threads ? arg(args, "--max-threads=%lld",
	                            (long long)r->max_threads)
	                      : 0;
}

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

// json_text makes a string of what may not be UTF-8.
static json_t *json_text(const char *s)
{
	json_t *value = json_string(s);

	return value ? value : json_string("?");
}

// own_document stands in for the one that a failed trial did not print.
static json_t *own_document(const struct point *point, int64_t seed)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:I, s:b, s:s}",
	                 "schema", 1, "workload", point->workload->name,
	                 "subject", "dyno", "engine", "linux", "policy",
	                 point->policy, "procs", point->procs, "m_cap",
	                 point->m_cap ? json_integer(point->m_cap) : json_null(),
	                 "params", point_params(point), "seed", (json_int_t)seed,
	                 "verified", 0, "op", point->workload->op);
}

static void finish_document(struct trial *t, const struct point *point,
                            int64_t seed, const struct noise *noise)
{
	json_t *about = json_pack("{s:f}", "wall_s", t->seconds);

	t->doc = t->outcome.doc ? json_incref(t->outcome.doc)
	                        : own_document(point, seed);
	if (noise->known) {
		json_object_set_new(about, "foreign_cpu_s",
		                    json_real(noise->foreign));
		json_object_set_new(about, "steal_s", json_real(noise->steal));
	}
	json_object_set_new(t->doc, "noise", about);
	json_object_set_new(t->doc, "outcome",
	                    json_string(store_outcome_name(t->outcome.kind)));
	json_object_set_new(t->doc, "why", json_text(t->outcome.message));
}

static int run_process(const struct plan *plan, const struct point *point,
                       int64_t seed, struct trial_process *process,
                       struct trial *out)
{
	struct noise_sample before, after;
	struct noise noise;
	int err;

	out->started = wall_clock();
	before = noise_read(plan->pin.set);
	err = trial_process_run(process);
	if (err)
		return err;
	after = noise_read(plan->pin.set);
	noise = noise_between(&before, &after, process->cpu_seconds);
	out->seconds = process->seconds;
	memcpy(out->errors, process->errors, sizeof out->errors);
	outcome_decide(process, &out->outcome);
	finish_document(out, point, seed, &noise);
	return 0;
}

int trial_run(const struct plan *plan, const struct point *point, int64_t seed,
              const char *program, struct trial *out)
{
	struct words args = {0};
	struct trial_process process = {
		.topology = plan->topology,
		.pin = &plan->pin,
		.timeout = plan->settings->timeout,
	};
	int err = make_args(plan, point, seed, program, &args);
	char **argv = err ? NULL : vector(&args);

	*out = (struct trial){.seconds = 0};
	process.argv = argv;
	if (argv)
		err = run_process(plan, point, seed, &process, out);
	else
		complain("no memory to start a trial");
	trial_process_free(&process);
	free(argv);
	words_free(&args);
	return argv || err ? err : -ENOMEM;
}

void trial_free(struct trial *t)
{
	json_decref(t->outcome.doc);
	json_decref(t->doc);
	t->outcome.doc = t->doc = NULL;
}
