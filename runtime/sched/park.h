// park.h - how a goroutine waits: the one primitive that channels, locks,
// timers and the poller are made of.
#ifndef SCHED_PARK_H
#define SCHED_PARK_H

#include "sched/g.h"

// park takes the calling goroutine off the CPU until ready(gp). commit runs
// after the goroutine has left its stack, on the same M: it releases the lock
// under which the goroutine was queued, or publishes it; from then on it may
// be made ready by anybody. When commit returns false the goroutine goes on
// at once. commit NULL: nothing to do. Blocks: G.
void park(bool (*commit)(struct g *gp, void *arg), void *arg,
          enum wait_reason why);
// park_unlock is a commit that releases a lock, whose word is its arg.
bool park_unlock(struct g *gp, void *lock);

// ready makes a parked goroutine runnable, next on the caller's P (Go's rule).
// The caller is its only waker. Blocks: nothing.
void ready(struct g *gp);

// yield puts the caller at the tail of the global queue; yield_local at the
// tail of its own P's. Blocks: G.
void yield(void);
void yield_local(void);

// g_self is the calling goroutine.
struct g *g_self(void);

#endif
