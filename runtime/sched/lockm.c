// lockm.c - goroutines tied to a thread (Go's LockOSThread).
//
// Invariants: mp->locked_g == gp and gp->locked_m == mp, or neither; gp->locked
// is the depth of the calls, not 0 exactly then. The M runs nothing but its
// goroutine: when that stops, the M gives its P away and sleeps. Whoever finds
// the goroutine runnable hands his P to that M and goes to sleep himself: two
// futex switches a block, as in Go.
//
// A goroutine that ends locked takes its thread with it, whose state it may have
// changed. M 0 is the caller's thread and stays.
//
// Source: runtime/proc.go stoplockedm, startlockedm, dolockOSThread.
#include "base/fatal.h"
#include "sched/park.h"
#include "sched/sched.h"

void dy_lock_os_thread(void)
{
	struct g *gp = g_self();
	struct m *mp = port_m();

	if (gp->locked == UINT16_MAX)
		fatal("dy_lock_os_thread: nested %d times", UINT16_MAX);
	gp->locked++;
	gp->locked_m = mp;
	mp->locked_g = gp;
}

void dy_unlock_os_thread(void)
{
	struct g *gp = g_self();

	if (gp->locked == 0)
		fatal("dy_unlock_os_thread: not locked");
	if (--gp->locked == 0)
		lockm_part(port_m(), gp);
}

void lockm_part(struct m *mp, struct g *gp)
{
	gp->locked = 0;
	gp->locked_m = NULL;
	mp->locked_g = NULL;
}

struct g *lockm_wait(struct m *mp)
{
	if (m_p(mp))
		handoff_p(release_p(mp));
	lock_acquire(&sched.lock);
	sched.nmidlelocked++;
	check_dead_locked();
	lock_release(&sched.lock);
	if (!sched_stopping())
		note_sleep(&mp->park, PORT_FOREVER);
	note_clear(&mp->park);
	if (sched_stopping())
		return NULL; // woken by the end, as in stop_m
	acquire_p(mp, mp->next_p);
	mp->next_p = NULL;
	return mp->locked_g;
}

void lockm_hand_over(struct m *mp, struct g *gp)
{
	struct m *to = gp->locked_m;

	lock_acquire(&sched.lock);
	sched.nmidlelocked--;
	lock_release(&sched.lock);
	to->next_p = release_p(mp);
	note_wake(&to->park);
}
