// select.c - waiting for the first of several channel operations.
//
//	1. lock all the channels
//	2. in a random order, look for a case that need not wait: it is done
//	3. none: join the queues of all, park, unlock
//	4. woken: lock all, leave the queues of the losers, unlock
//
// The random order makes the choice among ready cases uniform. Locks are taken
// by the channels' ids, so that two selects cannot wait for each other. A waker
// claims the case that it serves in one word of the select; others that find
// the word taken drop their case and look further (sudog.h).
//
// The select may be woken as soon as its first channel is unlocked, but it
// cannot leave this file before it has locked all of them once more. Until then
// its words and waiters, which lie on its stack, are there. The last lock to be
// released is the first that it takes.
//
// Source: runtime/select.go. Differs: the order of the locks is by id, not by
// address; up to SMALL cases lie on the stack, more are allocated.
#include <stdint.h>
#include <stdlib.h>

#include <errno.h>

#include "lang/chan.h"
#include "port/race.h"
#include "sched/park.h"
#include "sched/sched.h"

enum { SMALL = 16, CASES_MAX = 65536 };

struct select {
	struct dy_case *cases;
	int n;                // cases with a channel: the length of both orders
	uint16_t *poll;       // in which to look
	uint16_t *lock;       // in which to lock
	struct sudog *waiter; // one per case
	struct dy_wptr winner; // struct sudog: the waiter whose case came true
};

static struct dy_chan *chan_at(const struct select *s, int i)
{
	return s->cases[s->lock[i]].c;
}

// Puts the cases that have a channel in random order (Fisher and Yates).
static void shuffle(struct select *s, int n)
{
	struct rand *r = random_here();

	s->n = 0;
	for (int i = 0; i < n; i++) {
		uint32_t j;

		if (!s->cases[i].c)
			continue;
		j = rand_below(r, (uint32_t)s->n + 1);
		s->poll[s->n++] = s->poll[j];
		s->poll[j] = (uint16_t)i;
	}
}

// Shell's sort: as fast as an insertion for a few, and not quadratic for many. It
// starts from the random order, so that the cases of one channel queue fairly.
static void sort_by_id(struct select *s)
{
	int gap = 1;

	memcpy(s->lock, s->poll, (size_t)s->n * sizeof *s->lock);
	while (gap < s->n / 3)
		gap = 3 * gap + 1;
	for (; gap > 0; gap /= 3) {
		for (int i = gap; i < s->n; i++) {
			uint16_t which = s->lock[i];
			uint64_t id = s->cases[which].c->id;
			int j = i;

			for (; j >= gap && chan_at(s, j - gap)->id > id; j -= gap)
				s->lock[j] = s->lock[j - gap];
			s->lock[j] = which;
		}
	}
}

static void lock_all(const struct select *s)
{
	for (int i = 0; i < s->n; i++) {
		if (i == 0 || chan_at(s, i) != chan_at(s, i - 1))
			lock_acquire(&chan_at(s, i)->lock);
	}
}

// Backwards: nothing of the select is touched after its first lock is free.
static void unlock_all(const struct select *s)
{
	for (int i = s->n - 1; i >= 0; i--) {
		if (i == 0 || chan_at(s, i) != chan_at(s, i - 1))
			lock_release(&chan_at(s, i)->lock);
	}
}

static bool unlock_parked(struct g *gp, void *s)
{
	(void)gp;
	unlock_all(s);
	return true;
}

// Returns the case that was done, or -EAGAIN.
static int do_one_locked(struct select *s, struct g **woken)
{
	for (int i = 0; i < s->n; i++) {
		struct dy_case *k = &s->cases[s->poll[i]];
		bool done;

		if (k->send)
			done = k->ok = chan_send_locked(k->c, k->from, woken);
		else
			done = chan_recv_locked(k->c, k->to, &k->ok, woken);
		if (done)
			return s->poll[i];
	}
	return -EAGAIN;
}

static struct waitq *queue_of(const struct dy_case *k)
{
	return k->send ? &k->c->sendq : &k->c->recvq;
}

static void join_queues_locked(struct select *s)
{
	struct g *self = g_self();

	for (int i = 0; i < s->n; i++) {
		struct dy_case *k = &s->cases[s->lock[i]];
		struct sudog *w = &s->waiter[s->lock[i]];

		*w = (struct sudog){
			.g = self,
			.elem = k->send ? (void *)(uintptr_t)k->from : k->to,
			.winner = &s->winner,
			.queued = true,
		};
		waitq_push(queue_of(k), w);
	}
}

static void leave_queues_locked(struct select *s)
{
	for (int i = 0; i < s->n; i++) {
		struct sudog *w = &s->waiter[s->lock[i]];

		if (w->queued)
			waitq_remove(queue_of(&s->cases[s->lock[i]]), w);
	}
}

static int wait_for_one(struct select *s)
{
	struct sudog *won;
	struct dy_case *k;

	join_queues_locked(s);
	park(unlock_parked, s, WAIT_SELECT);
	lock_all(s);
	leave_queues_locked(s);
	unlock_all(s);
	won = wptr_load_acq(&s->winner);
	k = &s->cases[won - s->waiter];
	k->ok = won->success;
	if (k->send && !k->ok)
		fatal("send on closed channel");
	return (int)(won - s->waiter);
}

static int choose(struct select *s, int n, bool block)
{
	struct g *woken = NULL;
	int chosen;

	shuffle(s, n);
	sort_by_id(s);
	lock_all(s);
	chosen = do_one_locked(s, &woken);
	if (chosen < 0 && block)
		return wait_for_one(s);
	unlock_all(s);
	if (woken)
		ready(woken);
	return chosen;
}

static int choose_of_few(struct dy_case *cases, int n, bool block)
{
	struct sudog waiter[SMALL];
	uint16_t order[2 * SMALL];
	struct select s = {
		.cases = cases,
		.poll = order,
		.lock = order + SMALL,
		.waiter = waiter,
	};

	return choose(&s, n, block);
}

static int choose_of_many(struct dy_case *cases, int n, bool block)
{
	size_t many = (size_t)n;
	struct sudog *waiter = malloc(many *
	                              (sizeof *waiter + 2 * sizeof(uint16_t)));
	struct select s = {.cases = cases, .waiter = waiter};
	int chosen;

	if (!waiter)
		return -ENOMEM;
	s.poll = (uint16_t *)(waiter + many);
	s.lock = s.poll + many;
	chosen = choose(&s, n, block);
	free(waiter);
	return chosen;
}

static int choose_case(struct dy_case *cases, int n, bool block)
{
	preempt_poll();
	if (n < 0 || n > CASES_MAX)
		return -EINVAL;
	if (n <= SMALL)
		return choose_of_few(cases, n, block);
	return choose_of_many(cases, n, block);
}

int dy_select(struct dy_case *cases, int n)
{
	RACE_FRAME;

	if (n == 0) {
		park(NULL, NULL, WAIT_SELECT_NO_CASES);
		dy_throw("dy_select: a wait for ever has ended");
	}
	return choose_case(cases, n, true);
}

int dy_select_try(struct dy_case *cases, int n)
{
	RACE_FRAME;

	return choose_case(cases, n, false);
}
