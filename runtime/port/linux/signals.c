// signals.c - the signals that the runtime takes while it runs.
//
//	SIGURG   interrupts an M: kick.c
//	SIGSEGV  the end of a goroutine's stack, on the signal stack; any other
//	SIGBUS   fault is given back to whoever had the signal, and happens again
//	SIGFPE, SIGILL, SIGABRT, SIGVTALRM
//	         only while plugins are watched: their faults, and timers (watch.c)
//	SIGQUIT  a dump of all goroutines, as in Go
//	SIGPIPE  ignored: a write to a closed pipe is an error code
//
// Set by the system call itself: the sanitizers' wrappers of sigaction delay
// signals until a safe moment of their own.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kick.h"
#include "port/port.h"
#include "watch.h"

#ifndef SA_RESTORER
#define SA_RESTORER 0x04000000
#endif

struct kernel_sigaction {
	void (*handler)(int, siginfo_t *, void *);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

static void on_fault(int sig, siginfo_t *info, void *context);
static void on_quit(int sig, siginfo_t *info, void *context);

static struct {
	int sig;
	void (*handler)(int, siginfo_t *, void *); // NULL: ignored
	const char *name;                          // of a fault
	bool watched; // taken only while plugins are watched
	bool taken;
	struct kernel_sigaction old;
} table[] = {
	{.sig = SIGURG, .handler = on_kick},
	{.sig = SIGSEGV, .handler = on_fault, .name = "SIGSEGV"},
	{.sig = SIGBUS, .handler = on_fault, .name = "SIGBUS"},
	{.sig = SIGFPE, .handler = on_fault, .name = "SIGFPE", .watched = true},
	{.sig = SIGILL, .handler = on_fault, .name = "SIGILL", .watched = true},
	{.sig = SIGABRT, .handler = on_fault, .name = "SIGABRT", .watched = true},
	{.sig = SIGVTALRM, .handler = on_watch_timer, .watched = true},
	{.sig = SIGQUIT, .handler = on_quit},
	{.sig = SIGPIPE, .handler = NULL},
};

enum { SIGNALS = sizeof table / sizeof table[0] };

static int sigaction_raw(int sig, const struct kernel_sigaction *act,
                         struct kernel_sigaction *old)
{
	long err = syscall(SYS_rt_sigaction, sig, act, old, sizeof act->mask);

	return err < 0 ? -errno : 0;
}

// Not ours: the earlier handler takes it when the instruction is tried again, or,
// if somebody sent it, when it is sent again.
static void on_fault(int sig, siginfo_t *info, void *context)
{
	bool sent = info->si_code <= 0;
	int i = 0;

	(void)context;
	while (table[i].sig != sig)
		i++;
	fault_here(table[i].name, sent ? 0 : (uintptr_t)info->si_addr);
	sigaction_raw(sig, &table[i].old, NULL);
	if (sent)
		syscall(SYS_tgkill, getpid(), gettid(), sig);
}

static void on_quit(int sig, siginfo_t *info, void *context)
{
	(void)sig, (void)info, (void)context;
	quit_asked();
}

static struct kernel_sigaction action(void (*handler)(int, siginfo_t *, void *))
{
	struct kernel_sigaction act = {
		.handler = handler,
		.flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
		.restorer = arch_sigreturn(),
	};

	if (!handler) {
		void (*ignore)(int) = SIG_IGN;

		memcpy(&act.handler, &ignore, sizeof act.handler);
		act.flags = 0;
	}
	if (act.restorer)
		act.flags |= SA_RESTORER;
	return act;
}

int port_signals_open(bool watched)
{
	int err = 0;

	arch_preempt_open();
	watch_set(watched);
	for (int i = 0; i < SIGNALS && !err; i++) {
		if (table[i].watched && !watched)
			continue;
		struct kernel_sigaction act = action(table[i].handler);

		err = sigaction_raw(table[i].sig, &act, &table[i].old);
		table[i].taken = !err;
	}
	if (err)
		port_signals_close();
	return err;
}

void port_signals_close(void)
{
	for (int i = SIGNALS - 1; i >= 0; i--) {
		if (table[i].taken)
			sigaction_raw(table[i].sig, &table[i].old, NULL);
		table[i].taken = false;
	}
}
