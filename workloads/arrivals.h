// arrivals.h - open-loop load: requests come when they come, answered or not.
//
// When each request is due is drawn beforehand from the seed. One goroutine
// sleeps until the next is due and spawns a goroutine for each that is; so it
// waits for a P like everybody else, as arrivals do that come by timers or from
// the network poller. Or a thread does so that is no goroutine, has CPUs of its own
// where there are enough, and spawns into the global queue: what it loads can then
// neither hold it up nor be held up by it. A request's latency counts from when it
// was due, not from when it was spawned or began: what a late generator or a full
// queue costs is part of it.
//
// How late the generator was, and the share of the time that it was awake, is
// reported beside; so is `overrun`, how long after the last arrival the last
// answer came, relative to the span of the arrivals. Near 0 the rate was reached;
// at 0.5 it is half as high again as what could be served, and the latencies say
// how long the round was rather than how the scheduler did.
#ifndef WORKLOADS_ARRIVALS_H
#define WORKLOADS_ARRIVALS_H

#include <dyno/dyno.h>
#include <dyno/sync.h>

#include "fairness.h"
#include "histogram.h"
#include "rng.h"

enum arrivals_process {
	ARRIVALS_EVEN,    // the same time between any two
	ARRIVALS_POISSON, // exponential times between them
	ARRIVALS_ON_OFF,  // Poisson at twice the rate, every other phase
	ARRIVALS_UNIFORM, // any time between them up to twice the mean
};

enum { ARRIVALS_MAX = 50000000 }; // requests in a round

struct arrivals;

struct request {
	struct arrivals *from;
	uint64_t due;     // ns after the start of the round
	uint64_t service; // ns of CPU that it needs; the workload's to set
	// Written by the request's goroutine alone.
	uint64_t answered; // ns after the start of the round
	uint32_t answers;  // in this round
};

struct arrivals {
	void *owner;    // for serve; the workload's to set
	uint64_t start; // of the round, by dy_now
	uint64_t span;  // until the last is due
	uint64_t awake; // ns in which the generator did not sleep, in this round
	dy_fn serve;
	const struct wl_outside *outside; // whose thread generates; NULL: a goroutine
	int err;                          // 0, or why there was no such thread
	struct dy_waitgroup done;
	// Of all rounds since warm-up.
	struct histogram latency, slowdown, late;
	struct fairness fairness;
	double awake_share, overrun; // sums over the rounds
	uint64_t rounds, unreached;  // those whose rate could not be served
	size_t n;
	struct request request[];
};

// How n requests arrive: gap is the mean time between two, phase that of ON_OFF.
struct arrivals_plan {
	enum arrivals_process process;
	size_t n;
	double gap, phase; // ns
};

// arrivals_new draws when each request is due. NULL: no memory; report_free, or
// free, gives it back.
struct arrivals *arrivals_new(const struct arrivals_plan *plan, struct rng *rng);

// arrivals_choose says who generates: the value of WL_GENERATOR. 0, or -ENOTSUP with
// the reason.
int arrivals_choose(struct arrivals *a, struct wl_run *r, int64_t generator);

// arrivals_play runs a round: serve(request) in a goroutine for each when it is
// due. Returns when all have returned. Blocks: G.
void arrivals_play(struct arrivals *a, dy_fn serve);

// arrivals_answer is what serve calls at its end.
void arrivals_answer(struct request *q);

// arrivals_keep takes the times of the last round into the histograms, unless it
// was to warm up.
void arrivals_keep(struct arrivals *a, const struct wl_run *r);

// arrivals_verify says whether each request was answered once, and none before
// it was due.
bool arrivals_verify(const struct arrivals *a, struct wl_run *r);

// arrivals_report adds latency_*, slowdown_* (latency by service), fairness (of the
// speeds, service by latency), late_p99, late_max, generator_awake, offered_rate,
// overrun, and unreached: the share of rounds whose rate could not be served. Of a
// thread that generates, generator_own_cpus too: 1, or 0 where it shares them.
#define ARRIVALS_OTHERS \
	"slowdown_*, late_*, generator_*, offered_rate, overrun, unreached"
void arrivals_report(const struct arrivals *a, struct wl_run *r);

// exponential draws from the exponential distribution with that mean.
double arrivals_exponential(struct rng *rng, double mean);

#endif
