// wakeup.c - one goroutine that sleeps, and wakes others when nobody is awake.
//
// `wakes` times a messenger sleeps `pause` ns and then sends one of `workers` parked
// goroutines the time, upon which it burns `work` ns and parks again. Between the wakes
// nothing is runnable, and all Ms sleep: each wake is one from a machine at rest.
// burst.c wakes many at once. (After schbench's messengers and workers.)
//
// The latencies are from the sending to the worker's having it.
//
// Each worker counts its wakes, and takes part in turn.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "histogram.h"
#include "report.h"

enum { WAKES, WORKERS, WORK, PAUSE };

static const struct wl_param params[] = {
	{"wakes", "1", "in a round", 1, 10000000, {20, 100, 1000}},
	{"workers", "1", "that are woken in turn", 1, 100000, {4, 16, 16}},
	{"work", "ns", "CPU after each wake", 0, DY_S, {1000, 10000, 10000}},
	{"pause", "ns", "before each wake", 0, DY_S, {100 * DY_US, DY_MS, DY_MS}},
	{.name = NULL},
};

struct worker {
	struct shift *shift;
	struct dy_chan *calls; // of the times, by dy_now, when they were sent
	uint64_t todo;         // wakes in a round
	// By the worker alone, in this round.
	uint64_t woken;
	struct histogram took;
};

struct shift {
	uint64_t wakes, work, pause;
	size_t n;
	struct histogram took; // since warm-up
	struct worker worker[];
};

static void give_back(struct shift *s)
{
	for (size_t i = 0; i < s->n; i++)
		dy_chan_free(s->worker[i].calls);
	free(s);
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[WORKERS];
	struct shift *s = calloc(1, sizeof(*s) + n * sizeof(s->worker[0]));

	if (!s)
		return report_error(r, -ENOMEM, "no memory for %zu workers", n);
	s->n = n;
	s->wakes = (uint64_t)r->param[WAKES];
	s->work = (uint64_t)r->param[WORK];
	s->pause = (uint64_t)r->param[PAUSE];
	for (size_t i = 0; i < n; i++) {
		struct worker *w = &s->worker[i];

		w->shift = s;
		w->todo = s->wakes / n + (i < s->wakes % n);
		w->calls = dy_chan_make(sizeof(uint64_t), 1);
		if (!w->calls) {
			give_back(s);
			return report_error(r, -ENOMEM,
			                    "no memory for %zu channels", n);
		}
	}
	r->state = s;
	return 0;
}

static void run_worker(void *arg)
{
	struct worker *me = arg;

	me->took = (struct histogram){0};
	for (me->woken = 0; me->woken < me->todo; me->woken++) {
		uint64_t sent = 0;

		dy_chan_recv(me->calls, &sent);
		histogram_add(&me->took, dy_now() - sent);
		if (me->shift->work)
			dy_work(me->shift->work);
	}
}

static void play(struct wl_run *r)
{
	struct shift *s = r->state;
	struct dy_waitgroup done = {0};

	crew_start(&done, run_worker, s->worker, s->n, sizeof(s->worker[0]));
	for (uint64_t i = 0; i < s->wakes; i++) {
		uint64_t now;

		dy_sleep(s->pause);
		now = dy_now();
		dy_chan_send(s->worker[i % s->n].calls, &now);
	}
	dy_wg_wait(&done);
	r->ops = s->wakes;
	for (size_t i = 0; i < s->n && !r->warm_up; i++)
		histogram_merge(&s->took, &s->worker[i].took);
}

static bool verify(struct wl_run *r)
{
	const struct shift *s = r->state;

	for (size_t i = 0; i < s->n; i++) {
		const struct worker *w = &s->worker[i];

		if (w->woken != w->todo || w->took.n != w->todo)
			return report_wrong(r,
			                    "worker %zu was woken %" PRIu64
			                    " times instead of %" PRIu64,
			                    i, w->woken, w->todo);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	struct shift *s = r->state;

	histogram_latency(&s->took, r);
	give_back(s);
}

const struct workload wl_wakeup = {
	.name = "wakeup",
	.summary = "goroutines that are woken one at a time, after a rest",
	.shows = "what it takes to wake a P and its M from idleness",
	.op = "wake",
	.latency = "a wake, from its sending",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
