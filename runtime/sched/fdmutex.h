// fdmutex.h - who may use a descriptor: its calls are counted, those of one mode take
// turns, and a close waits for the last.
//
// Who leaves hands his turn to the first in the queue, who finds out himself whether
// there is anything left to do. That no call begins any more, once a close is under
// way, is its user's to see to, under the lock.
//
// Inline: each read and each write enters and leaves.
//
// Source: internal/poll/fd_mutex.go.
#ifndef SCHED_FDMUTEX_H
#define SCHED_FDMUTEX_H

#include "base/lock.h"
#include "sched/park.h"
#include "sched/polldesc.h"

struct fdmutex {
	struct dy_w32 lock; // protects the rest, and what its user says
	uint32_t calls;     // those that queue included
	bool busy[POLL_MODES];
	struct gqueue queue[POLL_MODES]; // for their turn
	struct g *closer;                // parked until calls is 0
};

// fdmutex_enter_locked counts a call and waits for its turn. Releases the lock.
// Blocks: G.
static inline void fdmutex_enter_locked(struct fdmutex *mu, int mode)
{
	mu->calls++;
	if (mu->busy[mode]) {
		gqueue_push(&mu->queue[mode], g_self());
		park(park_unlock, &mu->lock, WAIT_IO);
	} else {
		mu->busy[mode] = true;
		lock_release(&mu->lock);
	}
}

// fdmutex_leave ends a call. Takes the lock for a moment. Blocks: nothing.
static inline void fdmutex_leave(struct fdmutex *mu, int mode)
{
	struct g *next, *closer = NULL;

	lock_acquire(&mu->lock);
	next = gqueue_pop(&mu->queue[mode]);
	mu->busy[mode] = next != NULL;
	if (--mu->calls == 0) {
		closer = mu->closer;
		mu->closer = NULL;
	}
	lock_release(&mu->lock);
	if (next)
		ready(next);
	if (closer)
		ready(closer);
}

// fdmutex_drain_locked waits until there is no call any more. Releases the lock and
// returns without. Blocks: G.
static inline void fdmutex_drain_locked(struct fdmutex *mu)
{
	if (mu->calls == 0) {
		lock_release(&mu->lock);
		return;
	}
	mu->closer = g_self();
	park(park_unlock, &mu->lock, WAIT_IO);
}

#endif
