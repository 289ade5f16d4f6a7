// threads.h - the baseline: one kernel thread for each goroutine.
//
// A second library behind the public headers. What goroutines use, lang/ and io/,
// is the same code; here is what it stands on in place of the scheduler. A
// goroutine is a thread: its G and its M are one record, and no P is needed to
// run, since the kernel decides who does.
//
//	task.c       the birth and the end of a goroutine
//	park.c       waiting and waking: a futex each
//	clock.c      one thread that fires the timers
//	polldesc.c   sockets and pipes: the thread itself sleeps in ppoll
//	pool.c       dy_pool, which has no P to keep things near
//	run.c        dy_run, and what it is configured with
//	policy.c     the catalogue of policies: there are none
//	deadlock.c   a look, ten times a second, whether anybody is left to run
//	foreign.c    threads that have entered
//	stats.c      what is counted; steals and handoffs are not, and have no name
//
// Rejected: threads that wait for sockets in one poller, as Ms do. Each event
// would cost a second thread switch, and the baseline would be slower than the
// programs that it stands for.
//
#ifndef THREADS_THREADS_H
#define THREADS_THREADS_H

#include "sched/g.h"
#include "sched/m.h"

// m is first: a task is found by port_m().
struct task {
	struct m m;
	struct g g;
	bool strays;              // made by a thread that may run on other CPUs
	struct task *next, *prev; // in the list of all
};

// tasks_open and _close surround a run. tasks_drive_out ends every task, main
// having returned, and waits for the last; each ends where it waits, or at its
// next call of this library.
void tasks_open(size_t stack_size);
void tasks_drive_out(void);
// task_die ends the calling task.
_Noreturn void task_die(void);
// tasks_each_thread calls fn for the thread of every task.
void tasks_each_thread(void (*fn)(struct port_thread *t, int arg), int arg);

// check_dead ends the process when no task can ever run again.
void check_dead(void);

// foreign_await waits until every thread that has entered has left.
void foreign_await(void);
bool foreign_entered(void); // some has

// The clock's thread is started by the first timer, and ended by clock_close.
// clock_ticks: is a timer armed, or firing?
bool clock_ticks(void);
void clock_close(void);

// What the tasks on the list have counted, to *sum; what an M that ends has
// counted, to the totals.
void tasks_count_locked(struct counters *sum);
void stats_open(void);
void stats_add_locked(const struct m *mp);

#endif
