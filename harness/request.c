// request.c - a request begins with the defaults, and ends.
#include "request.h"

void request_init(struct request *r)
{
	*r = (struct request){
		.size = WL_SMALL,
		.duration = UINT64_C(500000000),
		.timeout = UINT64_C(60000000000),
		.reps = 10,
		.foreign_limit = 0.05,
		.threads_every = REQUEST_THREADS_EVERY,
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
	words_free(&r->subjects);
	words_free(&r->plugins);
	words_free(&r->params);
	words_free(&r->env);
	words_free(&r->metrics);
	words_free(&r->load);
	words_free(&r->texts);
	words_free(&r->pins);
	words_free(&r->ignore);
	numbers_free(&r->procs);
	numbers_free(&r->m_caps);
	numbers_free(&r->quotas);
	numbers_free(&r->rates);
	numbers_free(&r->pin_cpus);
	numbers_free(&r->outside_cpus);
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
