// park.c - waiting and waking, by a futex each.
//
// What publishes a task to its waker, the commit, runs before it sleeps, where
// under a scheduler it runs after the goroutine has left its stack: nobody else is
// going to run on this one. A wake that comes in between is kept by the note.
//
// The end of the runtime wakes everybody. Who finds it stopping does not return to
// who called: what he waited for has not come.
#include "sched/park.h"

#include <dyno/time.h>

#include "base/fatal.h"
#include "port/linux/task.h"
#include "sched/sched.h"
#include "sched/syscall.h"
#include "threads/threads.h"

struct g *g_self(void)
{
	struct m *mp = port_m();
	struct g *gp = mp ? m_cur(mp) : NULL;

	if (!gp)
		fatal("a dyno call that only goroutines may make was made outside one");
	return gp;
}

static struct note *note_of(const struct g *gp)
{
	return &gp->locked_m->park;
}

bool park_unlock(struct g *gp, void *lock)
{
	(void)gp;
	lock_release(lock);
	return true;
}

void park(bool (*commit)(struct g *gp, void *arg), void *arg, enum wait_reason why)
{
	struct g *gp = g_self();

	gp->reason = why;
	COUNT(port_m(), parks);
	w32_store_rel(&gp->status, G_WAITING);
	if (!commit || commit(gp, arg)) {
		note_sleep(note_of(gp), PORT_FOREVER);
		if (sched_stopping())
			task_die();
	}
	note_clear(note_of(gp));
	w32_store_rel(&gp->status, G_RUNNING);
}

void ready(struct g *gp)
{
	if (w32_load_own(&gp->status) != G_WAITING)
		dy_throw("ready: goroutine %llu is in state %u, not waiting",
		         (unsigned long long)gp->id, w32_load_own(&gp->status));
	COUNT(port_m(), readies);
	w32_store_rel(&gp->status, G_RUNNABLE);
	note_wake(note_of(gp));
}

void yield(void)
{
	preempt_poll();
	port_task_yield();
}

void yield_local(void)
{
	yield();
}

void dy_yield(void)
{
	g_self();
	COUNT(port_m(), yields);
	yield();
}

// A mutex asks before it spins: nobody waits for this thread's place.
bool runq_empty(const struct p *pp)
{
	(void)pp;
	return true;
}

void preempt_slow(struct m *mp)
{
	if (m_cur(mp) && sched_stopping())
		task_die();
}

void dy_poll(void)
{
	preempt_poll();
}

uint64_t dy_now(void)
{
	return port_now();
}

// The thread itself sleeps: no timer, and nobody to wake it.
void dy_sleep(uint64_t ns)
{
	struct g *gp = g_self();
	uint64_t now;

	preempt_poll();
	if (ns == 0)
		return;
	now = port_now();
	gp->reason = WAIT_SLEEP;
	COUNT(port_m(), parks);
	w32_store_rel(&gp->status, G_SYSCALL); // nobody need wake it
	note_sleep(note_of(gp),
	           ns < PORT_FOREVER - now ? now + ns : PORT_FOREVER - 1);
	preempt_poll();
	w32_store_rel(&gp->status, G_RUNNING);
}

//---------------------------------------------------------------------------
// Calls that block: the thread is the goroutine's own
//---------------------------------------------------------------------------

void enter_syscall(void)
{
	struct g *gp = g_self();

	COUNT(port_m(), syscalls);
	w32_store_rel(&gp->status, G_SYSCALL);
}

void exit_syscall(void)
{
	w32_store_rel(&g_self()->status, G_RUNNING);
	preempt_poll();
}

void dy_blocking(dy_fn fn, void *arg)
{
	enter_syscall();
	fn(arg);
	exit_syscall();
}

void dy_block(uint64_t ns)
{
	enter_syscall();
	port_block(&port_m()->thread, ns);
	exit_syscall();
}

uint64_t dy_work_calibrate(void)
{
	return port_work_calibrate();
}

uint64_t dy_work_rate(void)
{
	return port_work_rate();
}

void dy_work(uint64_t ns)
{
	g_self();
	port_work(ns);
	preempt_poll();
}

//---------------------------------------------------------------------------
// What a thread has by itself
//---------------------------------------------------------------------------

uint64_t dy_goid(void)
{
	return g_self()->id;
}

void dy_lock_os_thread(void)
{
	struct g *gp = g_self();

	if (gp->locked == UINT16_MAX)
		fatal("dy_lock_os_thread: nested %d times", UINT16_MAX);
	gp->locked++;
}

void dy_unlock_os_thread(void)
{
	struct g *gp = g_self();

	if (gp->locked == 0)
		fatal("dy_unlock_os_thread: not locked");
	gp->locked--;
}

void dy_nopreempt_begin(void)
{
	g_self();
}

void dy_nopreempt_end(void)
{
	g_self();
}
