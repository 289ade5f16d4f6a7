// sema.h - what the lang/ files need of a semaphore beyond its public face.
#ifndef LANG_SEMA_H
#define LANG_SEMA_H

#include <dyno/sync.h>

#include "sched/g.h"

// sema_acquire takes a permit. lifo: wait at the front, not at the end. Returns
// whether it had to wait. Blocks: G.
bool sema_acquire(struct dy_sema *s, bool lifo, enum wait_reason why);
// sema_release adds a permit and wakes the first waiter, if any. handoff: the
// permit is the waiter's, and the caller yields to it at once.
void sema_release(struct dy_sema *s, bool handoff);

#endif
