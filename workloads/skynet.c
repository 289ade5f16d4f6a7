// skynet.c - a tree of goroutines, ten to each, that add up their leaves.
//
// The root spawns ten goroutines, each of these ten, down `depth` levels. Leaf i
// sends i to its parent over a channel; who has ten numbers sends their sum. Each
// does next to nothing: what it costs is the spawn, the stack of whoever waits,
// and the overflow of local queues. (Skynet, github.com/atemerev/skynet.)
//
// The answer is known: the sum of the numbers below the count of leaves.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "report.h"

enum { DEPTH };

enum { FAN = 10 };

static const struct wl_param params[] = {
	{"depth", "1", "levels below the root", 0, 7, {3, 5, 6}},
	{.name = NULL},
};

struct tree {
	uint64_t leaves, sum;
	bool failed; // no channel for the root: nothing was summed
};

struct node {
	struct dy_chan *parent; // of uint64_t, room for ten
	uint64_t first, leaves; // the leaves below it
};

// send_to_parent gives the node's number away; its goroutine ends next.
static void send_to_parent(struct node *me, uint64_t sum)
{
	struct dy_chan *parent = me->parent;

	free(me);
	dy_chan_send(parent, &sum);
}

static void run_node(void *arg);

static void spawn(struct dy_chan *parent, uint64_t first, uint64_t leaves)
{
	struct node *n = malloc(sizeof(*n));
	uint64_t none = 0;

	if (!n) {
		// A sum too small, which verify finds.
		dy_chan_send(parent, &none);
		return;
	}
	*n = (struct node){parent, first, leaves};
	dy_go(run_node, n);
}

// gather spawns the ten below a node and adds up what they send.
static uint64_t gather(const struct node *me)
{
	struct dy_chan *children = dy_chan_make(sizeof(uint64_t), FAN);
	uint64_t sum = 0, part = me->leaves / FAN;

	if (!children)
		return 0;
	for (uint64_t i = 0; i < FAN; i++)
		spawn(children, me->first + i * part, part);
	for (int i = 0; i < FAN; i++) {
		uint64_t x = 0;

		dy_chan_recv(children, &x);
		sum += x;
	}
	dy_chan_free(children);
	return sum;
}

static void run_node(void *arg)
{
	struct node *me = arg;

	send_to_parent(me, me->leaves == 1 ? me->first : gather(me));
}

static int prepare(struct wl_run *r)
{
	struct tree *t = calloc(1, sizeof(*t));

	if (!t)
		return report_error(r, -ENOMEM, "no memory");
	t->leaves = 1;
	for (int64_t i = 0; i < r->param[DEPTH]; i++)
		t->leaves *= FAN;
	r->state = t;
	return 0;
}

static void play(struct wl_run *r)
{
	struct tree *t = r->state;
	struct dy_chan *root = dy_chan_make(sizeof(uint64_t), 1);

	t->sum = 0;
	t->failed = !root;
	if (root) {
		spawn(root, 0, t->leaves);
		dy_chan_recv(root, &t->sum);
		dy_chan_free(root);
	}
	r->ops = (t->leaves * FAN - 1) / (FAN - 1); // nodes of all levels
}

static bool verify(struct wl_run *r)
{
	const struct tree *t = r->state;
	uint64_t right = t->leaves * (t->leaves - 1) / 2;

	if (!t->failed && t->sum == right)
		return true;
	return report_wrong(
		r, "the leaves add up to %" PRIu64 ", right is %" PRIu64 "%s",
		t->sum, right,
		t->sum < right ? " (was there memory enough?)" : "");
}

const struct workload wl_skynet = {
	.name = "skynet",
	.summary = "a tree of goroutines, ten to each, that add up their leaves",
	.shows = "the price of a spawn when queues overflow; stacks",
	.op = "goroutine",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = report_free,
};
