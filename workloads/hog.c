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
#include <stdatomic.h>
#include <stdlib.h>

#include "fairness.h"
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

// A hog looks for a preemption request and counts after each piece.
#define PIECE (10 * DY_US)

struct pen;

struct hog {
	struct pen *pen;
	_Atomic uint64_t burnt; // pieces; the hog writes, the pair reads
	uint64_t seen;          // of them, when look was there
};

struct pen {
	uint64_t messages, pieces; // pieces of one hog
	size_t hogs;
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
	struct hog hog[];
};

// look keeps what each hog has burnt so far. Returns the sum.
static uint64_t look(struct pen *p)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->hogs; i++) {
		p->hog[i].seen = atomic_load_explicit(&p->hog[i].burnt,
		                                      memory_order_relaxed);
		sum += p->hog[i].seen;
	}
	return sum;
}

static void first(void *arg)
{
	struct pen *p = arg;
	uint64_t start = dy_now(), all = p->hogs * p->pieces, done;

	for (uint64_t i = 0; i < p->messages; i++) {
		uint64_t answer = 0, end;

		dy_chan_send(p->ping, &i);
		dy_chan_recv(p->pong, &answer);
		p->right += answer == i + 1;
		end = dy_now();
		histogram_add(&p->trips, end - start);
		start = end;
	}
	done = look(p);
	p->done = all ? (double)done / (double)all : 0;
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

static void run_hog(void *arg)
{
	struct hog *me = arg;

	for (uint64_t i = 0; i < me->pen->pieces; i++) {
		dy_work(PIECE);
		atomic_store_explicit(&me->burnt, i + 1, memory_order_relaxed);
		dy_poll();
	}
}

static void give_back(struct pen *p)
{
	dy_chan_free(p->ping);
	dy_chan_free(p->pong);
	free(p);
}

static int prepare(struct wl_run *r)
{
	size_t hogs = (size_t)r->param[HOGS];
	struct pen *p = calloc(1, sizeof(*p) + hogs * sizeof(p->hog[0]));

	if (!p)
		return report_error(r, -ENOMEM, "no memory for %zu hogs", hogs);
	p->messages = (uint64_t)r->param[MESSAGES];
	p->pieces = (uint64_t)r->param[HOG] / PIECE;
	p->hogs = hogs;
	p->ping = dy_chan_make(sizeof(uint64_t), 0);
	p->pong = dy_chan_make(sizeof(uint64_t), 0);
	if (!p->ping || !p->pong) {
		give_back(p);
		return report_error(r, -ENOMEM, "no memory for the channels");
	}
	for (size_t i = 0; i < hogs; i++)
		p->hog[i].pen = p;
	r->state = p;
	return 0;
}

static void play(struct wl_run *r)
{
	struct pen *p = r->state;
	struct dy_waitgroup done = {0};

	p->right = 0;
	p->trips = (struct histogram){0};
	for (size_t i = 0; i < p->hogs; i++) {
		atomic_store(&p->hog[i].burnt, 0);
		dy_wg_go(&done, run_hog, &p->hog[i]);
	}
	dy_wg_go(&done, second, p);
	dy_wg_go(&done, first, p);
	dy_wg_wait(&done);
	r->ops = p->messages;
	if (r->warm_up)
		return;
	histogram_merge(&p->all_trips, &p->trips);
	p->all_done += p->done;
	p->rounds++;
	for (size_t i = 0; i < p->hogs; i++)
		fairness_add(&p->fairness, (double)p->hog[i].seen);
	fairness_end(&p->fairness);
}

static bool verify(struct wl_run *r)
{
	struct pen *p = r->state;
	uint64_t all = p->hogs * p->pieces, done = look(p);

	if (p->right != p->messages)
		return report_wrong(r,
		                    "%" PRIu64 " of %" PRIu64
		                    " answers were right",
		                    p->right, p->messages);
	if (done != all)
		return report_wrong(r,
		                    "the hogs burnt %" PRIu64 " of %" PRIu64
		                    " pieces",
		                    done, all);
	return true;
}

static void finish(struct wl_run *r)
{
	struct pen *p = r->state;

	histogram_latency(&p->all_trips, r);
	if (p->rounds && p->hogs)
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
