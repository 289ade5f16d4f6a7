// watch.c - timers of a thread that runs code which is not ours.
//
// Each thread has two, one on its CPU time and one on the clock, and gets their
// signals itself: the handler looks at nothing but the thread's own M, takes no
// lock, and works where another thread that watches would be stuck behind a lock
// which the watched one holds. What is judged is how many ticks fell into one
// call. A thread that was kept off the CPU gets one when it is back, however
// long that took: a loaded machine makes nobody late.
//
// SIGVTALRM: it is meant for a process's own timers, and rarely used.
#define _GNU_SOURCE
#include "watch.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kick.h"
#include "port/ctx.h"
#include "port/port.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

static struct dy_w32 wanted;

static const struct {
	clockid_t clock;
	long period;
} kind[] = {
	[PORT_WATCH_CPU] = {CLOCK_THREAD_CPUTIME_ID, PORT_WATCH_CPU_NS},
	[PORT_WATCH_WALL] = {CLOCK_MONOTONIC, PORT_WATCH_WALL_NS},
};

enum { KINDS = sizeof kind / sizeof kind[0] };

void watch_set(bool watched)
{
	w32_store_rel(&wanted, watched);
}

static bool start(struct port_timer *timer, int i)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIGVTALRM,
		.sigev_value.sival_int = i,
		.sigev_notify_thread_id = gettid(),
	};
	struct itimerspec every = {
		.it_interval.tv_nsec = kind[i].period,
		.it_value.tv_nsec = kind[i].period,
	};
	timer_t handle;

	if (timer_create(kind[i].clock, &event, &handle) != 0)
		return false;
	if (timer_settime(handle, 0, &every, NULL) != 0) {
		timer_delete(handle);
		return false;
	}
	timer->handle = handle;
	return true;
}

// Without timers (a limit on pending signals) faults are still told, and what
// never returns is left to whoever waits for the process.
void watch_begin(struct port_thread *t)
{
	bool watched = w32_load_acq(&wanted) != 0;

	for (int i = 0; i < KINDS; i++)
		t->watch[i].runs = watched && start(&t->watch[i], i);
}

void watch_end(struct port_thread *t)
{
	for (int i = 0; i < KINDS; i++) {
		if (t->watch[i].runs)
			timer_delete((timer_t)t->watch[i].handle);
		t->watch[i].runs = false;
	}
}

// ThreadSanitizer is linked into the program and does not survive that its own code
// is interrupted by code that it watches; plugins are elsewhere. A tick that meets
// the program is let go: the next one will do.
UNINSTRUMENTED static inline bool may_tick(void *context)
{
#ifdef CTX_TSAN
	extern char __executable_start[], etext[];
	uintptr_t pc, sp;

	arch_interrupted(context, &pc, &sp);
	return pc < (uintptr_t)__executable_start || pc >= (uintptr_t)etext;
#else
	(void)context;
	return true;
#endif
}

// One that anybody sent (kill) is no tick.
UNINSTRUMENTED void on_watch_timer(int sig, siginfo_t *info, void *context)
{
	int i = info->si_value.sival_int;

	(void)sig;
	if (info->si_code == SI_TIMER && i >= 0 && i < KINDS && may_tick(context))
		watch_tick((enum port_watch)i);
}
