// weighted.c - a semaphore whose holders hold different amounts.
//
// Invariant, under the lock: while anybody waits, the first of them wants more
// than is free. Waiters are served in the order of their coming: one that wants
// much is not overtaken by many that want little. Who releases hands the amount
// over to the waiter before it wakes it, and touches nothing afterwards: a
// semaphore may go as soon as whoever acquired last knows that nobody else
// uses it.
//
// A waiter may give up, when its context is done. It waits on a channel of its
// own, on its stack, which is closed when the amount is its.
//
// Source: golang.org/x/sync/semaphore. Differs: who wants more than there is
// gets an error at once, where Go waits for the end of the context.
#include <dyno/context.h>
#include <dyno/sync.h>
#include <errno.h>

#include "base/fatal.h"
#include "base/lock.h"
#include "lang/chan.h"
#include "port/race.h"
#include "sched/sched.h"

struct dy_weighted_waiter {
	struct dy_weighted_waiter *next, *prev;
	int64_t n;
	bool granted;         // and out of the queue
	struct dy_chan ready; // closed then
};

void dy_weighted_init(struct dy_weighted *s, int64_t size)
{
	*s = (struct dy_weighted){.free = size};
	s->size = size;
}

static void push_locked(struct dy_weighted *s, struct dy_weighted_waiter *w)
{
	w->next = NULL;
	w->prev = s->last;
	*(s->last ? &s->last->next : &s->first) = w;
	s->last = w;
}

static void remove_locked(struct dy_weighted *s, struct dy_weighted_waiter *w)
{
	*(w->prev ? &w->prev->next : &s->first) = w->next;
	*(w->next ? &w->next->prev : &s->last) = w->prev;
}

// Serves the first waiters, as far as there is enough. A waiter is there until
// the lock is released, since it takes the lock before it goes.
static void serve_locked(struct dy_weighted *s)
{
	struct dy_weighted_waiter *w;

	while ((w = s->first) && w->n <= s->free) {
		s->free -= w->n;
		remove_locked(s, w);
		w->granted = true;
		chan_close(&w->ready);
	}
}

static bool take_locked(struct dy_weighted *s, int64_t n)
{
	if (s->first || s->free < n)
		return false;
	s->free -= n;
	return true;
}

bool dy_weighted_try(struct dy_weighted *s, int64_t n)
{
	bool taken;

	lock_acquire(&s->lock);
	taken = n >= 0 && take_locked(s, n);
	lock_release(&s->lock);
	if (taken)
		race_acquire(s);
	return taken;
}

// Waits until the amount is handed over or the context is done. If both, the
// amount goes back.
static int wait(struct dy_weighted *s, struct dy_weighted_waiter *self,
                struct dy_context *ctx)
{
	struct dy_case k[] = {
		dy_recv_case(&self->ready, NULL),
		dy_recv_case(ctx ? dy_context_done(ctx) : NULL, NULL),
	};
	int err;

	dy_select(k, 2);
	err = ctx ? dy_context_err(ctx) : 0;
	lock_acquire(&s->lock);
	if (!self->granted)
		remove_locked(s, self);
	else if (err)
		s->free += self->n;
	serve_locked(s); // who stood behind may want less
	lock_release(&s->lock);
	if (!err)
		race_acquire(s);
	return err;
}

int dy_weighted_acquire(struct dy_weighted *s, struct dy_context *ctx, int64_t n)
{
	struct dy_weighted_waiter self = {.n = n};
	int err = ctx ? dy_context_err(ctx) : 0;

	preempt_poll();
	if (err)
		return err;
	if (n < 0 || n > s->size)
		return -EINVAL;
	lock_acquire(&s->lock);
	if (take_locked(s, n)) {
		lock_release(&s->lock);
		race_acquire(s);
		return 0;
	}
	chan_init(&self.ready, 0, 0);
	push_locked(s, &self);
	lock_release(&s->lock);
	return wait(s, &self, ctx);
}

void dy_weighted_release(struct dy_weighted *s, int64_t n)
{
	race_release_merge(s);
	lock_acquire(&s->lock);
	s->free += n;
	if (n < 0 || s->free > s->size)
		fatal("dy_weighted_release: more was released than was held");
	serve_locked(s);
	lock_release(&s->lock);
	preempt_poll();
}
