// deadlock.c - "all goroutines are asleep".
//
// Looked at under sched.lock when an M parks: no M is awake, sysmon apart, none
// sits in the poller or in a system call, since those count as awake, and no
// timer is armed. Then nothing can ever make a goroutine runnable again.
//
// Source: runtime/proc.go checkdead; the message is Go's.
#include "base/fatal.h"
#include "sched/sched.h"

static bool timers_armed(void)
{
	for (int i = 0; i < DY_PROCS_MAX && sched_p(i); i++) {
		if (w64_load_acq(&sched_p(i)->timers.next_when))
			return true;
	}
	return false;
}

static void show(struct g *gp, void *arg)
{
	uint32_t status = w32_load_acq(&gp->status);

	(void)arg;
	if (status == G_WAITING)
		say("goroutine %llu [%s], created by code at %p",
		    (unsigned long long)gp->id, wait_reason_name(gp->reason),
		    gp->created_by);
	else if (status != G_DEAD && status != G_IDLE)
		say("goroutine %llu [state %u], created by code at %p",
		    (unsigned long long)gp->id, status, gp->created_by);
}

void check_dead_locked(void)
{
	if (sched_stopping() || sched.m_count > sched.nmidle || timers_armed())
		return;
	if (sched.stackless.head)
		fatal("out of memory: no stack for %u goroutines, and nothing else can run",
		      sched.stackless.len);
	if (w32_load_own(&sched.global_len) != 0 ||
	    w32_load_rlx(&sched.want_m) != 0)
		return; // work is there; it waits for a thread
	say("fatal error: all goroutines are asleep - deadlock!\n");
	g_each(show, NULL);
	port_exit(FATAL_STATUS);
}
