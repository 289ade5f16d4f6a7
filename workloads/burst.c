// burst.c - nothing for a while, and then a lot at once.
//
// In each of `bursts` bursts one goroutine spawns `goroutines` that burn `piece` ns
// each, waits for all of them, and then sleeps for `pause` ns, in which the other
// Ps run out of work and their Ms go to sleep. How soon they are awake again, and
// how many at once, is what the next burst shows: Go wakes one, which wakes the
// next when it has found something.
//
// The latencies are from the beginning of a burst to the end of each piece.
//
// Each piece counts how often it ran.
#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "histogram.h"
#include "report.h"

enum { BURSTS, GOROUTINES, PIECE, PAUSE };

static const struct wl_param params[] = {
	{"bursts", "1", "bursts in a round", 1, 1000000, {5, 20, 200}},
	{"goroutines", "1", "pieces of each", 1, 1000000, {8, 64, 64}},
	{"piece", "ns", "CPU of each", 0, DY_S, {10 * DY_US, 10 * DY_US, 10 * DY_US}},
	{"pause", "ns", "after each", 0, DY_S, {100 * DY_US, DY_MS, DY_MS}},
	{.name = NULL},
};

struct piece {
	struct source *source;
	// Written by the piece alone.
	uint64_t ran, ended; // times in this round; when, by dy_now
};

struct source {
	uint64_t bursts, ns, pause;
	size_t n;
	struct histogram took; // since warm-up
	struct piece piece[];
};

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[GOROUTINES];
	struct source *s = calloc(1, sizeof(*s) + n * sizeof(s->piece[0]));

	if (!s)
		return report_error(r, -ENOMEM, "no memory for %zu pieces", n);
	s->bursts = (uint64_t)r->param[BURSTS];
	s->ns = (uint64_t)r->param[PIECE];
	s->pause = (uint64_t)r->param[PAUSE];
	s->n = n;
	for (size_t i = 0; i < n; i++)
		s->piece[i].source = s;
	r->state = s;
	return 0;
}

static void run_piece(void *arg)
{
	struct piece *me = arg;

	dy_work(me->source->ns);
	me->ran++;
	me->ended = dy_now();
}

static void play(struct wl_run *r)
{
	struct source *s = r->state;

	for (size_t i = 0; i < s->n; i++)
		s->piece[i].ran = 0;
	for (uint64_t b = 0; b < s->bursts; b++) {
		uint64_t start = dy_now();

		crew_run(run_piece, s->piece, s->n, sizeof(s->piece[0]));
		for (size_t i = 0; i < s->n && !r->warm_up; i++)
			histogram_add(&s->took, s->piece[i].ended - start);
		dy_sleep(s->pause);
	}
	r->ops = s->bursts * s->n;
}

static bool verify(struct wl_run *r)
{
	const struct source *s = r->state;

	for (size_t i = 0; i < s->n; i++) {
		if (s->piece[i].ran != s->bursts)
			return report_wrong(r,
			                    "piece %zu ran %" PRIu64
			                    " times in %" PRIu64 " bursts",
			                    i, s->piece[i].ran, s->bursts);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	const struct source *s = r->state;

	histogram_latency(&s->took, r);
	report_free(r);
}

const struct workload wl_burst = {
	.name = "burst",
	.summary = "short pieces of work, many at once and then none",
	.shows = "how soon sleeping Ms are awake, and how many of them",
	.op = "piece",
	.latency = "a piece, from the beginning of its burst",
	.kind = WL_MIXED,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
