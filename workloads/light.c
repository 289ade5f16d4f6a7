// light.c - light requests in open loop, beside goroutines that only compute.
//
// Requests of `service` ns each arrive for `span` ns, `rate` in a second, answered or
// not; `hogs` goroutines burn `span` ns of CPU each meanwhile. Where there are as many
// hogs as Ps, a request runs when one of them gives way: at the end of its slice, at
// once if the policy puts who wakes first, or, where nothing ends a slice, when the
// hog is through. bimodal.c has long requests among the short; here the long work is
// there all the time and is nobody's request.
//
// The latencies are the requests', from when they were due; `hog_done` is how much of
// the hogs' work was done when the last request was answered.
//
// Each request is answered once and each piece of the hogs burnt once.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>

#include "arrivals.h"
#include "herd.h"
#include "report.h"

enum { HOGS, SERVICE, RATE, ARRIVALS, PHASE, SPAN, GENERATOR };

static const struct wl_param params[] = {
	{"hogs", "1", "goroutines that compute", 0, 10000, {1, 2, 2}},
	{"service",
         "ns",
         "CPU of a request",
         0,
         DY_S,
         {5 * DY_US, 10 * DY_US, 10 * DY_US}},
	{WL_RATE, WL_RATE_UNIT, "of requests", 1, WL_RATE_MAX, {2000, 2000, 2000}},
	{"arrivals", "1", "0 even, 1 Poisson, 2 on-off, 3 uniform", 0, 3, {1, 1, 1}},
	{"phase", "ns", "of on-off", DY_US, DY_S, {DY_MS, 10 * DY_MS, 10 * DY_MS}},
	{"span",
         "ns",
         "of a round, and of each hog's work",
         DY_US,
         60 * DY_S,
         {5 * DY_MS, 100 * DY_MS, DY_S}},
	{WL_GENERATOR, "1", "0 a goroutine, 1 a thread outside", 0, 1, {0, 0, 0}},
	{.name = NULL},
};

struct yard {
	struct arrivals *requests;
	struct herd herd;
	double done; // sum over the rounds since warm-up
	uint64_t rounds;
};

static void give_back(struct yard *y)
{
	herd_free(&y->herd);
	free(y->requests);
	free(y);
}

static struct arrivals *draw_requests(const struct wl_run *r, double n)
{
	struct rng rng = rng_stream(r->seed, 0);
	struct arrivals *a = arrivals_new(
		&(struct arrivals_plan){
			.process = (enum arrivals_process)r->param[ARRIVALS],
			.n = (size_t)n + 1,
			.gap = (double)DY_S / (double)r->param[RATE],
			.phase = (double)r->param[PHASE],
		},
		&rng);

	for (size_t i = 0; a && i < a->n; i++)
		a->request[i].service = (uint64_t)r->param[SERVICE];
	return a;
}

static int prepare(struct wl_run *r)
{
	double n = (double)r->param[SPAN] * 1e-9 * (double)r->param[RATE];
	struct yard *y;

	if (n > ARRIVALS_MAX)
		return report_error(r, -EINVAL,
		                    "%.0f requests in a round are more than %d: "
		                    "take a smaller span or rate",
		                    n, ARRIVALS_MAX);
	y = calloc(1, sizeof(*y));
	if (!y)
		return report_error(r, -ENOMEM, "no memory");
	y->requests = draw_requests(r, n);
	if (!y->requests || !herd_make(&y->herd, (size_t)r->param[HOGS],
	                               (uint64_t)r->param[SPAN])) {
		give_back(y);
		return report_error(r, -ENOMEM,
		                    "no memory for %.0f requests and the hogs",
		                    n);
	}
	if (arrivals_choose(y->requests, r, r->param[GENERATOR])) {
		give_back(y);
		return -ENOTSUP;
	}
	r->state = y;
	return 0;
}

static void serve(void *arg)
{
	struct request *q = arg;

	if (q->service)
		dy_work(q->service);
	arrivals_answer(q);
}

static void play(struct wl_run *r)
{
	struct yard *y = r->state;
	struct dy_waitgroup done = {0};
	double share;

	herd_start(&y->herd, &done);
	arrivals_play(y->requests, serve);
	share = herd_look(&y->herd);
	dy_wg_wait(&done);
	arrivals_keep(y->requests, r);
	r->ops = y->requests->n;
	if (r->warm_up)
		return;
	y->done += share;
	y->rounds++;
}

static bool verify(struct wl_run *r)
{
	const struct yard *y = r->state;

	return arrivals_verify(y->requests, r) && herd_verify(&y->herd, r);
}

static void finish(struct wl_run *r)
{
	struct yard *y = r->state;

	arrivals_report(y->requests, r);
	if (y->rounds && y->herd.n)
		report_metric(r, "hog_done", "1", "",
		              y->done / (double)y->rounds);
	give_back(y);
}

const struct workload wl_light = {
	.name = "light",
	.summary = "light requests in open loop, beside goroutines that compute",
	.shows = "how soon a request gets a P that somebody computes on",
	.op = "request",
	.latency = "a request, from when it was due",
	.fairness = "the requests' speeds (service by latency)",
	.others = ARRIVALS_OTHERS ", hog_done",
	.kind = WL_MIXED,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
