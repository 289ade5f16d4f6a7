// sudog.h - a goroutine's place in a queue of waiters, on its stack while it
// waits. Protected by the lock of the queue.
#ifndef LANG_SUDOG_H
#define LANG_SUDOG_H

#include <stdbool.h>
#include <stddef.h>

struct g;

struct sudog {
	struct g *g;
	struct sudog *next, *prev;
	void *elem; // where a channel's element comes from or goes to; or NULL
	bool success; // set by the waker: woken by an operation, not by a close
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

#endif
