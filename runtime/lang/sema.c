// sema.c - semaphores: a count of permits and a queue of goroutines.
//
// Taking a free permit is one compare-and-swap. A waiter counts itself in
// waiters before it looks at the permits once more, a releaser adds its permit
// before it looks at waiters: one of them sees the other. What is decided under
// the lock: who is queued, and whether a permit is his.
//
// A woken waiter has no permit yet, unless it was handed one: it competes with
// newcomers, which is faster than to keep the permit idle until it runs.
//
// Source: runtime/sema.go. Differs: the queue is in the semaphore, not in a
// table keyed by address, so that no order depends on addresses.
#include "lang/sema.h"

#include "base/lock.h"
#include "lang/sudog.h"
#include "port/race.h"
#include "sched/park.h"
#include "sched/sched.h"

static bool take(struct dy_sema *s)
{
	uint32_t n = w32_load_acq(&s->count);

	while (n > 0) {
		if (w32_cas_ar(&s->count, &n, n - 1))
			return true;
	}
	return false;
}

static struct waitq queue_of(const struct dy_sema *s)
{
	return (struct waitq){s->head, s->tail};
}

static void set_queue(struct dy_sema *s, struct waitq q)
{
	s->head = q.first;
	s->tail = q.last;
}

// Returns whether a permit was handed over with the wake.
static bool wait(struct dy_sema *s, bool lifo, enum wait_reason why)
{
	struct sudog self = {.g = g_self()};
	struct waitq q;

	lock_acquire(&s->lock);
	w32_add_ar(&s->waiters, 1);
	fence_full(); // pairs with sema_release
	if (take(s)) {
		w32_add_ar(&s->waiters, (uint32_t)-1);
		lock_release(&s->lock);
		return true;
	}
	q = queue_of(s);
	if (lifo)
		waitq_push_front(&q, &self);
	else
		waitq_push(&q, &self);
	set_queue(s, q);
	park(park_unlock, &s->lock, why);
	return self.success;
}

bool sema_acquire(struct dy_sema *s, bool lifo, enum wait_reason why)
{
	if (take(s))
		return false;
	while (!wait(s, lifo, why) && !take(s))
		;
	return true;
}

static struct sudog *pop_waiter(struct dy_sema *s, bool handoff)
{
	struct sudog *first;
	struct waitq q;

	lock_acquire(&s->lock);
	q = queue_of(s);
	first = waitq_pop(&q);
	set_queue(s, q);
	if (first) {
		w32_add_ar(&s->waiters, (uint32_t)-1);
		first->success = handoff && take(s);
	}
	lock_release(&s->lock);
	return first;
}

void sema_release(struct dy_sema *s, bool handoff)
{
	struct sudog *first;

	w32_add_ar(&s->count, 1);
	fence_full(); // pairs with wait
	if (w32_load_acq(&s->waiters) == 0)
		return;
	first = pop_waiter(s, handoff);
	if (!first)
		return;
	// The waiter's sudog is on its stack: read before it runs.
	handoff = first->success;
	ready(first->g);
	if (handoff)
		yield_local();
}

void dy_sema_acquire(struct dy_sema *s)
{
	preempt_poll();
	sema_acquire(s, false, WAIT_SEMACQUIRE);
	race_acquire(s);
}

bool dy_sema_try(struct dy_sema *s)
{
	if (!take(s))
		return false;
	race_acquire(s);
	return true;
}

void dy_sema_release(struct dy_sema *s)
{
	race_release_merge(s);
	sema_release(s, false);
	preempt_poll();
}
