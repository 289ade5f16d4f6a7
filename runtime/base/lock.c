// lock.c - the slow halves of the runtime's lock and of its note.
//
// A waiter spins for about a microsecond before it sleeps: the sections that
// these locks guard are tens of nanoseconds, a sleep and a wake are tens of
// microseconds. A sleeper takes the lock as contended, since it cannot know
// whether it was the only one.
#include "base/lock.h"

enum { SPINS = 4, PAUSES_PER_SPIN = 10 };

static bool spin(struct dy_w32 *l)
{
	for (int i = 0; i < SPINS; i++) {
		if (lock_try(l))
			return true;
		for (int j = 0; j < PAUSES_PER_SPIN; j++)
			port_relax();
	}
	return false;
}

void lock_slow(struct dy_w32 *l)
{
	if (spin(l))
		return;
	while (w32_swap_ar(l, LOCK_CONTENDED) != LOCK_FREE)
		port_futex_wait(l, LOCK_CONTENDED, PORT_FOREVER);
}

bool note_sleep(struct note *n, uint64_t deadline)
{
	while (w32_load_acq(&n->set) == 0) {
		if (!port_futex_wait(&n->set, 0, deadline))
			return w32_load_acq(&n->set) != 0;
	}
	return true;
}
