// tick.c - a timer per thread, whose signal is a kick that comes by itself.
//
// The kernel sends SIGURG to the one thread (SIGEV_THREAD_ID); on_kick tells a
// tick from a kick by si_code. A timer is made at a thread's first tick and lives
// as long as the thread. Arming and disarming is one system call, which a signal
// handler may make.
//
// A tick that is due again before its handler has returned is delivered at that return,
// and so on: the thread would never come to its own code. The kernel tells by the count
// of overruns. One alone is a thread that had no CPU; many in a row are such ticks.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "kick.h"
#include "port/port.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define NS_PER_S UINT64_C(1000000000)

_Static_assert(sizeof(timer_t) <= sizeof(void *), "a timer fits its field");

static int make(struct port_thread *t)
{
	struct sigevent event;
	timer_t timer;

	memset(&event, 0, sizeof event);
	event.sigev_notify = SIGEV_THREAD_ID;
	event.sigev_signo = SIGURG;
	event.sigev_notify_thread_id = gettid();
	event.sigev_value.sival_ptr = t;
	if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0)
		return -errno;
	t->timer = timer;
	t->has_timer = true;
	return 0;
}

UNINSTRUMENTED int port_tick(struct port_thread *t, uint64_t period)
{
	struct timespec ts = {(time_t)(period / NS_PER_S),
	                      (long)(period % NS_PER_S)};
	struct itimerspec when = {.it_interval = ts, .it_value = ts};
	int err = t->has_timer ? 0 : make(t);

	t->tick_period = period;
	if (!err && timer_settime(t->timer, 0, &when, NULL) != 0)
		err = -errno;
	return err;
}

// The last that was too short, of any thread.
static struct dy_w64 overrun_period;

uint64_t port_tick_overrun(void)
{
	uint64_t period = w64_load_rlx(&overrun_period);

	if (period)
		w64_store_rlx(&overrun_period, 0);
	return period;
}

// In a signal handler, whatever it has interrupted: it says nothing.
UNINSTRUMENTED void tick_overrun(struct port_thread *t, int missed)
{
	enum { IN_A_ROW = 32 };

	t->overrun = missed ? t->overrun + 1 : 0;
	if (t->overrun < IN_A_ROW)
		return;
	t->overrun = 0;
	w64_store_rlx(&overrun_period, t->tick_period);
	port_tick(t, 2 * t->tick_period);
}

void port_tick_end(struct port_thread *t)
{
	if (t->has_timer)
		timer_delete(t->timer);
	t->has_timer = false;
}

static int by_length(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

// The thread's own time: what others had of the CPU meanwhile is not a tick's.
static uint64_t cpu_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

// The lower quartile of the pauses in which a tick came, to a thread that only
// looks at its clock, less what a look takes.
uint64_t port_tick_cost(struct port_thread *t, uint64_t period)
{
	enum { TICKS = 21, PERIOD_MIN = 100000 };
	uint64_t pause[TICKS], look = UINT64_MAX, begun, last, now;
	uint32_t n = 0, seen = w32_load_own(&t->ticks);

	if (period < PERIOD_MIN)
		period = PERIOD_MIN;
	if (port_tick(t, period) != 0)
		return 0;
	begun = last = cpu_now();
	while (n < TICKS && last - begun < 4 * TICKS * period) {
		now = cpu_now();
		if (w32_load_own(&t->ticks) != seen)
			pause[n++] = now - last;
		else if (now - last < look)
			look = now - last;
		seen = w32_load_own(&t->ticks);
		last = now;
	}
	port_tick(t, 0);
	qsort(pause, n, sizeof *pause, by_length);
	return n && pause[n / 4] > look ? pause[n / 4] - look : 0;
}
