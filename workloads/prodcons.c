// prodcons.c - producers and consumers at a bounded buffer: a mutex and two
// conditions.
//
// `producers` goroutines put `items` numbers each into a buffer with room for 50,
// as many consumers take them. Who finds it full, or empty, waits on a condition.
// A woken goroutine must take the mutex again, and may find that another was
// quicker: how the woken are queued decides how often. (The bounded buffer of the
// Savina suite: 40, 40 and 50.)
//
// `fairness` compares how many items the consumers got.
//
// The numbers come from the seed, so their sum is known; and so is their count.
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "crew.h"
#include "fairness.h"
#include "report.h"
#include "rng.h"

enum { PRODUCERS, ITEMS };

static const struct wl_param params[] = {
	{"producers", "1", "and as many consumers", 1, 10000, {8, 40, 40}},
	{"items", "1", "of each producer", 1, 100000000, {500, 10000, 100000}},
	{.name = NULL},
};

enum { ROOM = 50 };

struct party {
	struct store *store;
	uint64_t id;
	uint64_t got, sum; // of a consumer, in this round; by it alone
};

struct store {
	// Under the mutex.
	struct dy_mutex mutex;
	uint64_t item[ROOM];
	size_t first, filled;
	uint64_t taken;
	struct dy_cond not_empty, not_full;

	uint64_t seed, items, right; // right: the sum of all numbers
	size_t n;
	struct fairness fairness;
	struct party *producer, *consumer; // n each, in one block
	struct party party[];
};

static void put(struct store *s, uint64_t x)
{
	dy_mutex_lock(&s->mutex);
	while (s->filled == ROOM)
		dy_cond_wait(&s->not_full, &s->mutex);
	s->item[(s->first + s->filled++) % ROOM] = x;
	dy_cond_signal(&s->not_empty);
	dy_mutex_unlock(&s->mutex);
}

// take takes an item; false when all have been taken.
static bool take(struct store *s, uint64_t *x)
{
	uint64_t all = s->n * s->items;
	bool there;

	dy_mutex_lock(&s->mutex);
	while (s->filled == 0 && s->taken < all)
		dy_cond_wait(&s->not_empty, &s->mutex);
	there = s->filled > 0;
	if (there) {
		*x = s->item[s->first];
		s->first = (s->first + 1) % ROOM;
		s->filled--;
		dy_cond_signal(&s->not_full);
		if (++s->taken == all)
			dy_cond_broadcast(&s->not_empty);
	}
	dy_mutex_unlock(&s->mutex);
	return there;
}

static void run_producer(void *arg)
{
	const struct party *me = arg;
	struct rng rng = rng_stream(me->store->seed, me->id);

	for (uint64_t i = 0; i < me->store->items; i++)
		put(me->store, rng_next(&rng));
}

static void run_consumer(void *arg)
{
	struct party *me = arg;
	uint64_t x;

	me->got = me->sum = 0;
	while (take(me->store, &x)) {
		me->got++;
		me->sum += x;
	}
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[PRODUCERS];
	struct store *s = calloc(1, sizeof(*s) + 2 * n * sizeof(s->party[0]));

	if (!s)
		return report_error(r, -ENOMEM, "no memory for %zu producers", n);
	s->seed = r->seed;
	s->items = (uint64_t)r->param[ITEMS];
	s->n = n;
	s->producer = s->party;
	s->consumer = s->party + n;
	for (size_t i = 0; i < n; i++) {
		struct rng rng = rng_stream(s->seed, i);

		s->producer[i] = (struct party){.store = s, .id = i};
		s->consumer[i] = (struct party){.store = s, .id = i};
		for (uint64_t j = 0; j < s->items; j++)
			s->right += rng_next(&rng);
	}
	r->state = s;
	return 0;
}

static void play(struct wl_run *r)
{
	struct store *s = r->state;
	struct dy_waitgroup done = {0};

	s->taken = 0;
	crew_start(&done, run_consumer, s->consumer, s->n, sizeof(s->party[0]));
	crew_start(&done, run_producer, s->producer, s->n, sizeof(s->party[0]));
	dy_wg_wait(&done);
	r->ops = s->n * s->items;
	for (size_t i = 0; i < s->n && !r->warm_up; i++)
		fairness_add(&s->fairness, (double)s->consumer[i].got);
	fairness_end(&s->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct store *s = r->state;
	uint64_t got = 0, sum = 0;

	for (size_t i = 0; i < s->n; i++) {
		got += s->consumer[i].got;
		sum += s->consumer[i].sum;
	}
	if (got == s->n * s->items && sum == s->right)
		return true;
	return report_wrong(r,
	                    "%" PRIu64 " items came to %" PRIx64
	                    "; right is %" PRIu64 " and %" PRIx64,
	                    got, sum, s->n * s->items, s->right);
}

static void finish(struct wl_run *r)
{
	const struct store *s = r->state;

	fairness_report(&s->fairness, r);
	report_free(r);
}

const struct workload wl_prodcons = {
	.name = "prodcons",
	.summary = "producers and consumers at a bounded buffer with conditions",
	.shows = "wake-ups that come to nothing, and who is woken first",
	.op = "item",
	.fairness = "what the consumers got",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
