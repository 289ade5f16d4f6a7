// mutex.c - mutual exclusion with two modes.
//
// state:  bit 0 LOCKED, bit 1 WOKEN (a waiter is awake or spinning and competes:
//         wake no other), bit 2 STARVING, then the number of waiters.
//
// Normal mode: a woken waiter competes with newcomers, who have the CPU already
// and mostly win; a loser queues at the front. A waiter that has waited for
// more than 1 ms switches to starvation mode: the mutex is handed to the first
// waiter, newcomers queue at the end and do not spin. The mode ends when the
// last waiter gets it, or one that waited less than 1 ms.
//
// Source: sync.Mutex (internal/sync/mutex.go), rule by rule.
#include <dyno/sync.h>

#include "base/fatal.h"
#include "lang/sema.h"
#include "port/race.h"
#include "sched/sched.h"

enum { LOCKED = 1, WOKEN = 2, STARVING = 4, WAITER = 8 };
enum { SPINS = 4, PAUSES = 30 };

#define STARVING_AFTER UINT64_C(1000000)

// Spinning pays only if the holder can run meanwhile: on another P that is
// busy, and nobody waits for this one.
static bool can_spin(int spins)
{
	struct p *pp = m_p(port_m());
	uint32_t others = w32_load_rlx(&sched.npidle) +
	                  w32_load_rlx(&sched.nmspinning) + 1;

	return spins < SPINS && sched_procs() > 1 &&
	       w32_load_rlx(&sched.nprocs) > others && runq_empty(pp);
}

static void spin(void)
{
	for (int i = 0; i < PAUSES; i++)
		port_relax();
}

// What an arrival makes of the state: locked, or one more waiter.
static uint32_t arrival(uint32_t old, bool starving, bool awake)
{
	uint32_t new = old;

	if (!(old & STARVING))
		new |= LOCKED;
	if (old & (LOCKED | STARVING))
		new += WAITER;
	if (starving && old & LOCKED)
		new |= STARVING;
	if (awake)
		new &= ~(uint32_t)WOKEN;
	return new;
}

// The mutex was handed to us: count us out, and end the mode if it is time.
static void take_over(struct dy_mutex *m, bool starving)
{
	uint32_t state = w32_load_acq(&m->state);
	uint32_t delta = (uint32_t)LOCKED - WAITER;

	if (!starving || state / WAITER == 1)
		delta -= STARVING;
	w32_add_ar(&m->state, delta);
}

static bool try_to_wake(struct dy_mutex *m, uint32_t old)
{
	return !(old & WOKEN) && old / WAITER != 0 &&
	       w32_cas_ar(&m->state, &old, old | WOKEN);
}

static void lock_slow_path(struct dy_mutex *m)
{
	bool starving = false, awake = false;
	uint64_t since = 0;
	uint32_t old = w32_load_acq(&m->state);

	for (int spins = 0;;) {
		if ((old & (LOCKED | STARVING)) == LOCKED && can_spin(spins)) {
			if (!awake && try_to_wake(m, old))
				awake = true;
			spin();
			spins++;
			old = w32_load_acq(&m->state);
			continue;
		}
		if (!w32_cas_ar(&m->state, &old, arrival(old, starving, awake)))
			continue;
		if (!(old & (LOCKED | STARVING)))
			return;
		bool again = since != 0;

		if (!again)
			since = port_now();
		sema_acquire(&m->sema, again, WAIT_MUTEX);
		starving = starving || port_now() - since > STARVING_AFTER;
		if (w32_load_acq(&m->state) & STARVING) {
			take_over(m, starving);
			return;
		}
		awake = true;
		spins = 0;
		old = w32_load_acq(&m->state);
	}
}

void dy_mutex_lock(struct dy_mutex *m)
{
	uint32_t free = 0;

	preempt_poll();
	if (!w32_cas_ar(&m->state, &free, LOCKED))
		lock_slow_path(m);
	race_acquire(m);
}

bool dy_mutex_trylock(struct dy_mutex *m)
{
	uint32_t old = w32_load_acq(&m->state);

	if (old & (LOCKED | STARVING) ||
	    !w32_cas_ar(&m->state, &old, old | LOCKED))
		return false;
	race_acquire(m);
	return true;
}

static void unlock_slow_path(struct dy_mutex *m, uint32_t state)
{
	if (state & STARVING) {
		sema_release(&m->sema, true);
		return;
	}
	while (state / WAITER != 0 && !(state & (LOCKED | WOKEN | STARVING))) {
		if (w32_cas_ar(&m->state, &state, (state - WAITER) | WOKEN)) {
			sema_release(&m->sema, false);
			return;
		}
	}
}

void dy_mutex_unlock(struct dy_mutex *m)
{
	uint32_t state;

	race_release_merge(m);
	state = w32_add_ar(&m->state, (uint32_t)-LOCKED);
	if ((state + LOCKED) % 2 == 0)
		fatal("sync: unlock of unlocked mutex");
	if (state != 0)
		unlock_slow_path(m, state);
}
