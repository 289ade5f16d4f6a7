// yield.c - goroutines that do nothing but let each other run.
//
// A yielded goroutine goes to the global queue, by Go's rule: with one P this
// is the price of a switch and of that queue; with more Ps, of its lock too.
//
// Each goroutine counts its own yields in a word that it alone writes.
#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "fairness.h"
#include "report.h"

enum { GOROUTINES, YIELDS };

static const struct wl_param params[] = {
	{"goroutines", "1", "goroutines that take turns", 1, 100000, {10, 100, 100}},
	{"yields", "1", "yields of each", 1, 100000000, {1000, 10000, 100000}},
	{.name = NULL},
};

struct member {
	struct ring *ring;
	// Written by the goroutine alone.
	uint64_t yielded; // in this round
	uint64_t ended;
};

struct ring {
	size_t n;
	uint64_t yields;
	struct fairness fairness; // of their speeds, since warm-up
	struct member member[];
};

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[GOROUTINES];
	struct ring *ring = calloc(1, sizeof(*ring) + n * sizeof(struct member));

	if (!ring)
		return report_error(r, -ENOMEM, "no memory for %zu goroutines",
		                    n);
	ring->n = n;
	ring->yields = (uint64_t)r->param[YIELDS];
	for (size_t i = 0; i < n; i++)
		ring->member[i].ring = ring;
	r->state = ring;
	return 0;
}

static void run_member(void *arg)
{
	struct member *me = arg;

	me->yielded = 0;
	for (uint64_t i = 0; i < me->ring->yields; i++) {
		dy_yield();
		me->yielded++;
	}
	me->ended = dy_now();
}

static void play(struct wl_run *r)
{
	struct ring *ring = r->state;

	fairness_begin(&ring->fairness);
	crew_run(run_member, ring->member, ring->n, sizeof(ring->member[0]));
	r->ops = ring->n * ring->yields;
	for (size_t i = 0; i < ring->n && !r->warm_up; i++)
		fairness_add_speed(&ring->fairness, 1, ring->member[i].ended);
	fairness_end(&ring->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct ring *ring = r->state;

	for (size_t i = 0; i < ring->n; i++) {
		if (ring->member[i].yielded != ring->yields)
			return report_wrong(r,
			                    "goroutine %zu yielded %" PRIu64
			                    " times instead of %" PRIu64,
			                    i, ring->member[i].yielded,
			                    ring->yields);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	const struct ring *ring = r->state;

	fairness_report(&ring->fairness, r);
	report_free(r);
}

const struct workload wl_yield = {
	.name = "yield",
	.summary = "goroutines that yield in turn",
	.shows = "the price of a switch and of the global queue",
	.op = "yield",
	.fairness = "the goroutines' speeds",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
