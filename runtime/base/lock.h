// lock.h - the runtime's own lock, and the note that one thread waits on.
//
// Both block the M. A goroutine waits by park (sched/park.h) instead; the two
// meet where a park releases a lock after its goroutine has left its stack.
//
// Lock order, outermost first. Never take one to the left while holding one to
// the right; two of a kind only where said:
//
//	context < timer, weighted semaphore < channel (several: by id)
//		< sema, condition, wait group, pool, calls < ring < poll descriptor
//		< heap of timers (two: the higher P first) < sched
//		< stacks, a list of the global queue, a P's own queue
#ifndef BASE_LOCK_H
#define BASE_LOCK_H

#include "port/port.h"

// 0 free, 1 taken, 2 taken and somebody may sleep. Pairs: the swap or
// compare-and-swap that takes it acquires what lock_release released.
enum { LOCK_FREE, LOCK_TAKEN, LOCK_CONTENDED };

void lock_slow(struct dy_w32 *l);

static inline void lock_acquire(struct dy_w32 *l)
{
	uint32_t free = LOCK_FREE;

	if (!w32_cas_ar(l, &free, LOCK_TAKEN))
		lock_slow(l);
}

static inline bool lock_try(struct dy_w32 *l)
{
	uint32_t free = LOCK_FREE;

	return w32_load_rlx(l) == LOCK_FREE && w32_cas_ar(l, &free, LOCK_TAKEN);
}

static inline void lock_release(struct dy_w32 *l)
{
	if (w32_swap_ar(l, LOCK_FREE) == LOCK_CONTENDED)
		port_futex_wake(l, 1);
}

// A note is a one-shot event: cleared, then waited for by one thread and woken
// by another, in either order.
struct note {
	struct dy_w32 set;
};

static inline void note_clear(struct note *n)
{
	w32_store_rel(&n->set, 0);
}

static inline void note_wake(struct note *n)
{
	if (w32_swap_ar(&n->set, 1) == 0)
		port_futex_wake(&n->set, 1);
}

// note_sleep returns true when the note is set, false at the deadline.
bool note_sleep(struct note *n, uint64_t deadline);

#endif
