// hog.c - a pair that answers each other, beside goroutines that only compute.
//
// The pair exchanges `messages` over unbuffered channels, as in pingpong.c; each of
// `hogs` hogs burns `hog` ns meanwhile. Each message readies the other end, which
// Go's runnext runs next on the same P. Were every one of them to begin a time
// slice of its own, the pair would pass the P to and fro for ever and the hogs
// would starve; so a goroutine out of runnext inherits the slice. Where nothing
// ends the hogs' slice the pair waits for all of their work.
//
// `hog_done` is how much of the hogs' work was done when the pair was through: 0
// is a starved hog, 1 a pair that waited it out. The latencies are the pair's;
// `fairness` compares what each of several hogs had done then.
//
// The pair counts right answers, each hog the pieces that it burnt.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "fairness.h"
#include "herd.h"
#include "histogram.h"
#include "report.h"

enum { MESSAGES, HOGS, HOG };

static const struct wl_param params[] = {
	{"messages",
         "1",
         "round trips of the pair",
         1,
         100000000,
         {5000, 100000, 1000000}},
	{"hogs", "1", "goroutines that compute", 0, 10000, {1, 1, 1}},
	{"hog",
         "ns",
         "CPU time of each",
         0,
         60 * DY_S,
         {DY_MS, 50 * DY_MS, 500 * DY_MS}},
	{.name = NULL},
};

struct pen {
	uint64_t messages;
	struct herd herd;
	struct dy_chan *ping, *pong; // of uint64_t, unbuffered
	// Written by the first of the pair alone.
	uint64_t right;
	double done;            // share of the hogs' work, when it was through
	struct histogram trips; // in this round
	// Of all rounds since warm-up.
	struct histogram all_trips;
	double all_done;
	uint64_t rounds;
	struct fairness fairness;
};

static void first(void *arg)
{
	struct pen *p = arg;
	uint64_t start = dy_now();

	for (uint64_t i = 0; i < p->messages; i++) {
		uint64_t answer = 0, end;

		dy_chan_send(p->ping, &i);
		dy_chan_recv(p->pong, &answer);
		p->right += answer == i + 1;
		end = dy_now();
		histogram_add(&p->trips, end - start);
		start = end;
	}
	p->done = herd_look(&p->herd);
}

static void second(void *arg)
{
	struct pen *p = arg;

	for (uint64_t i = 0; i < p->messages; i++) {
		uint64_t x = 0;

		dy_chan_recv(p->ping, &x);
		x++;
		dy_chan_send(p->pong, &x);
	}
}

static void give_back(struct pen *p)
{
	dy_chan_free(p->ping);
	dy_chan_free(p->pong);
	herd_free(&p->herd);
	free(p);
}

static int prepare(struct wl_run *r)
{
	size_t hogs = (size_t)r->param[HOGS];
	struct pen *p = calloc(1, sizeof(*p));

	if (!p)
		return report_error(r, -ENOMEM, "no memory");
	p->messages = (uint64_t)r->param[MESSAGES];
	p->ping = dy_chan_make(sizeof(uint64_t), 0);
	p->pong = dy_chan_make(sizeof(uint64_t), 0);
	if (!p->ping || !p->pong ||
	    !herd_make(&p->herd, hogs, (uint64_t)r->param[HOG])) {
		give_back(p);
		return report_error(r, -ENOMEM,
		                    "no memory for channels and %zu hogs", hogs);
	}
	r->state = p;
	return 0;
}

static void play(struct wl_run *r)
{
	struct pen *p = r->state;
	struct dy_waitgroup done = {0};

	p->right = 0;
	p->trips = (struct histogram){0};
	herd_start(&p->herd, &done);
	dy_wg_go(&done, second, p);
	dy_wg_go(&done, first, p);
	dy_wg_wait(&done);
	r->ops = p->messages;
	if (r->warm_up)
		return;
	histogram_merge(&p->all_trips, &p->trips);
	p->all_done += p->done;
	p->rounds++;
	for (size_t i = 0; i < p->herd.n; i++)
		fairness_add(&p->fairness, (double)p->herd.hog[i].seen);
	fairness_end(&p->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct pen *p = r->state;

	if (p->right != p->messages)
		return report_wrong(r,
		                    "%" PRIu64 " of %" PRIu64
		                    " answers were right",
		                    p->right, p->messages);
	return herd_verify(&p->herd, r);
}

static void finish(struct wl_run *r)
{
	struct pen *p = r->state;

	histogram_latency(&p->all_trips, r);
	if (p->rounds && p->herd.n)
		report_metric(r, "hog_done", "1", "",
		              p->all_done / (double)p->rounds);
	fairness_report(&p->fairness, r);
	give_back(p);
}

const struct workload wl_hog = {
	.name = "hog",
	.summary = "a pair that answers each other, beside goroutines that compute",
	.shows = "who starves: those that a runnext favours or those that compute",
	.op = "round trip",
	.latency = "a round trip of the pair",
	.fairness = "the hogs' progress, if they are several",
	.others = "hog_done",
	.kind = WL_MIXED,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
