// contend.c - a sum that all goroutines add to, protected in four ways.
//
// Each of `goroutines` goroutines adds `adds` numbers to one sum. An addition takes
// `inside` ns of CPU, and `outside` ns pass before the next.
//
//   0 mutex     one lock; whoever waits for it is parked, and woken to compete
//   1 sharded   16 locks and sums, each goroutine at its own, added up at the end
//   2 lock-free two atomic additions; the work is done before them
//   3 channel   the numbers are sent to one goroutine, which alone has the sum
//
// One wait for the lock (or for room in the channel) in 16 is timed: `wait_*`.
// `fairness` compares how fast the goroutines were.
//
// The numbers come from the seed, so the sum is known; so is their count.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "crew.h"
#include "fairness.h"
#include "histogram.h"
#include "report.h"
#include "rng.h"

enum { WAY, GOROUTINES, ADDS, INSIDE, OUTSIDE };

static const struct wl_param params[] = {
	{"way", "1", "0 mutex, 1 sharded, 2 lock-free, 3 channel", 0, 3, {0, 0, 0}},
	{"goroutines", "1", "goroutines that add", 1, 100000, {4, 16, 16}},
	{"adds", "1", "additions of each", 1, 100000000, {500, 25000, 250000}},
	{"inside", "ns", "CPU of an addition", 0, DY_S, {100, 100, 100}},
	{"outside", "ns", "CPU between two", 0, DY_S, {100, 100, 100}},
	{.name = NULL},
};

enum { WAY_MUTEX, WAY_SHARDED, WAY_LOCK_FREE, WAY_CHANNEL };
enum { SHARDS = 16, ROOM = 64, SAMPLE = 16, LINE = 64 };

// What the numbers came to, and how many there were.
struct total {
	uint64_t sum, count;
};

struct shard {
	_Alignas(LINE) struct dy_mutex mutex;
	struct total total; // under the mutex
};

struct adder {
	struct ledger *ledger;
	uint64_t id;
	// Written by the adder alone.
	uint64_t ended;
	struct histogram waits;
};

struct ledger {
	struct shard shard[SHARDS]; // the first is the one lock of WAY_MUTEX
	_Alignas(LINE) _Atomic uint64_t sum;
	_Atomic uint64_t count;
	struct dy_chan *numbers; // of uint64_t
	struct total owned;      // written by the channel's receiver alone
	_Alignas(LINE) int way;
	uint64_t seed, adds, inside, outside;
	struct total right, got;
	struct histogram waits; // since warm-up
	struct fairness fairness;
	size_t n;
	struct adder *adder;
};

static void add_locked(struct ledger *l, struct shard *s, uint64_t number)
{
	if (l->inside)
		dy_work(l->inside);
	s->total.sum += number;
	s->total.count++;
	dy_mutex_unlock(&s->mutex);
}

static void add_free(struct ledger *l, uint64_t number)
{
	if (l->inside)
		dy_work(l->inside);
	atomic_fetch_add_explicit(&l->sum, number, memory_order_relaxed);
	atomic_fetch_add_explicit(&l->count, 1, memory_order_relaxed);
}

// add adds one number. Returns how long it waited, if timed is set.
static uint64_t add(struct adder *me, uint64_t number, bool timed)
{
	struct ledger *l = me->ledger;
	struct shard *s = &l->shard[l->way == WAY_SHARDED ? me->id % SHARDS : 0];
	uint64_t start = timed ? dy_now() : 0, waited = 0;

	switch (l->way) {
	case WAY_LOCK_FREE:
		add_free(l, number);
		break;
	case WAY_CHANNEL:
		dy_chan_send(l->numbers, &number);
		waited = timed ? dy_now() - start : 0;
		break;
	default:
		dy_mutex_lock(&s->mutex);
		waited = timed ? dy_now() - start : 0;
		add_locked(l, s, number);
		break;
	}
	return waited;
}

static void run_adder(void *arg)
{
	struct adder *me = arg;
	const struct ledger *l = me->ledger;
	struct rng rng = rng_stream(l->seed, me->id);

	me->waits = (struct histogram){0};
	for (uint64_t i = 0; i < l->adds; i++) {
		bool timed = i % SAMPLE == 0 && l->way != WAY_LOCK_FREE;
		uint64_t waited = add(me, rng_next(&rng), timed);

		if (timed)
			histogram_add(&me->waits, waited);
		if (l->outside)
			dy_work(l->outside);
	}
	me->ended = dy_now();
}

// run_owner is the channel's receiver.
static void run_owner(void *arg)
{
	struct ledger *l = arg;

	for (uint64_t i = 0; i < l->n * l->adds; i++) {
		uint64_t number = 0;

		dy_chan_recv(l->numbers, &number);
		if (l->inside)
			dy_work(l->inside);
		l->owned.sum += number;
		l->owned.count++;
	}
}

static void give_back(struct ledger *l)
{
	dy_chan_free(l->numbers);
	free(l->adder);
	free(l);
}

static struct total right_total(const struct ledger *l)
{
	struct total t = {0, l->n * l->adds};

	for (uint64_t i = 0; i < l->n; i++) {
		struct rng rng = rng_stream(l->seed, i);

		for (uint64_t j = 0; j < l->adds; j++)
			t.sum += rng_next(&rng);
	}
	return t;
}

static int prepare(struct wl_run *r)
{
	struct ledger *l = aligned_alloc(LINE, sizeof(*l));

	if (!l)
		return report_error(r, -ENOMEM, "no memory");
	*l = (struct ledger){
		.way = (int)r->param[WAY],
		.seed = r->seed,
		.n = (size_t)r->param[GOROUTINES],
		.adds = (uint64_t)r->param[ADDS],
		.inside = (uint64_t)r->param[INSIDE],
		.outside = (uint64_t)r->param[OUTSIDE],
		.numbers = dy_chan_make(sizeof(uint64_t), ROOM),
		.adder = calloc((size_t)r->param[GOROUTINES],
	                        sizeof(struct adder)),
	};
	if (!l->numbers || !l->adder) {
		give_back(l);
		return report_error(r, -ENOMEM, "no memory for the goroutines");
	}
	for (size_t i = 0; i < l->n; i++) {
		l->adder[i].ledger = l;
		l->adder[i].id = i;
	}
	l->right = right_total(l);
	r->state = l;
	return 0;
}

static void clear(struct ledger *l)
{
	for (int i = 0; i < SHARDS; i++)
		l->shard[i].total = (struct total){0};
	atomic_store(&l->sum, 0);
	atomic_store(&l->count, 0);
	l->owned = (struct total){0};
}

// gather adds up what all ways may have come to; only one of them did.
static struct total gather(struct ledger *l)
{
	struct total t = {
		.sum = l->owned.sum + atomic_load(&l->sum),
		.count = l->owned.count + atomic_load(&l->count),
	};

	for (int i = 0; i < SHARDS; i++) {
		t.sum += l->shard[i].total.sum;
		t.count += l->shard[i].total.count;
	}
	return t;
}

static void play(struct wl_run *r)
{
	struct ledger *l = r->state;
	struct dy_waitgroup done = {0};

	clear(l);
	fairness_begin(&l->fairness);
	if (l->way == WAY_CHANNEL)
		dy_wg_go(&done, run_owner, l);
	crew_start(&done, run_adder, l->adder, l->n, sizeof(l->adder[0]));
	dy_wg_wait(&done);
	l->got = gather(l);
	r->ops = l->n * l->adds;
	for (size_t i = 0; i < l->n && !r->warm_up; i++) {
		histogram_merge(&l->waits, &l->adder[i].waits);
		fairness_add_speed(&l->fairness, 1, l->adder[i].ended);
	}
	fairness_end(&l->fairness);
}

static bool verify(struct wl_run *r)
{
	const struct ledger *l = r->state;

	if (l->got.sum == l->right.sum && l->got.count == l->right.count)
		return true;
	return report_wrong(r,
	                    "%" PRIu64 " numbers came to %" PRIx64
	                    "; right is %" PRIu64 " and %" PRIx64,
	                    l->got.count, l->got.sum, l->right.count,
	                    l->right.sum);
}

static void finish(struct wl_run *r)
{
	static const struct histogram_names waits = HISTOGRAM_NAMES("wait", "ns");
	struct ledger *l = r->state;

	histogram_report(&l->waits, r, &waits, 1);
	fairness_report(&l->fairness, r);
	give_back(l);
}

const struct workload wl_contend = {
	.name = "contend",
	.summary = "additions to one sum: mutex, sharded, lock-free or channel",
	.shows = "what a contended lock costs, and what to use instead",
	.op = "addition",
	.fairness = "the goroutines' speeds",
	.others = "wait_*",
	.kind = WL_MIXED,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
