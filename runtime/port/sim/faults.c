// faults.c - signals of the host thread while plugins are watched, so that a hook that
// faults or does not return is named here as on the real machine.
//
// One host thread runs all Ms: what it meets belongs to the M whose turn it is. Only
// the clock's timer is there, which needs five ticks in one call to find that it does
// not return. How late a hook is, in time of the host, is not judged: a run must be the
// same on every host, at every load.
#define _GNU_SOURCE
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "port/port.h"
#include "sim.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

enum { ALT_STACK = 64 * 1024 };

static struct fault {
	int sig;
	const char *name;
	struct sigaction old;
} fault[] = {
	{.sig = SIGSEGV, .name = "SIGSEGV"}, {.sig = SIGBUS, .name = "SIGBUS"},
	{.sig = SIGFPE, .name = "SIGFPE"},   {.sig = SIGILL, .name = "SIGILL"},
	{.sig = SIGABRT, .name = "SIGABRT"},
};

enum { FAULTS = sizeof fault / sizeof fault[0] };

static struct {
	bool on, has_timer;
	timer_t timer;
	stack_t old_stack;
	struct sigaction old_tick;
	_Alignas(16) char alt_stack[ALT_STACK];
} watch;

// Not a hook's: whoever had the signal takes it when the instruction is tried again,
// or, if somebody sent it, when it is sent again.
static void on_fault(int sig, siginfo_t *info, void *context)
{
	bool sent = info->si_code <= 0;
	struct fault *f = fault;
	void *turn = sim_hold();

	(void)context;
	while (f->sig != sig)
		f++;
	fault_here(f->name, sent ? 0 : (uintptr_t)info->si_addr);
	sim_go_on(turn);
	sigaction(sig, &f->old, NULL);
	if (sent)
		raise(sig);
}

// One that anybody sent (kill) is no tick.
static void on_tick(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)context;
	if (info->si_code == SI_TIMER)
		watch_tick(PORT_WATCH_WALL);
}

static void take(int sig, void (*handler)(int, siginfo_t *, void *),
                 struct sigaction *old)
{
	struct sigaction act = {.sa_sigaction = handler,
	                        .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};

	sigaction(sig, &act, old); // of a valid signal: it cannot fail
}

// Without one (a limit on pending signals) faults are still told.
static bool start_timer(void)
{
	struct sigevent event = {
		.sigev_notify = SIGEV_THREAD_ID,
		.sigev_signo = SIGVTALRM,
		.sigev_notify_thread_id = gettid(),
	};
	struct itimerspec every = {
		.it_interval.tv_nsec = PORT_WATCH_WALL_NS,
		.it_value.tv_nsec = PORT_WATCH_WALL_NS,
	};

	if (timer_create(CLOCK_MONOTONIC, &event, &watch.timer) != 0)
		return false;
	timer_settime(watch.timer, 0, &every, NULL);
	return true;
}

int port_signals_open(bool watched)
{
	stack_t stack = {.ss_sp = watch.alt_stack, .ss_size = ALT_STACK};

	if (!watched)
		return 0;
	watch.on = true;
	sigaltstack(&stack, &watch.old_stack);
	take(SIGVTALRM, on_tick, &watch.old_tick);
	watch.has_timer = start_timer();
	for (int i = 0; i < FAULTS; i++)
		take(fault[i].sig, on_fault, &fault[i].old);
	return 0;
}

void port_signals_close(void)
{
	if (!watch.on)
		return;
	watch.on = false;
	if (watch.has_timer)
		timer_delete(watch.timer);
	for (int i = 0; i < FAULTS; i++)
		sigaction(fault[i].sig, &fault[i].old, NULL);
	sigaction(SIGVTALRM, &watch.old_tick, NULL);
	sigaltstack(&watch.old_stack, NULL);
}
