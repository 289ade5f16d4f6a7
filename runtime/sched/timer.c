// timer.c - a 4-ary heap of timers per P.
//
// Invariant: heap[(i - 1) / 4] is not after heap[i]; timers of the same instant
// stand in the order in which they were added. heap[i]->index == i, and ->p is
// the P. next_when is heap[0]'s time, or 0.
//
// Anybody may add to, take from and run a heap under its lock; fire functions
// run without it. A timer out of the heap has p NULL. A fire is counted in
// in_flight under the lock that took the timer out, so that who finds it neither
// in a heap nor in flight knows that nobody will touch it.
//
// Source: runtime/time.go (the arity; per-P heaps; run by the owner in
// find_runnable or by a thief in its last pass).
#include "sched/timer.h"

#include <stdlib.h>

#include "base/fatal.h"
#include "port/race.h"
#include "sched/netpoll.h"
#include "sched/park.h"
#include "sched/sched.h"

enum { ARITY = 4, FIRST_CAP = 64 };

#define AWAIT_SPIN UINT64_C(10000) // a fire takes less, if its thread runs

static bool before(const struct timer *a, const struct timer *b)
{
	return a->when != b->when ? a->when < b->when : a->seq < b->seq;
}

static void place(struct timers *ts, uint32_t i, struct timer *t)
{
	ts->heap[i] = t;
	t->index = i;
}

static void sift_up(struct timers *ts, uint32_t i, struct timer *t)
{
	while (i > 0) {
		uint32_t parent = (i - 1) / ARITY;

		if (!before(t, ts->heap[parent]))
			break;
		place(ts, i, ts->heap[parent]);
		i = parent;
	}
	place(ts, i, t);
}

static uint32_t least_child(const struct timers *ts, uint32_t i)
{
	uint32_t first = ARITY * i + 1, least = first;

	for (uint32_t c = first + 1; c < first + ARITY && c < ts->len; c++) {
		if (before(ts->heap[c], ts->heap[least]))
			least = c;
	}
	return least;
}

static void sift_down(struct timers *ts, uint32_t i, struct timer *t)
{
	while (ARITY * i + 1 < ts->len) {
		uint32_t child = least_child(ts, i);

		if (!before(ts->heap[child], t))
			break;
		place(ts, i, ts->heap[child]);
		i = child;
	}
	place(ts, i, t);
}

static void publish_next(struct timers *ts)
{
	w64_store_rel(&ts->next_when, ts->len ? ts->heap[0]->when : 0);
}

static void grow_locked(struct timers *ts)
{
	uint32_t cap = ts->cap ? 2 * ts->cap : FIRST_CAP;
	struct timer **heap;

	race_ignore_begin();
	heap = realloc(ts->heap, cap * sizeof(struct timer *));
	race_ignore_end();
	if (!heap)
		fatal("out of memory: no room for %u timers", cap);
	ts->heap = heap;
	ts->cap = cap;
}

void timer_reserve(struct p *pp)
{
	struct timers *ts = &pp->timers;

	lock_acquire(&ts->lock);
	if (ts->len == ts->cap)
		grow_locked(ts);
	lock_release(&ts->lock);
}

static void insert_locked(struct p *pp, struct timer *t)
{
	struct timers *ts = &pp->timers;

	if (ts->len == ts->cap)
		grow_locked(ts);
	wptr_store_rel(&t->p, pp);
	t->seq = ts->next_seq++;
	sift_up(ts, ts->len++, t);
	publish_next(ts);
}

// Leaves p as it is.
static void take_out_locked(struct timers *ts, struct timer *t)
{
	struct timer *last = ts->heap[--ts->len];
	uint32_t i = t->index;

	if (last != t) {
		if (i > 0 && before(last, ts->heap[(i - 1) / ARITY]))
			sift_up(ts, i, last);
		else
			sift_down(ts, i, last);
	}
	publish_next(ts);
}

// Clearing p comes last: from then on somebody else may add t elsewhere.
static void remove_locked(struct timers *ts, struct timer *t)
{
	take_out_locked(ts, t);
	wptr_store_rel(&t->p, NULL);
}

void timer_add(struct timer *t)
{
	struct p *pp = timer_home();
	uint64_t when = t->when;
	bool first;

	lock_acquire(&pp->timers.lock);
	insert_locked(pp, t);
	first = pp->timers.heap[0] == t;
	lock_release(&pp->timers.lock);
	if (first)
		netpoll_break(when);
}

bool timer_del(struct timer *t)
{
	for (;;) {
		struct p *pp = wptr_load_acq(&t->p);
		bool here;

		if (!pp)
			return false;
		lock_acquire(&pp->timers.lock);
		here = wptr_load_acq(&t->p) ==
		       pp; // else it fired or moved meanwhile
		if (here)
			remove_locked(&pp->timers, t);
		lock_release(&pp->timers.lock);
		if (here)
			return true;
	}
}

void timer_await(struct timer *t)
{
	uint32_t n;

	while ((n = w32_load_acq(&t->in_flight)) != 0) {
		port_spin_until(&t->in_flight, n, port_now() + AWAIT_SPIN);
		if (timer_in_flight(t))
			yield();
	}
}

bool timers_passed(const struct timers *ts)
{
	uint64_t when = w64_load_acq(&ts->next_when);

	return when != 0 && when <= port_now();
}

uint64_t timers_run(struct m *mp, struct p *pp)
{
	struct timers *ts = &pp->timers;
	uint64_t now;

	if (!timers_due(pp))
		return w64_load_acq(&ts->next_when);
	now = port_now();
	lock_acquire(&ts->lock);
	while (ts->len && ts->heap[0]->when <= now) {
		struct timer *t = ts->heap[0];

		w32_add_rlx(&t->in_flight, 1); // before p says that t is out
		remove_locked(ts, t);
		lock_release(&ts->lock);
		COUNT(mp, timers_fired);
		t->fire(t);
		lock_acquire(&ts->lock);
	}
	lock_release(&ts->lock);
	return w64_load_acq(&ts->next_when);
}

// A timer is never seen in neither heap: its p, which others read without a lock,
// goes from the one to the other, and both are locked. from dies and has the higher
// number, which is the order of two such locks.
void timers_move(struct p *from, struct p *to)
{
	struct timers *ts = &from->timers;
	uint64_t first;

	lock_acquire(&ts->lock);
	lock_acquire(&to->timers.lock);
	first = ts->len ? ts->heap[0]->when : 0;
	while (ts->len) {
		struct timer *t = ts->heap[0];

		take_out_locked(ts, t);
		insert_locked(to, t);
	}
	lock_release(&to->timers.lock);
	lock_release(&ts->lock);
	if (first)
		netpoll_break(first);
}

// Timers move to P 0 only: who looks there last misses none that is on its way.
bool timers_armed(void)
{
	int n = 0;

	while (n < DY_PROCS_MAX && sched_p(n))
		n++;
	while (n-- > 0) {
		if (w64_load_acq(&sched_p(n)->timers.next_when) != 0)
			return true;
	}
	return false;
}

void timers_free(struct p *pp)
{
	free(pp->timers.heap);
	pp->timers = (struct timers){0};
}
