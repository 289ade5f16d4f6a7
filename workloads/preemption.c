// preemption.c - goroutines that only compute: what ends their slices, how exactly,
// and for what price.
//
// Each of `hogs` adds up `pieces`, of a few hundred nanoseconds each, and calls the
// library in between only if `poll` is 1; a mechanism that needs no such calls is to
// be measured without. On one P the hogs take turns, if anything makes them: who finds
// that another has run since its last piece looks at the clock, so that the clock is
// read once per slice.
//
// With one hog nobody waits, and what a mechanism takes from its throughput is lost
// for nothing. scripts/preemption compares the mechanisms.
//
// Each hog's sum is compared with one that was computed beforehand.
#include <dyno/dyno.h>
#include <dyno/stats.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "fairness.h"
#include "histogram.h"
#include "report.h"

enum { HOGS, PIECES, POLL };

static const struct wl_param params[] = {
	{"hogs", "1", "goroutines that compute", 1, 1000, {2, 2, 2}},
	{"pieces", "1", "that each computes", 1, 1000000000, {20000, 200000, 2000000}},
	{"poll", "1", "1: dy_poll after each piece", 0, 1, {0, 0, 0}},
	{.name = NULL},
};

enum { PIECE_STEPS = 64 };

struct pack;

struct hog {
	struct pack *pack;
	// Written by the hog alone.
	uint64_t sum; // its answer
	uint64_t ended;
	struct histogram before; // the slices that its own began after, in this round
};

struct pack {
	uint64_t pieces, right;
	bool poll, one_p;
	size_t n;
	// By whose turn it is, where they share a P.
	_Atomic(struct hog *) runs;
	_Atomic uint64_t since;  // when its slice began
	struct histogram slices; // of all rounds since warm-up
	struct fairness fairness;
	struct hog hog[];
};

// A basic block of a handful of instructions, again and again.
static uint64_t compute(uint64_t x)
{
	for (int i = 0; i < PIECE_STEPS; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		__asm__ volatile("" : "+r"(x));
	}
	return x;
}

// take_the_turn ends the slice of whoever ran. It may itself be ended in its middle, by
// a signal or, on kernel threads, by the kernel; then a slice is not counted.
static void take_the_turn(struct pack *p, struct hog *me)
{
	struct hog *other = atomic_exchange_explicit(&p->runs, me,
	                                             memory_order_relaxed);
	uint64_t now = dy_now();
	uint64_t since = atomic_exchange_explicit(&p->since, now,
	                                          memory_order_relaxed);

	if (other && since < now)
		histogram_add(&me->before, now - since);
}

static void run_hog(void *arg)
{
	struct hog *me = arg;
	struct pack *p = me->pack;
	uint64_t x = 1;

	for (uint64_t i = 0; i < p->pieces; i++) {
		if (p->one_p &&
		    atomic_load_explicit(&p->runs, memory_order_relaxed) != me)
			take_the_turn(p, me);
		x = compute(x);
		if (p->poll)
			dy_poll();
	}
	me->sum = x;
	me->ended = dy_now();
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[HOGS];
	struct pack *p = calloc(1, sizeof(*p) + n * sizeof(p->hog[0]));

	if (!p)
		return report_error(r, -ENOMEM, "no memory for %zu hogs", n);
	p->n = n;
	p->pieces = (uint64_t)r->param[PIECES];
	p->poll = r->param[POLL] != 0;
	p->one_p = dy_gomaxprocs(0) == 1;
	p->right = 1;
	for (uint64_t i = 0; i < p->pieces; i++)
		p->right = compute(p->right);
	for (size_t i = 0; i < n; i++)
		p->hog[i].pack = p;
	r->state = p;
	return 0;
}

static void play(struct wl_run *r)
{
	struct pack *p = r->state;
	struct dy_waitgroup done = {0};

	atomic_store(&p->runs, NULL);
	fairness_begin(&p->fairness);
	for (size_t i = 0; i < p->n; i++) {
		p->hog[i].sum = 0;
		p->hog[i].before = (struct histogram){0};
		dy_wg_go(&done, run_hog, &p->hog[i]);
	}
	dy_wg_wait(&done);
	r->ops = p->n * p->pieces;
	for (size_t i = 0; i < p->n && !r->warm_up; i++) {
		histogram_merge(&p->slices, &p->hog[i].before);
		fairness_add_speed(&p->fairness, 1, p->hog[i].ended);
	}
	fairness_end(&p->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct pack *p = r->state;

	for (size_t i = 0; i < p->n; i++) {
		if (p->hog[i].sum != p->right)
			return report_wrong(r,
			                    "hog %zu has %" PRIu64
			                    ", which should be %" PRIu64,
			                    i, p->hog[i].sum, p->right);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	static struct dy_histogram delay;
	struct pack *p = r->state;

	if (p->slices.n) {
		report_metric(r, "slice_p50", "ns", "",
		              histogram_quantile(&p->slices, 0.5));
		report_metric(r, "slice_p99", "ns", "",
		              histogram_quantile(&p->slices, 0.99));
	}
	if (dy_metric_histogram("/dyno/preempt/delays:seconds", &delay) &&
	    dy_histogram_quantile(&delay, 1) >= 0) {
		report_metric(r, "delay_p50", "s", "lower",
		              dy_histogram_quantile(&delay, 0.5));
		report_metric(r, "delay_p99", "s", "lower",
		              dy_histogram_quantile(&delay, 0.99));
	}
	fairness_report(&p->fairness, r);
	report_free(r);
}

const struct workload wl_preemption = {
	.name = "preemption",
	.summary = "goroutines that only compute, and take turns if they are made to",
	.shows = "what ends a slice, how exactly, and what that costs",
	.op = "piece",
	.fairness = "the hogs' speeds",
	.others = "slice_*, delay_*",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
