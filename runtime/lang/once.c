// once.c - doing something exactly once.
//
// Who comes while it is being done waits for its end: that is what the mutex is
// for. Done is published only after, so that who sees it sees what was done.
//
// Source: sync.Once. Differs: C has no panics, and a function that ends its
// goroutine instead of returning leaves the others waiting.
#include <dyno/sync.h>

#include "base/lock.h"
#include "port/race.h"
#include "sched/sched.h"

static bool is_done(const struct dy_once *o)
{
	return w32_load_acq(&o->done) != 0;
}

void dy_once_do(struct dy_once *o, dy_fn fn, void *arg)
{
	RACE_FRAME;

	if (is_done(o)) {
		race_acquire(o);
		return;
	}
	dy_mutex_lock(&o->mutex);
	if (!is_done(o)) {
		fn(arg);
		race_release_merge(o);
		w32_store_rel(&o->done, 1);
	}
	dy_mutex_unlock(&o->mutex);
}
