// block.c - goroutines that block their threads in the kernel.
//
// Each of `goroutines` goroutines makes `calls` blocking calls of `latency` ns
// with `work` ns of CPU between them. A call holds its M. With enough Ms all
// goroutines wait at the same time and a round takes about calls * latency;
// with k of them only k can, whatever GOMAXPROCS is: throughput rises with the
// M cap until the Ms are as many as the goroutines (or the work fills the Ps).
//
// Each goroutine counts its own calls in a word that it alone writes.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "workload.h"

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
	uint64_t made; // calls in this round; written by the caller alone
};

struct crowd {
	size_t n;
	uint64_t calls, latency, work;
	struct dy_waitgroup done;
	struct caller caller[];
};

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[GOROUTINES];
	struct crowd *c = calloc(1, sizeof(*c) + n * sizeof(c->caller[0]));

	if (!c) {
		snprintf(r->why, sizeof(r->why), "no memory for %zu callers", n);
		return -ENOMEM;
	}
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
	for (uint64_t i = 0; i < c->calls; i++) {
		if (c->work)
			dy_work(c->work);
		dy_block(c->latency);
		me->made++;
	}
	dy_wg_done(&c->done);
}

static void play(struct wl_run *r)
{
	struct crowd *c = r->state;

	dy_wg_add(&c->done, (int)c->n);
	for (size_t i = 0; i < c->n; i++)
		dy_go(run_caller, &c->caller[i]);
	dy_wg_wait(&c->done);
	r->ops = c->n * c->calls;
}

static bool verify(struct wl_run *r)
{
	const struct crowd *c = r->state;

	for (size_t i = 0; i < c->n; i++) {
		if (c->caller[i].made == c->calls)
			continue;
		snprintf(r->why, sizeof(r->why),
		         "caller %zu made %" PRIu64 " calls instead of %" PRIu64,
		         i, c->caller[i].made, c->calls);
		return false;
	}
	return true;
}

static void finish(struct wl_run *r)
{
	free(r->state);
}

const struct workload wl_block = {
	.name = "block",
	.summary = "blocking calls of a known latency",
	.shows = "handoff and retake of Ps, and what more Ms gain",
	.op = "call",
	.kind = WL_IO,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
