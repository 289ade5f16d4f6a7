// foreign.c - threads that are no Ms, but spawn goroutines and wake them.
//
// Such a thread borrows an M without a P: a place to count in, and an answer to
// port_m(). What it makes runnable goes to the global queue. While any is
// entered, a deadlock cannot be told from waiting for it, so none is reported.
//
// Source of the idea: Go's extra Ms for calls from C (needm, dropm).
#include <errno.h>

#include "port/race.h"
#include "sched/sched.h"

int dy_thread_enter(void)
{
	struct m *mp;
	int err;

	if (port_m())
		return -EALREADY;
	err = m_borrow(&mp);
	if (err)
		return err;
	lock_acquire(&sched.lock);
	sched.nforeign++;
	lock_release(&sched.lock);
	return 0;
}

void dy_thread_leave(void)
{
	struct m *mp = port_m();

	if (!mp || !mp->foreign)
		return;
	race_release_merge(&sched);
	lock_acquire(&sched.lock);
	sched.nforeign--;
	check_dead_locked();
	lock_release(&sched.lock);
	m_return(mp);
}
