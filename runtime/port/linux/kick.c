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
// it, programs rarely do, and a stray one does no harm.
#define _GNU_SOURCE
#include "kick.h"

#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "port/ctx.h"
#include "port/port.h"

UNINSTRUMENTED static inline bool in_workload_text(uintptr_t pc)
{
	return pc >= (uintptr_t)__start_dy_text && pc < (uintptr_t)__stop_dy_text;
}

// A tick that meets ThreadSanitizer's own code is let go: the next one will do.
UNINSTRUMENTED static inline void ticked(const siginfo_t *info, uintptr_t pc)
{
	struct port_thread *t = info->si_value.sival_ptr;

	w32_add_own(&t->ticks, 1);
	tick_overrun(t, info->si_overrun);
#ifdef CTX_TSAN
	if (!in_workload_text(pc))
		return;
#else
	(void)pc;
#endif
	preempt_tick();
}

void on_kick(int sig, siginfo_t *info, void *context)
{
	ucontext_t *uc = context;
	uintptr_t pc, sp;

	(void)sig;
	arch_interrupted(uc, &pc, &sp);
	if (info->si_code == SI_TIMER)
		ticked(info, pc);
	if (in_workload_text(pc) && preempt_ok(sp, arch_preempt_room(uc)))
		arch_inject(uc);
}

void port_kick(struct port_thread *t)
{
	uint32_t tid = w32_load_acq(&t->tid);

	if (tid)
		syscall(SYS_tgkill, getpid(), (pid_t)tid, SIGURG);
}
