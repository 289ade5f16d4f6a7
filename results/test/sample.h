// sample.h - experiments, points and trials to put into a store.
#ifndef RESULTS_TEST_SAMPLE_H
#define RESULTS_TEST_SAMPLE_H

#include <results/store.h>

static const struct store_experiment sample_experiment = {
	.plan = "{\"workloads\":[\"fib\"],\"procs\":[1,2],\"reps\":3}",
	.seed = UINT64_MAX, // more than SQLite's integer holds
	.version = "0.1.0",
	.environment = "{\"hostname\":\"box\",\"cpus_allowed\":\"0-1\"}",
};

static inline struct store_point sample_point(int procs, int m_cap)
{
	return (struct store_point){
		.subject = "dyno",
		.workload = "fib",
		.policy = "go1.27",
		.procs = procs,
		.m_cap = m_cap,
		.params = "{\"n\":30}",
	};
}

// sample_add adds an ok trial with a throughput. What store_add returns.
static inline int sample_add(struct store *s, int64_t point, int rep,
                             double throughput)
{
	const struct store_metric metric[] = {
		{"throughput", "op/s", "higher", throughput},
		{"rounds", "1", "", 5},
	};
	const struct store_trial t = {
		.point = point,
		.rep = rep,
		.position = rep,
		.message = "",
		.started = 1700000000000000,
		.seconds = 0.5,
		.seed = 1,
		.doc = "{\"op\":\"call\",\"scheduler\":{\"spins\":1250,\"handoffs\":0},"
		       "\"counters\":[{\"name\":\"context-switches\",\"value\":7,"
		       "\"source\":\"papi\",\"unit\":\"1\",\"scope\":\"trial\"}]}",
		.metric = metric,
		.n_metric = 2,
	};
	return store_add(s, &t);
}

#endif
