// sync.h - what goroutines wait for each other with.
//
// A zeroed struct is ready to use and needs no destruction, unless it says
// otherwise; it must not be copied or moved after first use, and must outlive
// every call on it. A wait group may go as soon as dy_wg_wait has returned, a
// group as soon as dy_group_wait has. Only for goroutines. Misuse that Go
// answers with a panic is fatal, with Go's words.
#ifndef DYNO_SYNC_H
#define DYNO_SYNC_H

#include <dyno/dyno.h>
#include <dyno/word.h>
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct sudog;
struct dy_context;

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
// dy_sema_try takes a permit if there is one. Blocks: nothing.
bool dy_sema_try(struct dy_sema *s);
// dy_sema_release adds a permit and wakes the longest waiter. Blocks: nothing.
void dy_sema_release(struct dy_sema *s);

// A mutual exclusion lock with Go's two modes: normal (a woken waiter competes
// with newcomers) and starvation (handed to a waiter older than 1 ms).
struct dy_mutex {
	struct dy_w32 state;
	struct dy_sema sema;
};

// dy_mutex_lock returns with the lock. Blocks: G, and the P for at most four short
// spins. dy_mutex_trylock returns whether it has it, and does not wait.
void dy_mutex_lock(struct dy_mutex *m);
bool dy_mutex_trylock(struct dy_mutex *m);
// dy_mutex_unlock of an unlocked mutex is fatal. Another goroutine than the
// one that locked may unlock. Blocks: nothing.
void dy_mutex_unlock(struct dy_mutex *m);

// A lock for one writer or many readers. Writers are preferred: readers that
// come while one waits, wait for it. So a reader must not lock it again.
struct dy_rwmutex {
	struct dy_mutex writers;
	struct dy_sema read_sema, write_sema;
	struct dy_w32 readers; // less WRITER while a writer holds or wants it
	struct dy_w32 leaving; // readers that a writer waits for
};

// dy_rwmutex_rlock returns with the lock for a reader, _lock for the writer.
// Block: G. The try variants return whether they have it, and do not wait.
void dy_rwmutex_rlock(struct dy_rwmutex *rw);
bool dy_rwmutex_try_rlock(struct dy_rwmutex *rw);
void dy_rwmutex_lock(struct dy_rwmutex *rw);
bool dy_rwmutex_trylock(struct dy_rwmutex *rw);
// dy_rwmutex_runlock and _unlock of what is not locked so are fatal. Another
// goroutine than the one that locked may unlock. Block: nothing.
void dy_rwmutex_runlock(struct dy_rwmutex *rw);
void dy_rwmutex_unlock(struct dy_rwmutex *rw);

// Waiting for a condition that a mutex protects; first in, first out.
struct dy_cond {
	struct dy_w32 tickets; // drawn so far
	struct dy_w32 next;    // the first that was not notified
	struct dy_w32 lock;    // protects the queue and the writes of next
	struct sudog *head, *tail;
};

// dy_cond_wait unlocks m, waits to be notified and locks m again. There are no
// wakes without a notice, but the condition may have changed since: wait in a
// loop. Blocks: G.
void dy_cond_wait(struct dy_cond *c, struct dy_mutex *m);
// dy_cond_signal notifies the longest waiter, dy_cond_broadcast all there are.
// The caller may hold the mutex and need not. Block: nothing.
void dy_cond_signal(struct dy_cond *c);
void dy_cond_broadcast(struct dy_cond *c);

// Something that is done once.
struct dy_once {
	struct dy_w32 done;
	struct dy_mutex mutex;
};

// dy_once_do calls fn(arg) if nobody has, and returns when it has been done,
// whoever did it. fn must return: not call dy_exit, nor this once again.
// Blocks: G while another does it.
void dy_once_do(struct dy_once *o, dy_fn fn, void *arg);

// A counter that goroutines wait on to become zero.
struct dy_waitgroup {
	struct dy_w64 state; // counter in the high half, waiters in the low
	struct dy_w32 lock;  // protects the queue
	struct sudog *head, *tail;
};

// dy_wg_add adds n, which may be negative; a negative counter is fatal. A first
// add must happen before the wait that it is to hold up. dy_wg_done adds -1. Block:
// nothing.
void dy_wg_add(struct dy_waitgroup *wg, int n);
void dy_wg_done(struct dy_waitgroup *wg);
// dy_wg_go runs fn(arg) in a new goroutine that the group waits for. Fatal
// when there is no memory for it. Blocks: nothing.
void dy_wg_go(struct dy_waitgroup *wg, dy_fn fn, void *arg);
// dy_wg_wait returns when the counter is zero. Blocks: G.
void dy_wg_wait(struct dy_waitgroup *wg);

// A semaphore whose holders hold different amounts of it, first come, first
// served. Not usable zeroed.
struct dy_weighted {
	struct dy_w32 lock; // protects the rest
	int64_t size, free;
	struct dy_weighted_waiter *first, *last;
};

// dy_weighted_init makes a semaphore of size, all of it free. Blocks: nothing.
void dy_weighted_init(struct dy_weighted *s, int64_t size);
// dy_weighted_acquire takes n, waiting for it until ctx is done (NULL: for
// ever). Returns 0, or the context's error with nothing taken, or -EINVAL when
// n is negative or more than the size. Blocks: G.
int dy_weighted_acquire(struct dy_weighted *s, struct dy_context *ctx, int64_t n);
// dy_weighted_try takes n if it is free and nobody waits. Blocks: nothing.
bool dy_weighted_try(struct dy_weighted *s, int64_t n);
// dy_weighted_release gives n back; fatal if that is more than was taken.
// Blocks: nothing.
void dy_weighted_release(struct dy_weighted *s, int64_t n);

// Goroutines that work for a common end: the first failure stops them all.
// Usable zeroed: no context, no limit. It may go as soon as dy_group_wait has
// returned.
struct dy_group {
	struct dy_waitgroup wg;
	struct dy_w32 err; // the first; 0: none
	struct dy_context *ctx;
	bool limited;
	struct dy_sema slots;
};

// dy_group_open makes a group whose context, a child of parent, is cancelled with
// the first failure, and of which at most limit goroutines are active at a time
// (0: any number). parent NULL: no context. 0, or -ENOMEM. Blocks: nothing.
int dy_group_open(struct dy_group *g, struct dy_context *parent, int limit);
// dy_group_context returns the context for the group's goroutines, NULL if it
// has none. It is the group's and goes with dy_group_wait: retain it to keep it.
// Blocks: nothing.
struct dy_context *dy_group_context(const struct dy_group *g);
// dy_group_go runs fn(arg) in a new goroutine; what it returns, if not 0, is a
// failure, and the context's cause if it is the first. dy_group_try returns
// false instead of waiting. Fatal when there is no memory. Blocks: G, while
// limit goroutines are active.
void dy_group_go(struct dy_group *g, int (*fn)(void *arg), void *arg);
bool dy_group_try(struct dy_group *g, int (*fn)(void *arg), void *arg);
// dy_group_wait waits for all of them, cancels the context and gives it back.
// Returns the first failure, or 0. Blocks: G.
int dy_group_wait(struct dy_group *g);

// A store of things that are wanted again and again, kept near the P that gave
// them back. Set make, drop and arg, zero the rest.
struct dy_pool {
	void *(*make)(void *arg); // what an empty pool gives; NULL: NULL
	void (*drop)(void *item, void *arg); // takes what is not kept; NULL:
					     // nobody, it need not be freed
	void *arg;
	struct dy_wptr block[DY_PROCS_MAX / 64]; // of 64 Ps each
	struct dy_w32 used;                      // Ps that ever gave something
};

// dy_pool_get returns an item that was put, this P's own last one first, else
// another P's, else a made one. Blocks: nothing, but for what make does.
void *dy_pool_get(struct dy_pool *pool);
// dy_pool_put gives an item to the pool (NULL: nothing), or to drop when there
// is no memory to keep it. Blocks: nothing, but for what drop does.
void dy_pool_put(struct dy_pool *pool, void *item);
// dy_pool_trim drops what was not wanted since the trim before: call it as often
// as Go would collect, for there is no collector here. One item per P is always
// kept. dy_pool_clear drops everything and frees what the pool needed, while
// nobody uses it. Block as drop does.
void dy_pool_trim(struct dy_pool *pool);
void dy_pool_clear(struct dy_pool *pool);

#ifdef __cplusplus
}
#endif
#endif
