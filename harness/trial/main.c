// main.c - dyno-trial: one workload, one point, one fresh process.
//
// The command runs this program once per trial and reads one JSON document from
// its standard output. Everything that allocates, parses or prints happens
// before or after the runtime runs.
#include "../complain.h"
#include "../exit_codes.h"
#include "../gomaxprocs.h"
#include "../options.h"
#include "../params.h"
#include "../plugin.h"
#include "document.h"
#include "outside.h"
#include "subject.h"

#include <dyno/policy.h>
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

// A trial, from the command line to the document.
struct trial {
	struct request request;
	int64_t param[WL_PARAMS_MAX];
	struct counters counters;
	struct rounds rounds;
	struct wl_outside outside;
	struct placement *placement; // NULL: the Ps have no CPU of their own
	uint16_t *distances;
	struct dy_config config;
};

static const struct option_def options[] = {
	{"procs", 'P', "N",
         "GOMAXPROCS, 1 to 4096. Default: the environment variable, else the "
         "CPUs.",
         request_procs},
	{"m-cap", 0, "N",
         "The most Ms that run goroutines, at least N of --procs. Default: "
         "none.",
         request_m_cap},
	{"max-threads", 0, "N",
         "The number of threads whose crossing is fatal. Default: 10000.",
         request_max_threads},
	{"plugin", 0, "FILE", "A shared object with policies; may be repeated.",
         request_tried_plugin},
	{"policy", 0, "SPEC", "The scheduling policy. Default: go1.27.",
         request_policy},
	{"param", 0, "NAME=VALUE",
         "A parameter of the workload; may be repeated.", request_param},
	{"size", 0, "SIZE",
         "tiny, small or full: the workload's defaults. Default: small.",
         request_size},
	{"duration", 0, "TIME",
         "Timed rounds to reach, with unit. Default: 500ms.", request_duration},
	{"seed", 0, "N", "Of every random choice. Default: 1.", request_seed},
	{"counters", 0, "NAMES",
         "What to count, separated by commas, or none. Default: all.",
         request_counters},
	{"pin-ps", 0, "CPUS", "The CPU of each P in turn. Default: not bound.",
         request_pin_cpus},
	{"outside-cpus", 0, "CPUS",
         "Those of threads that generate load outside the scheduler. Default: "
         "the same as of all.",
         request_outside_cpus},
	{"stack-guard", 0, "WHEN", "auto, always or never. Default: auto.",
         request_stack_guard},
	{"work-rate", 0, "N",
         "Steps of dy_work that make 2^20 ns. Default: calibrated here.",
         request_work_rate},
	{"help", 'h', NULL, "Print this page.", NULL},
	{.name = NULL},
};

// single demands that a list option names one value at most.
static int single(const char *option, size_t n)
{
	if (n > 1)
		complain("%s takes one value here", option);
	return n > 1 ? -EINVAL : 0;
}

static int usable_cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
}

static int configure(struct trial *t)
{
	const struct request *r = &t->request;
	struct dy_config *cfg = &t->config;
	char err[512];

	*cfg = (struct dy_config){
		.policy = r->policies.n  ? r->policies.v[0]
	                  : on_threads() ? TRIAL_SUBJECT
	                                 : "go1.27",
		.procs = r->procs.n ? (int)r->procs.v[0] : 0,
		.m_cap = r->m_caps.n ? (int)r->m_caps.v[0] : 0,
		.max_threads = (int)r->max_threads,
		.stack_guard = r->stack_guard,
		.seed = r->seed ? (uint64_t)r->seed : 1,
		.work_rate = (uint64_t)r->work_rate,
	};
	if (!r->procs.n && gomaxprocs_default(usable_cpus(), &cfg->procs) != 0)
		return -EINVAL;
	if (dy_config_check(cfg, err, sizeof err) != 0) {
		complain("%s", err);
		return -EINVAL;
	}
	return 0;
}

static int take(struct trial *t)
{
	struct request *r = &t->request;
	const struct workload *w;
	int err;

	if (r->words.n != 1) {
		complain("name one workload (see dyno list workloads)");
		return -EINVAL;
	}
	w = request_workload(r->words.v[0]);
	if (!w || single("--procs", r->procs.n) ||
	    single("--m-cap", r->m_caps.n) || single("--policy", r->policies.n))
		return -EINVAL;
	t->rounds = (struct rounds){
		.workload = w,
		.duration = r->duration,
		.counters = &t->counters,
		.run = {.param = t->param,
	                .seed = r->seed ? (uint64_t)r->seed : 1},
	};
	err = params_set(w, r->size, &r->params, true, 0, t->param);
	err = err ? err : configure(t);
	if (!err && dy_policy_polls(t->config.policy))
		t->rounds.workload = wl_polled(w);
	return err;
}

//---------------------------------------------------------------------------
// Hooks of the runtime
//---------------------------------------------------------------------------

static void m_start(void *arg, int m)
{
	struct trial *t = arg;

	(void)m;
	counters_m_start(&t->counters);
}

static void m_stop(void *arg, int m)
{
	struct trial *t = arg;

	(void)m;
	counters_m_stop(&t->counters);
}

static void m_takes_p(void *arg, int m, int p)
{
	struct trial *t = arg;

	(void)m;
	placement_bind(t->placement, p);
}

static int place(struct trial *t)
{
	struct dy_config *cfg = &t->config;

	if (!outside_make(&t->outside, &t->request.outside_cpus))
		return -EINVAL;
	t->rounds.run.outside = &t->outside;
	if (!t->request.pin_cpus.n)
		return 0;
	t->placement = placement_make(&t->request.pin_cpus);
	if (!t->placement)
		return -EINVAL;
	t->distances = placement_distances(t->placement, cfg->procs);
	if (!t->distances)
		return -ENOMEM;
	cfg->distance = t->distances;
	cfg->n_distance = cfg->procs;
	cfg->hooks.m_takes_p = m_takes_p;
	return 0;
}

// raise_files lets the process open as many files as it is allowed: a counter
// is one per M.
static void raise_files(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	    limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

// An event set for each of thousands of threads, most of which soon end, would
// be what is measured: of threads only what is counted per process is counted.
static bool countable(int i)
{
	return !on_threads() ||
	       counters_catalogue((size_t)i)->source == COUNTER_RUSAGE;
}

static int run(struct trial *t)
{
	int err;

	raise_files();
	for (int i = 0; counters_catalogue((size_t)i); i++)
		if (t->request.counter[i] && countable(i))
			counters_want(&t->counters, i);
	counters_open(&t->counters);
	t->config.hooks.arg = t;
	if (!on_threads()) {
		t->config.hooks.m_start = m_start;
		t->config.hooks.m_stop = m_stop;
	}
	err = dy_run(&t->config, rounds_main, &t->rounds);
	if (err) {
		t->rounds.outcome = ROUNDS_ERROR;
		snprintf(t->rounds.run.why, sizeof t->rounds.run.why,
		         "the runtime did not start: %s", strerrordesc_np(-err));
	}
	counters_finish(&t->counters);
	counters_close(&t->counters);
	return err;
}

static int print(const struct trial *t)
{
	json_t *doc = document_make(&t->rounds, &t->config, &t->request,
	                            t->placement);
	int err = -1;

	if (doc)
		err = json_dumpf(doc, stdout,
		                 JSON_COMPACT | JSON_REAL_PRECISION(12));
	json_decref(doc);
	if (err == 0 && putchar('\n') != EOF && fflush(stdout) == 0)
		return 0;
	complain("the document could not be written");
	return -EIO;
}

static int exit_status(const struct trial *t)
{
	switch (t->rounds.outcome) {
	case ROUNDS_OK:
		return EXIT_DONE;
	case ROUNDS_UNSUPPORTED:
		return EXIT_UNSUPPORTED;
	case ROUNDS_REFUSED:
		return EXIT_USAGE;
	default:
		return EXIT_SUBJECT;
	}
}

static void clean(struct trial *t)
{
	rounds_free(&t->rounds);
	placement_free(t->placement);
	free(t->distances);
	request_free(&t->request);
}

static const struct command trial_command = {
	.name = "dyno-trial",
	.summary = "run one workload once and print one JSON document",
	.synopsis = "WORKLOAD [OPTION]...",
	.description =
		"Runs one trial in this process: a round to warm up, then "
		"timed rounds, each verified, until their times add up to the "
		"duration. The dyno command starts one of these per trial.",
	.options = options,
	.notes = "EXIT STATUS\n"
		 "       0   done, and the answers were right\n"
		 "       2   the command line is wrong, the workload takes no such\n"
		 "           parameters (the document says why), or the runtime met a "
		 "fatal error\n"
		 "       6   a wrong answer, or the workload failed\n"
		 "       7   no progress because of the M cap\n"
		 "       8   a plugin's hook faulted, or did not return\n"
		 "       77  this machine cannot run the workload\n",
	.examples = "       dyno-trial fib -P 2 --param n=25\n",
};

int main(int argc, char **argv)
{
	struct trial t = {0};
	int err, status;

	complain_as("dyno-trial");
	request_init(&t.request);
	err = options_parse(&trial_command, &t.request, argc, argv);
	if (!err)
		err = take(&t);
	if (!err)
		err = place(&t);
	if (err == OPTIONS_HELP) {
		status = EXIT_DONE;
	} else if (err) {
		status = EXIT_USAGE;
	} else {
		run(&t);
		status = print(&t) == 0 ? exit_status(&t) : EXIT_INTERNAL;
	}
	clean(&t);
	return status;
}
