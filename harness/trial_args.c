// trial_args.c - the command line of dyno-trial for one point. Everything that
// matters is said, so that it can be repeated by hand.
#include "trial_args.h"

#include "subject.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	const struct pin *pin = &plan->pin[point->pin];
	size_t n = (size_t)point->procs < pin->n ? (size_t)point->procs : pin->n;
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
		fprintf(f, "%s%d", i ? "," : "", pin->cpu[i]);
	err = fclose(f) == 0 ? words_add(args, list, size) : -ENOMEM;
	free(list);
	return err;
}

// generates_outside tells whether the point's load comes from a thread of its own.
static bool generates_outside(const struct point *point)
{
	const struct wl_param *p = point->workload->params;

	for (int i = 0; p && p[i].name && i < WL_PARAMS_MAX; i++)
		if (strcmp(p[i].name, WL_GENERATOR) == 0)
			return point->param[i] == 1;
	return false;
}

// outside_args gives that thread the CPUs that the pin leaves, if there are any.
static int outside_args(struct words *args, const struct plan *plan,
                        const struct point *point)
{
	struct pin left;
	char *list = NULL;
	int err;

	if (!generates_outside(point))
		return 0;
	err = pin_others(plan->topology, &plan->pin[point->pin], &left);
	if (!err && left.bound) {
		err = hwloc_bitmap_list_asprintf(&list, left.set) < 0
		              ? -ENOMEM
		              : arg(args, "--outside-cpus=%s", list);
		free(list);
	}
	pin_free(&left);
	return err;
}

static int plugin_args(struct words *args, const struct request *r)
{
	int err = 0;

	for (size_t i = 0; !err && i < r->plugins.n; i++) {
		char *text;

		if (asprintf(&text, "--plugin=%s", r->plugins.v[i]) < 0)
			return -ENOMEM;
		err = words_add(args, text, strlen(text));
		free(text);
	}
	return err;
}

// twin_args is for the twin in Go, whose GOMAXPROCS is in its environment.
static int twin_args(const struct plan *plan, const struct point *point,
                     int64_t seed, const char *program, struct words *args)
{
	const struct request *r = plan->settings;
	const struct wl_param *p = point->workload->params;
	int err;

	if ((err = words_add(args, program, strlen(program))) ||
	    (err = arg(args, "%s", point->workload->name)) ||
	    (err = arg(args, "size=%s", request_size_name(r->size))) ||
	    (err = arg(args, "duration=%lluns", (unsigned long long)r->duration)) ||
	    (err = arg(args, "seed=%lld", (long long)seed)))
		return err;
	if (r->work_rate &&
	    (err = arg(args, "work_rate=%lld", (long long)r->work_rate)))
		return err;
	for (int i = 0; !err && p && p[i].name && i < WL_PARAMS_MAX; i++)
		err = arg(args, "%s=%lld", p[i].name, (long long)point->param[i]);
	return err;
}

int trial_args(const struct plan *plan, const struct point *point, int64_t seed,
               const char *program, struct words *args)
{
	const struct request *r = plan->settings;
	bool on_dyno = subject_of(point->policy) == SUBJECT_DYNO;
	int err;

	if (subject_of(point->policy) == SUBJECT_GO)
		return twin_args(plan, point, seed, program, args);
	if ((err = words_add(args, program, strlen(program))) ||
	    (err = arg(args, "%s", point->workload->name)) ||
	    (err = arg(args, "--procs=%d", point->procs)) ||
	    (on_dyno && (err = plugin_args(args, r))) ||
	    (err = arg(args, "--policy=%s", point->policy)) ||
	    (err = arg(args, "--size=%s", request_size_name(r->size))) ||
	    (err = arg(args, "--duration=%lluns",
	               (unsigned long long)r->duration)) ||
	    (err = arg(args, "--seed=%lld", (long long)seed)) ||
	    (err = arg(args, "--stack-guard=%s",
	               request_stack_guard_name(r->stack_guard))) ||
	    (err = counter_args(args, r->counter)) ||
	    (err = param_args(args, point)) ||
	    (on_dyno && (err = pin_args(args, plan, point))) ||
	    (err = outside_args(args, plan, point)))
		return err;
	if (r->work_rate &&
	    (err = arg(args, "--work-rate=%lld", (long long)r->work_rate)))
		return err;
	if (point->m_cap && (err = arg(args, "--m-cap=%d", point->m_cap)))
		return err;
	return r->max_threads ? arg(args, "--max-threads=%lld",
	                            (long long)r->max_threads)
	                      : 0;
}
