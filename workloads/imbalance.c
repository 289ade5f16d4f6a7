// imbalance.c - one goroutine spawns everything.
//
// The main goroutine spawns `pieces` goroutines that each burn `piece` ns of
// CPU, and joins them. All of them start out in the queue of the P that it runs
// on, so that another P works only if it takes some: without stealing (and
// without preemption, which would pass them through the global queue) more Ps
// gain nothing.
//
// Each piece has a mark of its own, which it alone touches: a piece that ran
// twice or never is seen.
#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <stdlib.h>

#include "crew.h"
#include "report.h"

enum { PIECES, PIECE };

static const struct wl_param params[] = {
	{"pieces", "1", "pieces, a goroutine each", 1, 1000000, {20, 200, 1000}},
	{"piece", "ns", "CPU time of each", 0, DY_S, {100 * DY_US, DY_MS, DY_MS}},
	{.name = NULL},
};

struct piece {
	struct burst *burst;
	uint32_t ran; // in this round; written by the piece alone
};

struct burst {
	uint64_t ns;
	size_t n;
	struct piece piece[];
};

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[PIECES];
	struct burst *b = calloc(1, sizeof(*b) + n * sizeof(b->piece[0]));

	if (!b)
		return report_error(r, -ENOMEM, "no memory for %zu pieces", n);
	b->ns = (uint64_t)r->param[PIECE];
	b->n = n;
	for (size_t i = 0; i < n; i++)
		b->piece[i].burst = b;
	r->state = b;
	return 0;
}

static void run_piece(void *arg)
{
	struct piece *p = arg;

	dy_work(p->burst->ns);
	p->ran++;
}

static void play(struct wl_run *r)
{
	struct burst *b = r->state;

	for (size_t i = 0; i < b->n; i++)
		b->piece[i].ran = 0;
	crew_run(run_piece, b->piece, b->n, sizeof(b->piece[0]));
	r->ops = b->n;
}

static bool verify(struct wl_run *r)
{
	const struct burst *b = r->state;

	for (size_t i = 0; i < b->n; i++) {
		if (b->piece[i].ran != 1)
			return report_wrong(r,
			                    "piece %zu of %zu ran %u times "
			                    "instead of once",
			                    i, b->n, b->piece[i].ran);
	}
	return true;
}

const struct workload wl_imbalance = {
	.name = "imbalance",
	.summary = "equal pieces of work, all spawned by one goroutine",
	.shows = "whether and how fast work spreads to idle Ps",
	.op = "piece",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = report_free,
};
