// deadlock.c - "all goroutines are asleep".
//
// Looked at under sched.lock when an M parks: no M is awake, sysmon apart, none
// sits in the poller or in a system call, since those count as awake, sysmon has
// nothing in its hands, and no timer is armed. Then nothing can ever make a goroutine
// runnable again.
//
// What sysmon takes it takes from elsewhere, and says so before: so its hands are
// looked at last. It cannot lay anything down meanwhile without sched.lock.
//
// Source: runtime/proc.go checkdead; the messages are Go's.
#include "base/fatal.h"
#include "sched/dump.h"
#include "sched/netpoll.h"
#include "sched/sched.h"

static void note_living(struct g *gp, void *anybody)
{
	uint32_t status = w32_load_acq(&gp->status);

	if (status != G_IDLE && status != G_DEAD)
		*(bool *)anybody = true;
}

static _Noreturn void report(void)
{
	bool anybody = false;

	g_each(note_living, &anybody);
	if (!anybody) // main has ended too, by dy_exit
		fatal("no goroutines (main called runtime.Goexit) - deadlock!");
	say("fatal error: all goroutines are asleep - deadlock!\n");
	dump_all();
	port_exit(FATAL_STATUS);
}

// It is there and waits for a thread, or the poller will bring it.
static bool work_is_left(void)
{
	return globq_any_locked() || w32_load_rlx(&sched.want_m) != 0 ||
	       netpoll_waited();
}

void check_dead_locked(void)
{
	int64_t asleep = (int64_t)sched.nmidle + sched.nmidlelocked;
	bool left;

	if (sched_stopping() || (int64_t)sched.m_count > asleep ||
	    sched.nforeign || timers_armed())
		return;
	left = work_is_left();
	if (w32_load_acq(&sched.in_hand) != 0)
		return;
	if (sched.stackless.head)
		fatal("out of memory: no stack for %u goroutines, and nothing else can run",
		      sched.stackless.len);
	if (!left)
		report();
}
