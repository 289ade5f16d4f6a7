// clock.c - the thread that fires timers.
//
// It has the only P, for the heap of timers that comes with one: timer.c is the
// scheduler's own. It is started by the first timer, sleeps until the earliest is
// due, and is woken when an earlier one comes.
//
// Who sleeps needs no timer, and who waits for a socket until a deadline none
// either: both are a thread that the kernel wakes in time.
#include <stdlib.h>

#include "base/fatal.h"
#include "port/linux/task.h"
#include "port/port.h"
#include "sched/netpoll.h"
#include "sched/sched.h"
#include "threads/threads.h"

static struct {
	struct dy_w32 lock;    // for who starts it
	struct dy_w32 running; // read without
	struct dy_w32 stop;
	struct dy_w32 firing; // or about to look
	struct m m;
	struct p p;
} timekeeper;

// What a wake tells of is looked at after the note is cleared: the stop, and the
// earliest timer.
static void tick(struct m *mp)
{
	struct p *pp = m_p(mp);

	w32_store_rel(&timekeeper.running, 1);
	port_futex_wake(&timekeeper.running, 1);
	for (;;) {
		uint64_t next;

		w32_store_rel(&timekeeper.firing, 1);
		note_clear(&mp->park);
		fence_full(); // pairs with those who add timers, and with clock_close
		if (w32_load_acq(&timekeeper.stop) != 0)
			return;
		next = timers_run(mp, pp);
		w32_store_rel(&timekeeper.firing, 0);
		note_sleep(&mp->park, next ? next : PORT_FOREVER);
	}
}

static void ended(struct m *mp)
{
	lock_acquire(&sched.lock);
	stats_add_locked(mp);
	lock_release(&sched.lock);
}

static void start_locked(void)
{
	struct m *mp = &timekeeper.m;
	int err;

	wptr_store_own(&mp->p, &timekeeper.p);
	w32_store_rel(&timekeeper.stop, 0);
	err = port_task_start(&mp->thread, mp, 256 * 1024, tick, ended);
	if (err)
		fatal("the kernel refuses the thread that timers need: raise ulimit -u "
		      "or the control group's pids.max");
	// It is itself that writes its handle, which clock_close wants.
	while (w32_load_acq(&timekeeper.running) == 0)
		port_futex_wait(&timekeeper.running, 0, PORT_FOREVER);
}

struct p *timer_home(void)
{
	if (w32_load_acq(&timekeeper.running) == 0) {
		lock_acquire(&timekeeper.lock);
		if (w32_load_own(&timekeeper.running) == 0)
			start_locked();
		lock_release(&timekeeper.lock);
	}
	return &timekeeper.p;
}

bool clock_ticks(void)
{
	return w32_load_acq(&timekeeper.running) != 0 &&
	       (w64_load_acq(&timekeeper.p.timers.next_when) != 0 ||
	        w32_load_acq(&timekeeper.firing) != 0);
}

void netpoll_break(uint64_t when)
{
	(void)when;
	note_wake(&timekeeper.m.park);
}

void clock_close(void)
{
	if (w32_load_acq(&timekeeper.running) == 0)
		return;
	w32_store_rel(&timekeeper.stop, 1);
	note_wake(&timekeeper.m.park);
	port_task_join(&timekeeper.m.thread);
	timers_free(&timekeeper.p);
	timekeeper = (typeof(timekeeper)){0};
}
