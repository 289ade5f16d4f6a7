// arch_aarch64.c - on aarch64 a goroutine is preempted at polls and library
// calls only: there is no free register to come back from a trampoline
// through, so a call cannot be injected between two instructions this way.
#define _GNU_SOURCE
#include "kick.h"

void arch_preempt_open(void)
{
}

size_t arch_preempt_room(const ucontext_t *uc)
{
	(void)uc;
	return SIZE_MAX;
}

void arch_interrupted(const ucontext_t *uc, uintptr_t *pc, uintptr_t *sp)
{
	*pc = (uintptr_t)uc->uc_mcontext.pc;
	*sp = (uintptr_t)uc->uc_mcontext.sp;
}

void arch_inject(ucontext_t *uc)
{
	(void)uc;
}

void (*arch_sigreturn(void))(void)
{
	return NULL;
}
