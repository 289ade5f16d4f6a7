// rwmutex.c - a lock held by one writer or by any number of readers.
//
// readers is the number of readers that hold the lock or wait for it; while a
// writer holds or wants the lock, less by WRITER, and so below zero. A writer
// first excludes other writers by the mutex, then announces itself by taking
// WRITER away, and waits for the readers that were there before: leaving counts
// how many of them have yet to go, and the last one wakes it. Readers that come
// while readers is below zero wait until the writer has gone: writers are
// preferred, and a stream of readers cannot keep one out.
//
// For the race detector writers release to readers at read_sema, readers to
// writers at write_sema; the mutex orders the writers. Readers order each other
// in nothing.
//
// Source: sync.RWMutex.
#include <dyno/sync.h>

#include "base/fatal.h"
#include "lang/sema.h"
#include "port/race.h"
#include "sched/sched.h"

#define WRITER (INT32_C(1) << 30) // more readers than there can ever be

static int32_t add(struct dy_w32 *w, int32_t n)
{
	return (int32_t)w32_add_ar(w, (uint32_t)n);
}

void dy_rwmutex_rlock(struct dy_rwmutex *rw)
{
	preempt_poll();
	if (add(&rw->readers, 1) < 0)
		sema_acquire(&rw->read_sema, false, WAIT_RWMUTEX_READ);
	race_acquire(&rw->read_sema);
}

bool dy_rwmutex_try_rlock(struct dy_rwmutex *rw)
{
	uint32_t n = w32_load_acq(&rw->readers);

	while ((int32_t)n >= 0) {
		if (w32_cas_ar(&rw->readers, &n, n + 1)) {
			race_acquire(&rw->read_sema);
			return true;
		}
	}
	return false;
}

void dy_rwmutex_runlock(struct dy_rwmutex *rw)
{
	int32_t n;

	race_release_merge(&rw->write_sema);
	n = add(&rw->readers, -1);
	if (n >= 0)
		return;
	if (n == -1 || n == -WRITER - 1)
		fatal("sync: RUnlock of unlocked RWMutex");
	if (add(&rw->leaving, -1) == 0)
		sema_release(&rw->write_sema, false);
}

void dy_rwmutex_lock(struct dy_rwmutex *rw)
{
	int32_t before;

	dy_mutex_lock(&rw->writers);
	before = add(&rw->readers, -WRITER) + WRITER;
	if (before != 0 && add(&rw->leaving, before) != 0)
		sema_acquire(&rw->write_sema, false, WAIT_RWMUTEX_WRITE);
	race_acquire(&rw->write_sema);
}

bool dy_rwmutex_trylock(struct dy_rwmutex *rw)
{
	uint32_t none = 0;

	if (!dy_mutex_trylock(&rw->writers))
		return false;
	if (w32_cas_ar(&rw->readers, &none, (uint32_t)-WRITER)) {
		race_acquire(&rw->write_sema);
		return true;
	}
	dy_mutex_unlock(&rw->writers);
	return false;
}

void dy_rwmutex_unlock(struct dy_rwmutex *rw)
{
	int32_t waiting;

	race_release_merge(&rw->read_sema);
	waiting = add(&rw->readers, WRITER);
	if (waiting >= WRITER)
		fatal("sync: Unlock of unlocked RWMutex");
	while (waiting-- > 0)
		sema_release(&rw->read_sema, false);
	dy_mutex_unlock(&rw->writers);
}
