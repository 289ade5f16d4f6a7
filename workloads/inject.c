// inject.c - many producers that fill the global queue.
//
// Each of `producers` goroutines spawns `spawns` goroutines without a pause: more
// than a local queue holds, so that half of it spills to the global queue again
// and again. Each of those yields once, which by Go's rule sends it to the global
// queue a second time. All of it goes through one lock, where policy says so.
//
// Each spawned goroutine has a mark of its own, which it alone moves from spawned
// to begun to ended: one that is lost, or runs twice, is seen.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <stdlib.h>

#include "crew.h"
#include "fairness.h"
#include "report.h"

enum { PRODUCERS, SPAWNS };

static const struct wl_param params[] = {
	{"producers", "1", "goroutines that spawn", 1, 10000, {4, 16, 64}},
	{"spawns", "1", "goroutines that each spawns", 1, 1000000, {600, 6400, 20000}},
	{.name = NULL},
};

enum { SPAWNED, BEGUN, ENDED };

struct item {
	struct producer *producer;
	uint32_t stage;
};

struct producer {
	struct storm *storm;
	struct item *item; // the first of its own
	struct dy_waitgroup done;
	uint64_t ended; // when all of its own had; by the producer alone
};

struct storm {
	size_t n, spawns;
	struct item *item; // of all producers
	struct fairness fairness;
	struct producer producer[];
};

static void give_back(struct storm *s)
{
	free(s->item);
	free(s);
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[PRODUCERS];
	struct storm *s = calloc(1, sizeof(*s) + n * sizeof(s->producer[0]));

	if (!s)
		return report_error(r, -ENOMEM, "no memory for %zu producers", n);
	s->n = n;
	s->spawns = (size_t)r->param[SPAWNS];
	s->item = calloc(n * s->spawns, sizeof(s->item[0]));
	if (!s->item) {
		give_back(s);
		return report_error(r, -ENOMEM,
		                    "no memory for the marks: fewer spawns");
	}
	for (size_t i = 0; i < n; i++) {
		struct producer *p = &s->producer[i];

		p->storm = s;
		p->item = s->item + i * s->spawns;
		for (size_t j = 0; j < s->spawns; j++)
			p->item[j].producer = p;
	}
	r->state = s;
	return 0;
}

static void run_item(void *arg)
{
	struct item *me = arg;

	me->stage += me->stage == SPAWNED ? BEGUN : ENDED + 1;
	dy_yield();
	me->stage++;
	dy_wg_done(&me->producer->done);
}

static void run_producer(void *arg)
{
	struct producer *me = arg;
	size_t n = me->storm->spawns;

	dy_wg_add(&me->done, (int)n);
	for (size_t i = 0; i < n; i++) {
		me->item[i].stage = SPAWNED;
		dy_go(run_item, &me->item[i]);
	}
	dy_wg_wait(&me->done);
	me->ended = dy_now();
}

static void play(struct wl_run *r)
{
	struct storm *s = r->state;

	fairness_begin(&s->fairness);
	crew_run(run_producer, s->producer, s->n, sizeof(s->producer[0]));
	r->ops = s->n * s->spawns;
	for (size_t i = 0; i < s->n && !r->warm_up; i++)
		fairness_add_speed(&s->fairness, 1, s->producer[i].ended);
	fairness_end(&s->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct storm *s = r->state;

	for (size_t i = 0; i < s->n * s->spawns; i++) {
		if (s->item[i].stage != ENDED)
			return report_wrong(r,
			                    "goroutine %zu of %zu is at stage %u "
			                    "instead of %d",
			                    i, s->n * s->spawns,
			                    s->item[i].stage, ENDED);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	struct storm *s = r->state;

	fairness_report(&s->fairness, r);
	give_back(s);
}

const struct workload wl_inject = {
	.name = "inject",
	.summary = "producers that overflow their queues into the global one",
	.shows = "the global queue as a bottleneck, and how Ps take from it",
	.op = "spawn",
	.fairness = "the producers' speeds",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
