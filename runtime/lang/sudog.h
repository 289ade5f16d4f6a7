// sudog.h - a goroutine's place in a queue of waiters, on its stack while it
// waits. Protected by the lock of the queue.
#ifndef LANG_SUDOG_H
#define LANG_SUDOG_H

#include <stdbool.h>
#include <stddef.h>

#include "port/atomic.h"

struct g;

struct sudog {
	struct g *g;
	struct sudog *next, *prev;
	void *elem; // where a channel's element comes from or goes to; or NULL
	bool success; // set by the waker: woken by an operation, not by a close

	// Of a select: its word for the case that has won (NULL: none yet), and
	// whether this one is in its queue still. winner NULL: not of a select.
	struct dy_wptr *winner; // struct sudog
	bool queued;
};

struct waitq {
	struct sudog *first, *last;
};

static inline void waitq_push(struct waitq *q, struct sudog *s)
{
	s->next = NULL;
	s->prev = q->last;
	if (q->last)
		q->last->next = s;
	else
		q->first = s;
	q->last = s;
}

static inline void waitq_push_front(struct waitq *q, struct sudog *s)
{
	s->prev = NULL;
	s->next = q->first;
	if (q->first)
		q->first->prev = s;
	else
		q->last = s;
	q->first = s;
}

static inline struct sudog *waitq_pop(struct waitq *q)
{
	struct sudog *s = q->first;

	if (!s)
		return NULL;
	q->first = s->next;
	if (q->first)
		q->first->prev = NULL;
	else
		q->last = NULL;
	return s;
}

// waitq_remove takes s out, wherever it stands in the queue.
static inline void waitq_remove(struct waitq *q, struct sudog *s)
{
	*(s->prev ? &s->prev->next : &q->first) = s->next;
	*(s->next ? &s->next->prev : &q->last) = s->prev;
}

// sudog_claim lets s, just popped, win its select; false: another case has, or
// will be found to have. Under the lock of the queue, which the select takes
// again before it goes on: until the lock is released, s is there.
static inline bool sudog_claim(struct sudog *s)
{
	void *none = NULL;

	s->queued = false;
	return wptr_cas_ar(s->winner, &none, s);
}

// waitq_take pops the first waiter that still waits: the losers among the cases
// of a select, which it has not taken out itself yet, are dropped.
static inline struct sudog *waitq_take(struct waitq *q)
{
	struct sudog *s;

	do
		s = waitq_pop(q);
	while (s && s->winner && !sudog_claim(s));
	return s;
}

#endif
