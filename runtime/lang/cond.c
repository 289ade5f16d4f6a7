// cond.c - waiting for a condition that a mutex protects.
//
// Whoever waits draws a ticket while it holds the mutex; next is the first
// ticket that has not been notified. A signal notifies exactly the ticket next:
// if its owner has not queued yet, it will see that it need not. Tickets wrap
// around; they are compared by their distance.
//
// Waking touches nothing of the condition after the last waiter can run.
//
// Source: sync.Cond, and runtime/sema.go's notifyList.
#include <dyno/sync.h>

#include "base/lock.h"
#include "lang/sudog.h"
#include "port/race.h"
#include "sched/park.h"
#include "sched/sched.h"

struct waiter {
	struct sudog s; // first: a waiter is found by its place in the queue
	uint32_t ticket;
};

static bool notified(uint32_t ticket, uint32_t next)
{
	return (int32_t)(ticket - next) < 0;
}

// Nobody waits who has not been notified.
static bool nobody(const struct dy_cond *c)
{
	return w32_load_acq(&c->tickets) == w32_load_acq(&c->next);
}

void dy_cond_wait(struct dy_cond *c, struct dy_mutex *m)
{
	struct waiter self = {.s.g = g_self()};
	struct waitq q;

	self.ticket = w32_add_ar(&c->tickets, 1) - 1;
	dy_mutex_unlock(m);
	lock_acquire(&c->lock);
	if (notified(self.ticket, w32_load_own(&c->next))) {
		lock_release(&c->lock);
	} else {
		q = (struct waitq){c->head, c->tail};
		waitq_push(&q, &self.s);
		c->head = q.first;
		c->tail = q.last;
		park(park_unlock, &c->lock, WAIT_COND);
	}
	race_acquire(c);
	dy_mutex_lock(m);
}

// The waiter with this ticket, taken out of the queue; NULL: not there yet.
static struct sudog *take_locked(struct dy_cond *c, uint32_t ticket)
{
	struct waitq q = {c->head, c->tail};
	struct sudog *s = q.first;

	while (s && ((struct waiter *)s)->ticket != ticket)
		s = s->next;
	if (!s)
		return NULL;
	waitq_remove(&q, s);
	c->head = q.first;
	c->tail = q.last;
	return s;
}

void dy_cond_signal(struct dy_cond *c)
{
	struct sudog *s = NULL;
	uint32_t next;

	if (nobody(c))
		return;
	race_release_merge(c);
	lock_acquire(&c->lock);
	next = w32_load_own(&c->next);
	if (next != w32_load_acq(&c->tickets)) {
		w32_store_rel(&c->next, next + 1);
		s = take_locked(c, next);
	}
	lock_release(&c->lock);
	if (s)
		ready(s->g);
}

void dy_cond_broadcast(struct dy_cond *c)
{
	struct sudog *s;

	if (nobody(c))
		return;
	race_release_merge(c);
	lock_acquire(&c->lock);
	s = c->head;
	c->head = c->tail = NULL;
	w32_store_rel(&c->next, w32_load_acq(&c->tickets));
	lock_release(&c->lock);
	while (s) {
		struct sudog *next = s->next; // s is gone once its G runs

		ready(s->g);
		s = next;
	}
}
