// syscallmix.c - goroutines that compute, and now and then block their threads.
//
// Each of `goroutines` does `pieces` pieces: with `share` percent of chance a
// blocking call of `latency` ns, else `work` ns of CPU. Which it is, the seed
// says. A P that stays with a blocked M is lost to the others, until it is
// retaken or handed on; handing it on at once costs a thread switch for calls
// that would have returned soon. block.c has nothing but calls, this has both.
//
// The latencies are those of the calls: what exceeds `latency` is the wait for a
// P after it.
//
// Each goroutine sums up what it did, and in which order; the sum is compared
// with the one that the seed gives.
#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "checksum.h"
#include "crew.h"
#include "fairness.h"
#include "histogram.h"
#include "report.h"
#include "rng.h"

enum { GOROUTINES, PIECES, SHARE, LATENCY, WORK };

static const struct wl_param params[] = {
	{"goroutines", "1", "goroutines that do both", 1, 100000, {8, 32, 32}},
	{"pieces", "1", "pieces of each", 1, 1000000, {8, 50, 400}},
	{"share", "1", "percent of pieces that block", 0, 100, {10, 10, 10}},
	{"latency", "ns", "of each call", 0, DY_S, {100 * DY_US, DY_MS, DY_MS}},
	{"work",
         "ns",
         "CPU of the others",
         0,
         DY_S,
         {10 * DY_US, 50 * DY_US, 50 * DY_US}},
	{.name = NULL},
};

struct worker {
	struct shop *shop;
	uint64_t id, right; // right: the sum that it must come to
	uint64_t needs;     // ns of work and latency, as drawn
	// Written by the worker alone.
	uint64_t sum, ended;
	struct histogram took;
};

struct shop {
	uint64_t seed, pieces, share, latency, work;
	size_t n;
	struct histogram took; // since warm-up
	struct fairness fairness;
	struct worker worker[];
};

// next_blocks draws whether the next piece is a call, and adds that to the sum.
static bool next_blocks(const struct shop *s, struct rng *rng, uint64_t *sum)
{
	uint8_t blocks = rng_below(rng, 100) < s->share;

	*sum = checksum_add(*sum, &blocks, sizeof(blocks));
	return blocks;
}

// foresee draws what a worker will do: the sum of it, and how long it is.
static void foresee(const struct shop *s, struct worker *w)
{
	struct rng rng = rng_stream(s->seed, w->id);

	w->right = CHECKSUM_START;
	for (uint64_t i = 0; i < s->pieces; i++)
		w->needs += next_blocks(s, &rng, &w->right) ? s->latency
		                                            : s->work;
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[GOROUTINES];
	struct shop *s = calloc(1, sizeof(*s) + n * sizeof(s->worker[0]));

	if (!s)
		return report_error(r, -ENOMEM, "no memory for %zu workers", n);
	s->seed = r->seed;
	s->n = n;
	s->pieces = (uint64_t)r->param[PIECES];
	s->share = (uint64_t)r->param[SHARE];
	s->latency = (uint64_t)r->param[LATENCY];
	s->work = (uint64_t)r->param[WORK];
	for (size_t i = 0; i < n; i++) {
		s->worker[i].shop = s;
		s->worker[i].id = i;
		foresee(s, &s->worker[i]);
	}
	r->state = s;
	return 0;
}

static void run_worker(void *arg)
{
	struct worker *me = arg;
	const struct shop *s = me->shop;
	struct rng rng = rng_stream(s->seed, me->id);

	me->sum = CHECKSUM_START;
	me->took = (struct histogram){0};
	for (uint64_t i = 0; i < s->pieces; i++) {
		uint64_t start;

		if (!next_blocks(s, &rng, &me->sum)) {
			dy_work(s->work);
			continue;
		}
		start = dy_now();
		dy_block(s->latency);
		histogram_add(&me->took, dy_now() - start);
	}
	me->ended = dy_now();
}

static void play(struct wl_run *r)
{
	struct shop *s = r->state;

	fairness_begin(&s->fairness);
	crew_run(run_worker, s->worker, s->n, sizeof(s->worker[0]));
	r->ops = s->n * s->pieces;
	for (size_t i = 0; i < s->n && !r->warm_up; i++) {
		const struct worker *w = &s->worker[i];

		histogram_merge(&s->took, &w->took);
		fairness_add_speed(&s->fairness, (double)w->needs, w->ended);
	}
	fairness_end(&s->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct shop *s = r->state;

	for (size_t i = 0; i < s->n; i++) {
		if (s->worker[i].sum != s->worker[i].right)
			return report_wrong(r,
			                    "worker %zu came to the sum %" PRIx64
			                    ", right is %" PRIx64,
			                    i, s->worker[i].sum,
			                    s->worker[i].right);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	const struct shop *s = r->state;

	histogram_latency(&s->took, r);
	fairness_report(&s->fairness, r);
	report_free(r);
}

const struct workload wl_syscallmix = {
	.name = "syscallmix",
	.summary = "goroutines that compute and, with a given share, block",
	.shows = "late retakes of Ps, and what handing them on at once costs",
	.op = "piece",
	.latency = "a blocking call",
	.fairness = "the goroutines' speeds",
	.kind = WL_MIXED,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
