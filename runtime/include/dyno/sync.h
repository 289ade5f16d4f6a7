// sync.h - what goroutines wait for each other with.
//
// A zeroed struct is ready to use and needs no destruction; it must not be
// copied or moved after first use, and must outlive every call on it. A wait
// group may go as soon as dy_wg_wait has returned. Only for goroutines.
#ifndef DYNO_SYNC_H
#define DYNO_SYNC_H

#include <dyno/word.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sudog;

// A queue of parked goroutines with a count of permits: what the others here
// are made of. The waiters are first in, first out.
struct dy_sema {
	struct dy_w32 count; // permits; changed by compare-and-swap
	struct dy_w32 lock;  // protects the queue
	struct dy_w32 waiters;
	struct sudog *head, *tail;
};

// dy_sema_acquire takes a permit, waiting for one. Blocks: G.
void dy_sema_acquire(struct dy_sema *s);
// dy_sema_release adds a permit and wakes the longest waiter. Blocks: nothing.
void dy_sema_release(struct dy_sema *s);

// A mutual exclusion lock with Go's two modes: normal (a woken waiter competes
// with newcomers) and starvation (handed to a waiter older than 1 ms).
struct dy_mutex {
	struct dy_w32 state;
	struct dy_sema sema;
};

// dy_mutex_lock. Blocks: G, and the P for at most four short spins.
void dy_mutex_lock(struct dy_mutex *m);
bool dy_mutex_trylock(struct dy_mutex *m);
// dy_mutex_unlock of an unlocked mutex is fatal. Another goroutine than the
// one that locked may unlock.
void dy_mutex_unlock(struct dy_mutex *m);

// A counter that goroutines wait on to become zero.
struct dy_waitgroup {
	struct dy_w64 state; // counter in the high half, waiters in the low
	struct dy_w32 lock;  // protects the queue
	struct sudog *head, *tail;
};

// dy_wg_add adds n, which may be negative; a negative counter is fatal. A first
// add must happen before the wait that it is to hold up.
void dy_wg_add(struct dy_waitgroup *wg, int n);
void dy_wg_done(struct dy_waitgroup *wg);
// dy_wg_wait returns when the counter is zero. Blocks: G.
void dy_wg_wait(struct dy_waitgroup *wg);

#ifdef __cplusplus
}
#endif
#endif
