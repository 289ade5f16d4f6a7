// bimodal.c - a server in open loop, whose requests differ in length.
//
// Requests arrive for `span` ns and burn CPU for as long as the service-time mix
// says. The mixes are those that the literature on microsecond scheduling
// compares with. Where a few are a thousand times longer than the rest, first
// come first served lets the short ones queue behind them: a short slice then
// pays, and one that is too short costs more than it brings.
//
// The offered load is `load` percent of one P, whatever GOMAXPROCS is, so that
// points of a sweep over it serve the same requests; or it is `rate` requests per
// second. All draws come from the seed; each round serves the same requests at the
// same times.
//
// Each request has a mark of its own and its due time: one that is lost, served
// twice or served before it came is seen.
#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "arrivals.h"
#include "report.h"

enum { MIX, LOAD, ARRIVALS, PHASE, SPAN, RATE, GENERATOR };

static const struct wl_param params[] = {
	{"mix",
         "1",
         "0 fixed 1 exp 2 high 3 extreme 4 skyloft 5 rocksdb",
         0,
         5,
         {3, 4, 4}},
	{WL_LOAD, "1", "percent of one P", 0, 6400, {50, 50, 50}},
	{"arrivals", "1", "0 even, 1 Poisson, 2 on-off, 3 uniform", 0, 3, {1, 1, 1}},
	{"phase", "ns", "of on-off", DY_US, DY_S, {DY_MS, 10 * DY_MS, 10 * DY_MS}},
	{"span", "ns", "of a round", DY_US, 60 * DY_S, {5 * DY_MS, 100 * DY_MS, DY_S}},
	{WL_RATE, WL_RATE_UNIT, "instead of load", 0, WL_RATE_MAX, {0, 0, 0}},
	{WL_GENERATOR, "1", "0 a goroutine, 1 a thread outside", 0, 1, {0, 0, 0}},
	{.name = NULL},
};

// Stream 0 of the seed draws arrivals, stream 1 services.
enum { SERVICE_STREAM = 1 };

// A share of requests needs `common` ns, the others `rare`; share 1 with a rare
// of 0 is one length for all.
struct mix {
	double share;
	double common, rare; // ns
	bool exponential;    // with the mean common
};

static const struct mix mixes[] = {
	{1, 1000, 0, false},
	{1, 1000, 0, true},
	{0.5, 1000, 100000, false},
	{0.995, 500, 500000, false},
	{0.995, 4000, 10000000, false},
	{0.995, 10000, 5000000, false},
};

static double mean_of(const struct mix *m)
{
	return m->share * m->common + (1 - m->share) * m->rare;
}

static uint64_t draw_service(const struct mix *m, struct rng *rng)
{
	double u = (double)(rng_next(rng) >> 11) * 0x1p-53;

	if (m->exponential)
		return (uint64_t)arrivals_exponential(rng, m->common) + 1;
	return (uint64_t)(u < m->share ? m->common : m->rare);
}

// gap_of is the mean time between two requests, in ns.
static double gap_of(const struct wl_run *r, const struct mix *m)
{
	if (r->param[RATE])
		return (double)DY_S / (double)r->param[RATE];
	return mean_of(m) * 100 / (double)r->param[LOAD];
}

static int prepare(struct wl_run *r)
{
	const struct mix *m = &mixes[r->param[MIX]];
	double gap, n;
	struct rng due = rng_stream(r->seed, 0);
	struct rng service = rng_stream(r->seed, SERVICE_STREAM);
	struct arrivals *a;

	if (!r->param[LOAD] == !r->param[RATE])
		return report_error(r, -EINVAL,
		                    "load and rate both say how much is "
		                    "offered: one of them has to be 0");
	gap = gap_of(r, m);
	n = (double)r->param[SPAN] / gap;
	if (n > ARRIVALS_MAX)
		return report_error(r, -EINVAL,
		                    "%.0f requests in a round are more than %d: "
		                    "take a smaller span, load or rate",
		                    n, ARRIVALS_MAX);
	a = arrivals_new(
		&(struct arrivals_plan){
			.process = (enum arrivals_process)r->param[ARRIVALS],
			.n = (size_t)n + 1,
			.gap = gap,
			.phase = (double)r->param[PHASE],
		},
		&due);
	if (!a)
		return report_error(r, -ENOMEM, "no memory for %.0f requests", n);
	for (size_t i = 0; i < a->n; i++)
		a->request[i].service = draw_service(m, &service);
	if (arrivals_choose(a, r, r->param[GENERATOR])) {
		free(a);
		return -ENOTSUP;
	}
	r->state = a;
	return 0;
}

static void serve(void *arg)
{
	struct request *q = arg;

	dy_work(q->service);
	arrivals_answer(q);
}

static void play(struct wl_run *r)
{
	struct arrivals *a = r->state;

	arrivals_play(a, serve);
	arrivals_keep(a, r);
	r->ops = a->n;
}

static bool verify(struct wl_run *r)
{
	return arrivals_verify(r->state, r);
}

static void finish(struct wl_run *r)
{
	arrivals_report(r->state, r);
	report_free(r);
}

const struct workload wl_bimodal = {
	.name = "bimodal",
	.summary = "requests of different length in open loop, a goroutine each",
	.shows = "what long requests cost short ones, and which time slice helps",
	.op = "request",
	.latency = "a request, from when it was due",
	.fairness = "the requests' speeds (service by latency)",
	.others = ARRIVALS_OTHERS,
	.kind = WL_MIXED,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
