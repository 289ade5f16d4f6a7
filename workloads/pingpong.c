// pingpong.c - pairs of goroutines that wait for each other.
//
// One end sends a number over an unbuffered channel, the other sends it back
// plus one over a second channel. Only one of a pair can run at a time, and each
// message readies the other: Go's runnext lets it run next on the same P. A
// pair that is torn apart (a thief takes the readied one) pays for a wake-up of
// another thread per message, so more Ps can be slower than one.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "fairness.h"
#include "report.h"

enum { PAIRS, MESSAGES };

static const struct wl_param params[] = {
	{"pairs", "1", "pairs of goroutines", 1, 10000, {1, 1, 1}},
	{"messages", "1", "round trips of each", 1, 100000000, {10000, 500000, 5000000}},
	{.name = NULL},
};

struct pair {
	struct table *table;
	struct dy_chan *ping, *pong; // of uint64_t, unbuffered
	// Written by the first alone.
	uint64_t right; // answers
	uint64_t ended;
};

struct table {
	size_t n;
	uint64_t messages;
	struct fairness fairness; // of the pairs
	struct pair pair[];
};

static void first(void *arg)
{
	struct pair *p = arg;

	p->right = 0;
	for (uint64_t i = 0; i < p->table->messages; i++) {
		uint64_t answer = 0;

		dy_chan_send(p->ping, &i);
		dy_chan_recv(p->pong, &answer);
		p->right += answer == i + 1;
	}
	p->ended = dy_now();
}

static void second(void *arg)
{
	struct pair *p = arg;

	for (uint64_t i = 0; i < p->table->messages; i++) {
		uint64_t x = 0;

		dy_chan_recv(p->ping, &x);
		x++;
		dy_chan_send(p->pong, &x);
	}
}

static void give_back(struct table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		dy_chan_free(t->pair[i].ping);
		dy_chan_free(t->pair[i].pong);
	}
	free(t);
}

static int no_memory(struct wl_run *r, size_t n)
{
	return report_error(r, -ENOMEM, "no memory for %zu pairs", n);
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[PAIRS];
	struct table *t = calloc(1, sizeof(*t) + n * sizeof(t->pair[0]));

	if (!t)
		return no_memory(r, n);
	r->state = t;
	t->n = n;
	t->messages = (uint64_t)r->param[MESSAGES];
	for (size_t i = 0; i < n; i++) {
		struct pair *p = &t->pair[i];

		p->table = t;
		p->ping = dy_chan_make(sizeof(uint64_t), 0);
		p->pong = dy_chan_make(sizeof(uint64_t), 0);
		if (!p->ping || !p->pong) {
			give_back(t);
			return no_memory(r, n);
		}
	}
	return 0;
}

static void play(struct wl_run *r)
{
	struct table *t = r->state;
	struct dy_waitgroup done = {0};

	fairness_begin(&t->fairness);
	for (size_t i = 0; i < t->n; i++) {
		dy_wg_go(&done, first, &t->pair[i]);
		dy_wg_go(&done, second, &t->pair[i]);
	}
	dy_wg_wait(&done);
	r->ops = t->n * t->messages;
	for (size_t i = 0; i < t->n && !r->warm_up; i++)
		fairness_add_speed(&t->fairness, 1, t->pair[i].ended);
	fairness_end(&t->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct table *t = r->state;

	for (size_t i = 0; i < t->n; i++) {
		if (t->pair[i].right != t->messages)
			return report_wrong(r,
			                    "pair %zu: %" PRIu64 " of %" PRIu64
			                    " answers were right",
			                    i, t->pair[i].right, t->messages);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	struct table *t = r->state;

	fairness_report(&t->fairness, r);
	give_back(t);
}

const struct workload wl_pingpong = {
	.name = "pingpong",
	.summary = "pairs that answer each other over unbuffered channels",
	.shows = "runnext, and what tearing a pair apart costs",
	.op = "round trip",
	.fairness = "the pairs' speeds, if they are several",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
