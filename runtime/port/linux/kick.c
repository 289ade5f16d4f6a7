// kick.c - interrupting an M: SIGURG, and a call injected where it hit.
//
// The handler decides and returns; the goroutine then calls preempt_here by
// itself, on its own stack. Switching inside the handler would keep the signal
// frame, and with it the M, for as long as the goroutine is off the CPU.
//
// It acts only where the interrupted instruction lies in workload text: code of
// this library holds locks, code of libc may hold locks and per-thread state.
// What it cannot do now stays requested, and is honoured at the next call of
// this library.
//
// SIGURG is Go's choice, for Go's reasons: debuggers pass it, libc does not use
// it, programs rarely do, and a stray one does no harm. The handler is set by
// the system call itself: the sanitizers' wrappers of sigaction delay signals.
#define _GNU_SOURCE
#include "kick.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "port/port.h"

#ifndef SA_RESTORER
#define SA_RESTORER 0x04000000
#endif

struct kernel_sigaction {
	void (*handler)(int, siginfo_t *, void *);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

static struct kernel_sigaction old_urg, old_pipe;
static size_t room;

static int sigaction_raw(int sig, const struct kernel_sigaction *act,
                         struct kernel_sigaction *old)
{
	long err = syscall(SYS_rt_sigaction, sig, act, old, sizeof act->mask);

	return err < 0 ? -errno : 0;
}

UNINSTRUMENTED static inline bool in_workload_text(uintptr_t pc)
{
	return pc >= (uintptr_t)__start_dy_text && pc < (uintptr_t)__stop_dy_text;
}

UNINSTRUMENTED static void on_kick(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	uintptr_t pc, sp;

	(void)sig, (void)info;
	if (room == 0)
		return;
	arch_interrupted(uc, &pc, &sp);
	if (in_workload_text(pc) && preempt_ok(sp))
		arch_inject(uc);
}

int port_signals_open(void)
{
	struct kernel_sigaction kick = {
		.handler = on_kick,
		.flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
	};
	struct kernel_sigaction ignore;
	int err;

	room = arch_preempt_open();
	kick.restorer = arch_sigreturn();
	if (kick.restorer)
		kick.flags |= SA_RESTORER;
	err = sigaction_raw(SIGURG, &kick, &old_urg);
	if (err)
		return err;
	// A write to a closed pipe is an error code, not a signal.
	ignore = kick;
	ignore.flags = kick.restorer ? SA_RESTORER : 0;
	memcpy(&ignore.handler, &(void (*)(int)){SIG_IGN}, sizeof ignore.handler);
	return sigaction_raw(SIGPIPE, &ignore, &old_pipe);
}

void port_signals_close(void)
{
	sigaction_raw(SIGPIPE, &old_pipe, NULL);
	sigaction_raw(SIGURG, &old_urg, NULL);
}

void port_kick(struct port_thread *t)
{
	uint32_t tid = w32_load_acq(&t->tid);

	if (tid)
		syscall(SYS_tgkill, getpid(), (pid_t)tid, SIGURG);
}

size_t port_preempt_room(void)
{
	return room;
}
