// ring.c - tokens that go round a ring of goroutines.
//
// `nodes` goroutines stand in a ring, each with an unbuffered channel to the next.
// Each of `tokens` tokens is passed on `passes` times. With one token there is
// one runnable goroutine at a time, and whoever steals it pays a wake-up per hop;
// with many, neighbours run beside each other. (The thread ring, of old.)
//
// There are fewer tokens than nodes: so some node waits to receive, and the token
// before it can move.
//
// Each token's last node is known: where it began plus its passes, around the ring.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "report.h"

enum { NODES, TOKENS, PASSES };

static const struct wl_param params[] = {
	{"nodes", "1", "goroutines in the ring", 2, 100000, {503, 503, 503}},
	{"tokens", "1", "that go round, fewer than nodes", 1, 99999, {1, 1, 1}},
	{"passes", "1", "of each token", 1, 1000000000, {10000, 500000, 5000000}},
	{.name = NULL},
};

struct token {
	uint64_t id, left; // passes
};

struct node {
	struct ring *ring;
	struct dy_chan *in; // of tokens, unbuffered
};

struct ring {
	size_t n, tokens;
	uint64_t passes;
	struct dy_waitgroup under_way; // tokens
	size_t *ended; // at which node each token did; written by that node
	struct node node[];
};

static void run_node(void *arg)
{
	struct node *me = arg;
	struct ring *ring = me->ring;
	size_t id = (size_t)(me - ring->node);
	struct dy_chan *out = ring->node[(id + 1) % ring->n].in;
	struct token t;

	while (dy_chan_recv(me->in, &t)) {
		if (t.left-- > 0) {
			dy_chan_send(out, &t);
			continue;
		}
		ring->ended[t.id] = id;
		dy_wg_done(&ring->under_way);
	}
}

static void give_back(struct ring *ring)
{
	free(ring->ended);
	free(ring);
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[NODES], tokens = (size_t)r->param[TOKENS];
	struct ring *ring;

	if (tokens >= n)
		return report_error(r, -EINVAL,
		                    "tokens=%zu must be fewer than nodes=%zu",
		                    tokens, n);
	ring = calloc(1, sizeof(*ring) + n * sizeof(ring->node[0]));
	if (!ring)
		return report_error(r, -ENOMEM, "no memory for %zu nodes", n);
	ring->n = n;
	ring->tokens = tokens;
	ring->passes = (uint64_t)r->param[PASSES];
	ring->ended = calloc(tokens, sizeof(ring->ended[0]));
	if (!ring->ended) {
		give_back(ring);
		return report_error(r, -ENOMEM, "no memory for %zu tokens",
		                    tokens);
	}
	for (size_t i = 0; i < n; i++)
		ring->node[i].ring = ring;
	r->state = ring;
	return 0;
}

// first_node is where a token begins: they are spread over the ring.
static size_t first_node(const struct ring *ring, size_t token)
{
	return token * ring->n / ring->tokens;
}

// open_all makes the channels, which each round closes; false: no memory.
static bool open_all(struct ring *ring)
{
	bool all = true;

	for (size_t i = 0; i < ring->n; i++) {
		ring->node[i].in = dy_chan_make(sizeof(struct token), 0);
		all &= ring->node[i].in != NULL;
	}
	return all;
}

static void turn(struct ring *ring)
{
	struct dy_waitgroup nodes = {0};

	crew_start(&nodes, run_node, ring->node, ring->n, sizeof(ring->node[0]));
	dy_wg_add(&ring->under_way, (int)ring->tokens);
	for (size_t i = 0; i < ring->tokens; i++) {
		struct token t = {i, ring->passes};

		dy_chan_send(ring->node[first_node(ring, i)].in, &t);
	}
	dy_wg_wait(&ring->under_way);
	for (size_t i = 0; i < ring->n; i++)
		dy_chan_close(ring->node[i].in);
	dy_wg_wait(&nodes);
}

static void play(struct wl_run *r)
{
	struct ring *ring = r->state;

	for (size_t i = 0; i < ring->tokens; i++)
		ring->ended[i] = SIZE_MAX;
	if (open_all(ring))
		turn(ring); // else no token ends, which verify finds
	for (size_t i = 0; i < ring->n; i++)
		dy_chan_free(ring->node[i].in);
	r->ops = ring->tokens * ring->passes;
}

static bool verify(struct wl_run *r)
{
	const struct ring *ring = r->state;

	for (size_t i = 0; i < ring->tokens; i++) {
		size_t right = (first_node(ring, i) + ring->passes) % ring->n;

		if (ring->ended[i] != right)
			return report_wrong(r,
			                    "token %zu ended at node %zu, right "
			                    "is %zu",
			                    i, ring->ended[i], right);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	give_back(r->state);
}

const struct workload wl_ring = {
	.name = "ring",
	.summary = "tokens that go round a ring of goroutines",
	.shows = "the price of a hop, and of stealing a lone runnable goroutine",
	.op = "pass",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
