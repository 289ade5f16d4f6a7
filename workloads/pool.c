// pool.c - buffers that are allocated each time, or kept in a pool.
//
// Each of `goroutines` goroutines takes a buffer of `bytes`, fills it, burns `work`
// ns, looks whether it is still as it was, and gives it back: `cycles` times. By
// `way` 0 buffers come from the C library's heap and go back to it; by 1 they come
// from a pool, which keeps them near the P that they were given back on.
//
// A goroutine may be preempted and go on on another P while it holds a buffer. It
// signs each with a number that no other cycle has, in its first and last words: a
// buffer that two have at once is seen.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "crew.h"
#include "fairness.h"
#include "report.h"

enum { WAY, GOROUTINES, CYCLES, BYTES, WORK };

static const struct wl_param params[] = {
	{"way", "1", "0 allocated, 1 pooled", 0, 1, {0, 0, 0}},
	{"goroutines", "1", "that use buffers", 1, 100000, {8, 64, 64}},
	{"cycles", "1", "of each", 1, 100000000, {200, 2000, 20000}},
	{"bytes", "B", "of a buffer", 16, 1 << 24, {16384, 16384, 16384}},
	{"work", "ns", "CPU with a buffer in hand", 0, DY_S, {0, 0, 0}},
	{.name = NULL},
};

enum { WAY_ALLOCATED, WAY_POOLED };

struct user {
	struct shelf *shelf;
	uint64_t id;
	// In this round, by the user alone.
	uint64_t right; // cycles
	uint64_t ended;
};

struct shelf {
	struct dy_pool pool;
	int64_t way;
	uint64_t cycles, work;
	size_t bytes, n;
	struct fairness fairness;
	struct user user[];
};

static void *make(void *arg)
{
	const struct shelf *s = arg;

	return malloc(s->bytes);
}

static void drop(void *item, void *arg)
{
	(void)arg;
	free(item);
}

static uint8_t *take(struct shelf *s)
{
	return s->way == WAY_POOLED ? dy_pool_get(&s->pool) : malloc(s->bytes);
}

static void give(struct shelf *s, uint8_t *buffer)
{
	if (s->way == WAY_POOLED)
		dy_pool_put(&s->pool, buffer);
	else
		free(buffer);
}

// use fills and signs a buffer, and returns whether the signatures stayed.
static bool use(const struct shelf *s, uint8_t *buffer, uint64_t mark)
{
	uint8_t *last = buffer + s->bytes - sizeof(mark);
	uint64_t first;

	memset(buffer, (int)mark, s->bytes);
	memcpy(buffer, &mark, sizeof(mark));
	memcpy(last, &mark, sizeof(mark));
	if (s->work)
		dy_work(s->work);
	memcpy(&first, buffer, sizeof(first));
	return first == mark && memcmp(last, &mark, sizeof(mark)) == 0;
}

static void run_user(void *arg)
{
	struct user *me = arg;
	struct shelf *s = me->shelf;

	me->right = 0;
	for (uint64_t i = 0; i < s->cycles; i++) {
		uint8_t *buffer = take(s);

		if (!buffer)
			return; // a cycle too few, as verify sees
		me->right += use(s, buffer, me->id * s->cycles + i);
		give(s, buffer);
	}
	me->ended = dy_now();
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[GOROUTINES];
	struct shelf *s = calloc(1, sizeof(*s) + n * sizeof(s->user[0]));

	if (!s)
		return report_error(r, -ENOMEM, "no memory for %zu goroutines",
		                    n);
	s->pool.make = make;
	s->pool.drop = drop;
	s->pool.arg = s;
	s->way = r->param[WAY];
	s->cycles = (uint64_t)r->param[CYCLES];
	s->bytes = (size_t)r->param[BYTES];
	s->work = (uint64_t)r->param[WORK];
	s->n = n;
	for (size_t i = 0; i < n; i++) {
		s->user[i].shelf = s;
		s->user[i].id = i;
	}
	r->state = s;
	return 0;
}

static void play(struct wl_run *r)
{
	struct shelf *s = r->state;

	fairness_begin(&s->fairness);
	crew_run(run_user, s->user, s->n, sizeof(s->user[0]));
	r->ops = s->n * s->cycles;
	for (size_t i = 0; i < s->n && !r->warm_up; i++)
		fairness_add_speed(&s->fairness, 1, s->user[i].ended);
	fairness_end(&s->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct shelf *s = r->state;

	for (size_t i = 0; i < s->n; i++) {
		if (s->user[i].right != s->cycles)
			return report_wrong(r,
			                    "goroutine %zu had %" PRIu64
			                    " of %" PRIu64
			                    " buffers to itself (was there "
			                    "memory enough?)",
			                    i, s->user[i].right, s->cycles);
	}
	return true;
}

static void finish(struct wl_run *r)
{
	struct shelf *s = r->state;

	dy_pool_clear(&s->pool);
	fairness_report(&s->fairness, r);
	report_free(r);
}

const struct workload wl_pool = {
	.name = "pool",
	.summary = "buffers that are allocated each time, or kept in a pool",
	.shows = "what allocation costs, and what a pool per P saves of it",
	.op = "cycle",
	.fairness = "the goroutines' speeds",
	.kind = WL_MIXED,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
