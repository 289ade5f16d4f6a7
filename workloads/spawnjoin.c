// spawnjoin.c - goroutines that do nothing, spawned and waited for.
//
// `batches` times, one goroutine spawns `batch` others and waits for them. A batch
// fits into a local queue, so that nothing spills to the global one: this is the
// price of a spawn, a switch and an exit, and of waking another P for work that is
// gone before it comes. inject.c is the same without an upper limit.
//
// Each goroutine of a batch counts that it ran, in a word of its own.
#include <dyno/dyno.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "report.h"

enum { BATCHES, BATCH };

static const struct wl_param params[] = {
	{"batches", "1", "batches in a round", 1, 100000000, {50, 5000, 50000}},
	{"batch", "1", "goroutines of each", 1, 1000000, {100, 100, 100}},
	{.name = NULL},
};

struct batch {
	uint64_t batches;
	size_t n;
	uint64_t ran[]; // by each goroutine, in this round
};

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[BATCH];
	struct batch *b = calloc(1, sizeof(*b) + n * sizeof(b->ran[0]));

	if (!b)
		return report_error(r, -ENOMEM, "no memory for %zu goroutines",
		                    n);
	b->batches = (uint64_t)r->param[BATCHES];
	b->n = n;
	r->state = b;
	return 0;
}

static void run_one(void *arg)
{
	++*(uint64_t *)arg;
}

static void play(struct wl_run *r)
{
	struct batch *b = r->state;

	for (size_t i = 0; i < b->n; i++)
		b->ran[i] = 0;
	for (uint64_t i = 0; i < b->batches; i++)
		crew_run(run_one, b->ran, b->n, sizeof(b->ran[0]));
	r->ops = b->batches * b->n;
}

static bool verify(struct wl_run *r)
{
	const struct batch *b = r->state;

	for (size_t i = 0; i < b->n; i++) {
		if (b->ran[i] != b->batches)
			return report_wrong(r,
			                    "goroutine %zu ran %" PRIu64
			                    " times in %" PRIu64 " batches",
			                    i, b->ran[i], b->batches);
	}
	return true;
}

const struct workload wl_spawnjoin = {
	.name = "spawnjoin",
	.summary = "batches of goroutines that do nothing",
	.shows = "the price of a spawn and an exit, and of waking Ps for nothing",
	.op = "spawn",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = report_free,
};
