// block.c - goroutines that block their threads in the kernel.
//
// Each of `goroutines` goroutines makes `calls` blocking calls of `latency` ns
// with `work` ns of CPU between them. A call holds its M. With enough Ms all
// goroutines wait at the same time and a round takes about calls * latency;
// with k of them only k can, whatever GOMAXPROCS is: throughput rises with the
// M cap until the Ms are as many as the goroutines (or the work fills the Ps).
//
// Each goroutine counts its own calls in a word that it alone writes, and times
// each: what a call takes beyond `latency` is how long its goroutine then waited for
// an M that may run and for a P.
#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "fairness.h"
#include "histogram.h"
#include "report.h"

enum { GOROUTINES, CALLS, LATENCY, WORK };

static const struct wl_param params[] = {
	{"goroutines", "1", "goroutines that call", 1, 100000, {8, 32, 32}},
	{"calls", "1", "calls of each in a round", 1, 1000000, {4, 20, 100}},
	{"latency", "ns", "of each call", 0, DY_S, {200 * DY_US, DY_MS, DY_MS}},
	{"work", "ns", "CPU time before each call", 0, DY_S, {0, 0, 0}},
	{.name = NULL},
};

struct caller {
	struct crowd *crowd;
	// Written by the caller alone.
	uint64_t made; // calls in this round
	uint64_t ended;
	struct histogram took;
};

struct crowd {
	size_t n;
	uint64_t calls, latency, work;
	struct histogram took; // of all callers, since warm-up
	struct fairness fairness;
	struct caller caller[];
};

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[GOROUTINES];
	struct crowd *c = calloc(1, sizeof(*c) + n * sizeof(c->caller[0]));

	if (!c)
		return report_error(r, -ENOMEM, "no memory for %zu callers", n);
	c->n = n;
	c->calls = (uint64_t)r->param[CALLS];
	c->latency = (uint64_t)r->param[LATENCY];
	c->work = (uint64_t)r->param[WORK];
	for (size_t i = 0; i < n; i++)
		c->caller[i].crowd = c;
	r->state = c;
	return 0;
}

static void run_caller(void *arg)
{
	struct caller *me = arg;
	struct crowd *c = me->crowd;

	me->made = 0;
	me->took = (struct histogram){0};
	for (uint64_t i = 0; i < c->calls; i++) {
		uint64_t start;

		if (c->work)
			dy_work(c->work);
		start = dy_now();
		dy_block(c->latency);
		histogram_add(&me->took, dy_now() - start);
		me->made++;
	}
	me->ended = dy_now();
}

static void play(struct wl_run *r)
{
	struct crowd *c = r->state;

	fairness_begin(&c->fairness);
	crew_run(run_caller, c->caller, c->n, sizeof(c->caller[0]));
	r->ops = c->n * c->calls;
	for (size_t i = 0; i < c->n && !r->warm_up; i++) {
		histogram_merge(&c->took, &c->caller[i].took);
		fairness_add_speed(&c->fairness, 1, c->caller[i].ended);
	}
	fairness_end(&c->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct crowd *c = r->state;

	for (size_t i = 0; i < c->n; i++) {
		if (c->caller[i].made != c->calls)
			return report_wrong(r,
			                    "caller %zu made %" PRIu64
			                    " calls instead of %" PRIu64,
			                    i, c->caller[i].made, c->calls);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	const struct crowd *c = r->state;

	histogram_latency(&c->took, r);
	fairness_report(&c->fairness, r);
	report_free(r);
}

const struct workload wl_block = {
	.name = "block",
	.summary = "blocking calls of a known latency",
	.shows = "handoff and retake of Ps, and what more Ms gain",
	.op = "call",
	.latency = "a call",
	.fairness = "the callers' speeds",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
