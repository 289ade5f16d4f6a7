// foreign.c - threads that are no goroutines, but spawn them and wake them.
//
// Such a thread borrows an M to count in. What it spawns has its CPUs, and puts
// itself on those of the runtime.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "port/linux/task.h"
#include "sched/sched.h"
#include "threads/threads.h"

static struct dy_w32 entered;

int dy_thread_enter(void)
{
	struct m *mp;
	int err;

	if (port_m())
		return -EALREADY;
	mp = aligned_alloc(CACHE_LINE, sizeof *mp);
	if (!mp)
		return -ENOMEM;
	memset(mp, 0, sizeof *mp);
	mp->foreign = true;
	err = port_thread_adopt(&mp->thread, mp);
	if (err) {
		free(mp);
		return err;
	}
	port_kicks_hold();
	w32_add_ar(&entered, 1);
	return 0;
}

void dy_thread_leave(void)
{
	struct m *mp = port_m();

	if (!mp || !mp->foreign)
		return;
	port_kicks_release();
	port_thread_release(&mp->thread);
	lock_acquire(&sched.lock);
	stats_add_locked(mp);
	lock_release(&sched.lock);
	free(mp);
	w32_add_ar(&entered, (uint32_t)-1);
	port_futex_wake(&entered, 1);
}

bool foreign_entered(void)
{
	return w32_load_acq(&entered) != 0;
}

void foreign_await(void)
{
	uint32_t n;

	while ((n = w32_load_acq(&entered)) != 0)
		port_futex_wait(&entered, n, PORT_FOREVER);
}
