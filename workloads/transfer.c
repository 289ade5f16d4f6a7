// transfer.c - a leader that everybody must have seen before it resigns.
//
// In each of `turns` turns one of `goroutines` goroutines leads. The others look
// who leads, say that they have seen it, and yield until another does; the leader
// yields until all have said so, and then names the next. Nobody ever waits in a
// queue of a lock or channel: all of them are runnable all the time, and the turn
// ends when the last has run. An order that leaves one of them out never ends it:
// last in, first out without a limit, or always the global queue first, into which
// those that yield come back. After `patience` ns whoever waits gives up, and the
// answer is that somebody starved. (The C-for-all runtime's test of its ready queue:
// 17 goroutines, 327 turns.)
//
// `longest_turn` is the longest time from a leader's naming to its resignation.
//
// Each goroutine counts the turns that it saw, and the turns that it led.
#include <dyno/dyno.h>
#include <dyno/time.h>
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "crew.h"
#include "report.h"

enum { GOROUTINES, TURNS, PATIENCE };

static const struct wl_param params[] = {
	{"goroutines", "1", "that lead in turn", 2, 10000, {17, 17, 17}},
	{"turns", "1", "leaders in a round", 1, 10000000, {10, 5000, 50000}},
	{"patience",
         "ns",
         "with a turn",
         DY_MS,
         1000 * DY_S,
         {2 * DY_S, 10 * DY_S, 10 * DY_S}},
	{.name = NULL},
};

enum { LINE = 64 };

#define GIVEN_UP UINT64_MAX

struct citizen {
	_Alignas(LINE) struct state *state;
	uint64_t id;
	_Atomic uint64_t seen; // turns that it said it saw: the leader reads it
	// By its goroutine alone.
	uint64_t led, longest;
};

// Turn t, which begins at 1, is led by citizen t % n. The leader stores the next
// turn (release) after it has loaded everybody's word (acquire). A turn of GIVEN_UP
// ends all of it; a leader that overwrites it finds nobody who follows, and gives
// up in its turn.
struct state {
	_Alignas(LINE) _Atomic uint64_t turn;
	_Alignas(LINE) size_t n;
	uint64_t turns, patience, longest;
	struct citizen citizen[];
};

static bool all_have_seen(struct state *s, const struct citizen *leader,
                          uint64_t turn)
{
	for (size_t i = 0; i < s->n; i++) {
		struct citizen *c = &s->citizen[i];

		if (c != leader &&
		    atomic_load_explicit(&c->seen, memory_order_acquire) != turn)
			return false;
	}
	return true;
}

// lead returns the next turn.
static uint64_t lead(struct citizen *me, uint64_t turn)
{
	struct state *s = me->state;
	uint64_t start = dy_now(), took = 0;
	bool seen;

	while (!(seen = all_have_seen(s, me, turn)) && took < s->patience) {
		dy_yield();
		took = dy_now() - start;
	}
	if (took > me->longest)
		me->longest = took;
	me->led += seen;
	atomic_store_explicit(&me->seen, turn, memory_order_relaxed);
	turn = seen ? turn + 1 : GIVEN_UP;
	atomic_store_explicit(&s->turn, turn, memory_order_release);
	return turn;
}

// follow returns the next turn.
static uint64_t follow(struct citizen *me, uint64_t turn)
{
	struct state *s = me->state;
	uint64_t start = dy_now(), now = turn;

	atomic_store_explicit(&me->seen, turn, memory_order_release);
	while (now == turn && dy_now() - start < s->patience) {
		dy_yield();
		now = atomic_load_explicit(&s->turn, memory_order_acquire);
	}
	if (now != turn)
		return now;
	atomic_store_explicit(&s->turn, GIVEN_UP, memory_order_relaxed);
	return GIVEN_UP;
}

static void run_citizen(void *arg)
{
	struct citizen *me = arg;
	struct state *s = me->state;
	uint64_t turn = atomic_load_explicit(&s->turn, memory_order_acquire);

	me->led = 0;
	while (turn <= s->turns)
		turn = turn % s->n == me->id ? lead(me, turn) : follow(me, turn);
}

static int prepare(struct wl_run *r)
{
	size_t n = (size_t)r->param[GOROUTINES];
	struct state *s = aligned_alloc(LINE,
	                                sizeof(*s) + n * sizeof(s->citizen[0]));

	if (!s)
		return report_error(r, -ENOMEM, "no memory for %zu goroutines",
		                    n);
	*s = (struct state){
		.n = n,
		.turns = (uint64_t)r->param[TURNS],
		.patience = (uint64_t)r->param[PATIENCE],
	};
	for (size_t i = 0; i < n; i++)
		s->citizen[i] = (struct citizen){.state = s, .id = i};
	r->state = s;
	return 0;
}

static void play(struct wl_run *r)
{
	struct state *s = r->state;

	atomic_store(&s->turn, 1);
	for (size_t i = 0; i < s->n; i++)
		atomic_store(&s->citizen[i].seen, 0);
	crew_run(run_citizen, s->citizen, s->n, sizeof(s->citizen[0]));
	r->ops = s->turns;
	for (size_t i = 0; i < s->n; i++) {
		if (s->citizen[i].longest > s->longest && !r->warm_up)
			s->longest = s->citizen[i].longest;
		s->citizen[i].longest = 0;
	}
}

static bool verify(struct wl_run *r)
{
	struct state *s = r->state;
	bool given_up = atomic_load(&s->turn) == GIVEN_UP;
	uint64_t led = 0;

	for (size_t i = 0; i < s->n; i++) {
		uint64_t seen = atomic_load(&s->citizen[i].seen);

		if (seen != s->turns)
			return report_wrong(r,
			                    "goroutine %zu saw %" PRIu64
			                    " of %" PRIu64 " turns%s",
			                    i, seen, s->turns,
			                    given_up ? ": somebody starved" : "");
		led += s->citizen[i].led;
	}
	if (led == s->turns)
		return true;
	return report_wrong(r, "%" PRIu64 " turns were led, right is %" PRIu64,
	                    led, s->turns);
}

static void finish(struct wl_run *r)
{
	const struct state *s = r->state;

	report_metric(r, "longest_turn", "ns", "lower", (double)s->longest);
	report_free(r);
}

const struct workload wl_transfer = {
	.name = "transfer",
	.summary = "a leader that everybody must have seen before it resigns",
	.shows = "whether every runnable goroutine gets to run, and how soon",
	.op = "turn",
	.others = "longest_turn",
	.kind = WL_CPU,
	.params = params,
	.prepare = prepare,
	.round = play,
	.verify = verify,
	.finish = finish,
};
