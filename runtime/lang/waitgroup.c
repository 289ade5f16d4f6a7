// waitgroup.c - a counter that goroutines wait on to become zero.
//
// Invariant: the state is counter << 32 | waiters. The counter is changed by
// atomic additions; waiters only under the lock, together with the queue. Who
// brings the counter to 0 while there are waiters takes the lock, and with it
// waits for the last of them to be queued, empties queue and state, and wakes.
//
// A wait group mostly lives on the stack of the goroutine that waits. Nothing of
// it is touched after its last waiter can run: the waiters are woken after the
// lock is released, and a wait that finds the counter at 0 needs nobody.
//
// A first add that nothing orders against the wait is a race: the detector sees
// it as a read and a write of the lock's word.
//
// Source of the rules: sync.WaitGroup. Differs: Go waits on a semaphore, whose
// waker may still look at it when the waiter is gone.
#include <dyno/sync.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "base/lock.h"
#include "lang/sudog.h"
#include "port/race.h"
#include "sched/park.h"
#include "sched/sched.h"

static int32_t counter(uint64_t state)
{
	return (int32_t)(state >> 32);
}

static uint32_t waiters(uint64_t state)
{
	return (uint32_t)state;
}

static void wake_all(struct dy_waitgroup *wg)
{
	struct sudog *s;

	lock_acquire(&wg->lock);
	s = wg->head;
	wg->head = wg->tail = NULL;
	w64_store_rel(&wg->state, 0);
	lock_release(&wg->lock);
	while (s) {
		struct sudog *next = s->next; // s is gone once its G runs

		race_acquire_g(s->g->ctx.fiber, wg);
		ready(s->g);
		s = next;
	}
}

void dy_wg_add(struct dy_waitgroup *wg, int n)
{
	RACE_FRAME;
	uint64_t state;

	if (n < 0)
		race_release_merge(wg);
	state = w64_add_ar(&wg->state, (uint64_t)(int64_t)n << 32);
	if (counter(state) < 0)
		fatal("sync: negative WaitGroup counter");
	if (n > 0 && counter(state) == n)
		race_read(&wg->lock, sizeof wg->lock);
	if (counter(state) == 0 && waiters(state) != 0)
		wake_all(wg);
}

void dy_wg_done(struct dy_waitgroup *wg)
{
	dy_wg_add(wg, -1);
	preempt_poll();
}

// False: the counter is 0, there is nothing to wait for.
static bool enlist_locked(struct dy_waitgroup *wg, struct sudog *self)
{
	uint64_t state = w64_load_acq(&wg->state);
	struct waitq q = {wg->head, wg->tail};

	while (counter(state) != 0) {
		if (!w64_cas_ar(&wg->state, &state, state + 1))
			continue;
		if (waiters(state) == 0)
			race_write(&wg->lock, sizeof wg->lock);
		waitq_push(&q, self);
		wg->head = q.first;
		wg->tail = q.last;
		return true;
	}
	return false;
}

void dy_wg_wait(struct dy_waitgroup *wg)
{
	RACE_FRAME;
	struct sudog self = {.g = g_self()};

	preempt_poll();
	if (counter(w64_load_acq(&wg->state)) == 0) {
		race_acquire(wg);
		return;
	}
	lock_acquire(&wg->lock);
	if (enlist_locked(wg, &self)) {
		park(park_unlock, &wg->lock, WAIT_WAITGROUP);
		return;
	}
	lock_release(&wg->lock);
	race_acquire(wg);
}

// What a goroutine of the group is started with.
struct task {
	struct dy_waitgroup *wg;
	dy_fn fn;
	void *arg;
};

static void run_task(void *arg)
{
	struct task t = *(struct task *)arg;

	free(arg);
	t.fn(t.arg);
	dy_wg_done(t.wg);
}

void dy_wg_go(struct dy_waitgroup *wg, dy_fn fn, void *arg)
{
	RACE_FRAME;
	struct task *t = malloc(sizeof *t);

	if (!t)
		fatal("out of memory: dy_wg_go cannot start a goroutine");
	*t = (struct task){wg, fn, arg};
	dy_wg_add(wg, 1);
	dy_go(run_task, t);
}
