// lifotrap.c - a goroutine that readies another and then goes on computing.
//
// In each of `turns` turns the first sends the second a message and burns `work`
// ns of CPU before it waits for the answer. The second was readied by the first
// and stands in the slot that runs next on the same P (Go's runnext, Tokio's LIFO
// slot): if nobody may take it from there, or nobody is woken to, it waits for all
// of the work although other Ps are idle. With work=0 it is the other way round:
// the first waits at once, and whoever takes the second away tears a pair apart.
//
// The latencies are from a message's sending to the second's having it.
//
// Each checks the other's number of the turn.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "histogram.h"
#include "report.h"

enum { TURNS, WORK };

static const struct wl_param params[] = {
	{"turns", "1", "messages sent", 1, 10000000, {10, 20, 200}},
	{"work", "ns", "CPU after each", 0, DY_S, {100 * DY_US, 5 * DY_MS, 5 * DY_MS}},
	{.name = NULL},
};

struct message {
	uint64_t turn, sent; // sent: by dy_now
};

struct trap {
	uint64_t turns, work;
	struct dy_chan *there, *back; // of messages and turns, room for one
	uint64_t answered;            // right; written by the first alone
	// Written by the second alone.
	uint64_t heard; // right
	struct histogram waited;
	struct histogram all_waited; // since warm-up
};

static void first(void *arg)
{
	struct trap *t = arg;

	for (uint64_t i = 0; i < t->turns; i++) {
		struct message m = {i, dy_now()};
		uint64_t answer = 0;

		dy_chan_send(t->there, &m);
		if (t->work)
			dy_work(t->work);
		dy_chan_recv(t->back, &answer);
		t->answered += answer == i + 1;
	}
}

static void second(void *arg)
{
	struct trap *t = arg;

	for (uint64_t i = 0; i < t->turns; i++) {
		struct message m = {0, 0};

		dy_chan_recv(t->there, &m);
		histogram_add(&t->waited, dy_now() - m.sent);
		t->heard += m.turn == i;
		m.turn++;
		dy_chan_send(t->back, &m.turn);
	}
}

static void give_back(struct trap *t)
{
	dy_chan_free(t->there);
	dy_chan_free(t->back);
	free(t);
}

static int prepare(struct wl_run *r)
{
	struct trap *t = calloc(1, sizeof(*t));

	if (!t)
		return report_error(r, -ENOMEM, "no memory");
	t->turns = (uint64_t)r->param[TURNS];
	t->work = (uint64_t)r->param[WORK];
	t->there = dy_chan_make(sizeof(struct message), 1);
	t->back = dy_chan_make(sizeof(uint64_t), 1);
	if (!t->there || !t->back) {
		give_back(t);
		return report_error(r, -ENOMEM, "no memory for the channels");
	}
	r->state = t;
	return 0;
}

static void play(struct wl_run *r)
{
	struct trap *t = r->state;
	struct dy_waitgroup done = {0};

	t->answered = t->heard = 0;
	t->waited = (struct histogram){0};
	dy_wg_go(&done, second, t);
	dy_wg_go(&done, first, t);
	dy_wg_wait(&done);
	r->ops = t->turns;
	if (!r->warm_up)
		histogram_merge(&t->all_waited, &t->waited);
}

static bool verify(struct wl_run *r)
{
	const struct trap *t = r->state;

	if (t->answered == t->turns && t->heard == t->turns)
		return true;
	return report_wrong(r,
	                    "%" PRIu64 " messages and %" PRIu64 " of %" PRIu64
	                    " answers were right",
	                    t->heard, t->answered, t->turns);
}

static void finish(struct wl_run *r)
{
	struct trap *t = r->state;

	histogram_latency(&t->all_waited, r);
	give_back(t);
}

const struct workload wl_lifotrap = {
	.name = "lifotrap",
	.summary = "a goroutine readies another and goes on computing",
	.shows = "whether an idle P takes what another P means to run next",
	.op = "turn",
	.latency = "the wait of the other to run",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
