// timers.c - many timers, each at a time of its own.
//
// `timers` times are drawn by the seed within `span` ns from the start of a round.
// By `way` 0 a goroutine sleeps until each; by 1 a timer starts a goroutine then.
// What it shows is how late the scheduler looks at its timers when it is busy with
// nothing else: the heaps, the sleep of an M that has only timers to wait for, and
// bursts of them that come due together.
//
// The latencies are from when a timer was due, or was set if that came later, until
// its goroutine ran.
//
// Each fires once, and none before it is due.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "histogram.h"
#include "report.h"
#include "rng.h"

enum { TIMERS, SPAN, WAY };

static const struct wl_param params[] = {
	{"timers", "1", "in a round", 1, 10000000, {500, 20000, 500000}},
	{"span",
         "ns",
         "in which they are due",
         DY_US,
         60 * DY_S,
         {2 * DY_MS, 100 * DY_MS, DY_S}},
	{"way", "1", "0 sleeping goroutines, 1 timers", 0, 1, {0, 0, 0}},
	{.name = NULL},
};

enum { WAY_SLEEP, WAY_TIMER };

struct alarm {
	struct clock *clock;
	uint64_t due; // ns after the start of the round
	// By its goroutine alone, in this round.
	uint64_t set, rang; // ns after the start of the round
	uint32_t times;
};

struct clock {
	uint64_t start; // of the round, by dy_now
	int64_t way;
	size_t n;
	struct dy_waitgroup done;
	struct dy_timer *timer; // n of them
	struct histogram late;  // since warm-up
	struct alarm alarm[];
};

static void give_back(struct clock *c)
{
	free(c->timer);
	free(c);
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[TIMERS];
	struct clock *c = calloc(1, sizeof(*c) + n * sizeof(c->alarm[0]));
	struct rng rng = rng_stream(r->seed, 0);

	if (!c)
		return report_error(r, -ENOMEM, "no memory for %zu timers", n);
	c->n = n;
	c->way = r->param[WAY];
	c->timer = calloc(n, sizeof(c->timer[0]));
	if (!c->timer) {
		give_back(c);
		return report_error(r, -ENOMEM, "no memory for %zu timers", n);
	}
	for (size_t i = 0; i < n; i++) {
		c->alarm[i].clock = c;
		c->alarm[i].due = rng_below(&rng, (uint64_t)r->param[SPAN]);
	}
	r->state = c;
	return 0;
}

static void ring(struct alarm *a)
{
	a->rang = dy_now() - a->clock->start;
	a->times++;
	dy_wg_done(&a->clock->done);
}

// set_now notes that a timer is being set, and returns how long it has to run.
static uint64_t set_now(struct alarm *a)
{
	a->set = dy_now() - a->clock->start;
	return a->due > a->set ? a->due - a->set : 0;
}

static void sleep_until(void *arg)
{
	struct alarm *a = arg;

	dy_sleep(set_now(a));
	ring(a);
}

static void timer_fired(void *arg)
{
	ring(arg);
}

static void play(struct wl_run *r)
{
	struct clock *c = r->state;

	dy_wg_add(&c->done, (int)c->n);
	for (size_t i = 0; i < c->n; i++)
		c->alarm[i].times = 0;
	c->start = dy_now();
	for (size_t i = 0; i < c->n; i++) {
		struct alarm *a = &c->alarm[i];

		if (c->way == WAY_TIMER)
			dy_timer_start_func(&c->timer[i], set_now(a),
			                    timer_fired, a);
		else
			dy_go(sleep_until, a);
	}
	dy_wg_wait(&c->done);
	for (size_t i = 0; i < c->n && c->way == WAY_TIMER; i++)
		dy_timer_close(&c->timer[i]);
	r->ops = c->n;
	for (size_t i = 0; i < c->n && !r->warm_up; i++) {
		const struct alarm *a = &c->alarm[i];

		histogram_add(&c->late,
		              a->rang - (a->due > a->set ? a->due : a->set));
	}
}

static bool verify(struct wl_run *r)
{
	const struct clock *c = r->state;

	for (size_t i = 0; i < c->n; i++) {
		const struct alarm *a = &c->alarm[i];

		if (a->times != 1)
			return report_wrong(r, "timer %zu fired %u times", i,
			                    a->times);
		if (a->rang < a->due)
			return report_wrong(r,
			                    "timer %zu fired %" PRIu64
			                    " ns too early",
			                    i, a->due - a->rang);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	struct clock *c = r->state;

	histogram_latency(&c->late, r);
	give_back(c);
}

const struct workload wl_timers = {
	.name = "timers",
	.summary = "many timers or sleeping goroutines, each due at its own time",
	.shows = "how late timers are, and what the heaps of them cost",
	.op = "timer",
	.latency = "a timer, from when it was due",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
