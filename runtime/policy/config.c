// config.c - from a dy_config to a running scheduler: checks it, fills in the
// defaults, reads the environment.
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "policy/registry.h"
#include "sched/options.h"
#include "sched/procs.h"

// GOMAXPROCS as Go reads it: what is no positive number is ignored.
static int procs_from_environment(void)
{
	const char *text = port_getenv("GOMAXPROCS");
	char *end;
	long n;

	if (!text || !*text)
		return 0;
	n = strtol(text, &end, 10);
	if (*end != '\0' || n <= 0)
		return 0;
	return n > INT_MAX ? INT_MAX : (int)n;
}

static void resolve_procs(int wanted, struct sched_options *opt)
{
	opt->procs = wanted ? wanted : procs_from_environment();
	opt->follow_procs = opt->procs == 0;
	if (opt->follow_procs)
		opt->procs = procs_default();
}

static int resolve(const struct dy_config *cfg, struct sched_options *opt,
                   char *err, size_t errlen)
{
	int bad = policy_parse(cfg->policy ? cfg->policy : "go1.27",
	                       &opt->policy, err, errlen);

	if (bad)
		return bad;
	resolve_procs(cfg->procs, opt);
	if (opt->procs < 1 || opt->procs > DY_PROCS_MAX)
		return options_refuse(err, errlen, "GOMAXPROCS", opt->procs,
		                      "from 1 to 4096");
	if (cfg->m_cap < 0 || (cfg->m_cap && cfg->m_cap < opt->procs))
		return options_refuse(err, errlen, "the M cap", cfg->m_cap,
		                      "at least GOMAXPROCS");
	if (cfg->n_distance < 0 || (cfg->n_distance && !cfg->distance))
		return options_refuse(err, errlen, "the distance matrix's side",
		                      cfg->n_distance,
		                      "0, or that of a matrix that is given");
	bad = options_check(cfg, err, errlen);
	if (bad)
		return bad;
	opt->m_cap = cfg->m_cap;
	opt->max_threads = cfg->max_threads ? cfg->max_threads
	                                    : DY_MAX_THREADS_DEFAULT;
	opt->stack_size = cfg->stack_size ? cfg->stack_size : DY_STACK_DEFAULT;
	opt->stack_guard = cfg->stack_guard;
	opt->distance = cfg->distance;
	opt->n_distance = cfg->n_distance;
	opt->m_idle_limit = cfg->m_idle_limit;
	opt->hooks = cfg->hooks;
	opt->seed = cfg->seed;
	opt->work_rate = cfg->work_rate;
	return 0;
}

int dy_config_check(const struct dy_config *cfg, char *err, size_t errlen)
{
	struct sched_options opt;

	return resolve(cfg, &opt, err, errlen);
}

int dy_run(const struct dy_config *cfg, dy_fn fn, void *arg)
{
	static const struct dy_config go;
	struct sched_options opt;
	int err;

	if (port_m())
		return -EBUSY; // and maybe on a stack too small for what follows
	err = resolve(cfg ? cfg : &go, &opt, NULL, 0);
	if (err)
		return err;
	while (opt.seed == 0)
		opt.seed = port_entropy();
	return sched_run(&opt, fn, arg);
}
