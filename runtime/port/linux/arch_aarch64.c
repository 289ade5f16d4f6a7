// arch_aarch64.c - preempting in the middle of code on aarch64: a copy of the
// signal frame, and the kernel to go back by it.
//
// A branch to any address takes a register to hold it, and code that was
// interrupted between two instructions has none to spare: x16 and x17 are free
// only where a call passes a veneer, x18 is an ordinary register here. Only the
// kernel can load every register and the program counter at once. So the
// handler copies its signal frame to the goroutine's stack, and the goroutine
// comes back by rt_sigreturn of the copy:
//
//	interrupted sp
//	- 16    frame record: x29, interrupted pc; dumps and profilers walk it
//	        ucontext_t: all registers and flags, vectors, FPCR, FPSR
//	- 4704  siginfo_t, not filled; sp while preempt_here runs
//
// Nothing need be saved by hand. What belongs to the thread and not to the
// computation, signal mask and signal stack, is written into the copy just
// before it is used, since that may be on another thread.
//
// Behind the general registers the frame is a list of records. Vectors are
// kept, SVE's of up to 512 bits and FFR too. Kept out is what is the thread's:
// protection keys, TPIDR2. Code that uses SME is refused, in streaming mode or
// with ZA on: this library could not run in that state. So is a record that is
// not known here; it may be a register that nobody else restores.
//
// The processor's branch target check does not see the detour: BTYPE is cleared
// on the way out and comes back with the copy. Return addresses that were
// signed stay good, since a stack does not move and threads share their keys.
//
// Rejected: switching inside the handler (kick.c says why), and BRK instead of
// rt_sigreturn, which takes two kernel entries and a handler of SIGTRAP.
#define _GNU_SOURCE
#include "arch_aarch64.h"

#include <asm/sigcontext.h>
#include <assert.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "kick.h"

// What a Linux of these headers may not know yet.
enum {
	TPIDR2_RECORD = 0x54504902,
	POE_RECORD = 0x504f4530,
	FPMR_RECORD = 0x46504d52
};
enum { STREAMING = 1, BTYPE = 3 << 10, STACK_ALIGNMENT = 16, CALL_ROOM = 2048 };

struct frame {
	siginfo_t info;
	ucontext_t uc;
	uintptr_t record[2];
};

static_assert(offsetof(struct frame, uc) == FRAME_CONTEXT,
              "as the kernel has it");
static_assert(offsetof(struct frame, uc.uc_mcontext.regs) == FRAME_X0, "");
static_assert(offsetof(struct frame, record) == FRAME_RECORD, "");
static_assert(sizeof(struct frame) == FRAME_BYTES, "");
static_assert(FRAME_BYTES % STACK_ALIGNMENT == 0, "");
static_assert(SYS_rt_sigreturn == SYS_RT_SIGRETURN, "");

void preempt_trampoline(void); // trampoline_aarch64.S
// preempt_frame_own makes a frame the calling thread's.
void preempt_frame_own(struct frame *f);

enum fate { KEEP, LEAVE_OUT, REFUSE };

static enum fate fate_of(const struct _aarch64_ctx *record)
{
	switch (record->magic) {
	case FPSIMD_MAGIC:
	case FPMR_RECORD:
		return KEEP;
	case SVE_MAGIC:
		return ((const struct sve_context *)record)->flags & STREAMING
		               ? REFUSE
		               : KEEP;
	case ESR_MAGIC: // why a fault happened
	case TPIDR2_RECORD:
	case POE_RECORD:
		return LEAVE_OUT;
	case ZA_MAGIC: // always there; empty while ZA is off
		return record->size == sizeof(struct za_context) ? LEAVE_OUT
		                                                 : REFUSE;
	default: // EXTRA_MAGIC: more than the frame can hold
		return REFUSE;
	}
}

static const struct _aarch64_ctx *first_record(const ucontext_t *uc)
{
	return (const void *)uc->uc_mcontext.__reserved;
}

static const struct _aarch64_ctx *next_record(const struct _aarch64_ctx *record)
{
	return (const void *)((const char *)record + record->size);
}

size_t arch_preempt_room(const ucontext_t *uc)
{
	const struct _aarch64_ctx *r;

	if (uc->uc_mcontext.sp % STACK_ALIGNMENT != 0)
		return SIZE_MAX;
	for (r = first_record(uc); r->magic; r = next_record(r)) {
		if (fate_of(r) == REFUSE)
			return SIZE_MAX;
	}
	return sizeof(struct frame) + CALL_ROOM;
}

void arch_preempt_open(void)
{
}

void arch_interrupted(const ucontext_t *uc, uintptr_t *pc, uintptr_t *sp)
{
	*pc = (uintptr_t)uc->uc_mcontext.pc;
	*sp = (uintptr_t)uc->uc_mcontext.sp;
}

// Only what is filled is touched, a quarter of the frame without SVE.
static void copy_context(ucontext_t *to, const ucontext_t *from)
{
	char *end = (char *)to->uc_mcontext.__reserved;

	memcpy(to, from, offsetof(ucontext_t, uc_mcontext.__reserved));
	for (const struct _aarch64_ctx *r = first_record(from); r->magic;
	     r = next_record(r)) {
		if (fate_of(r) != KEEP)
			continue;
		memcpy(end, r, r->size);
		end += r->size;
	}
	memset(end, 0, sizeof(struct _aarch64_ctx));
}

void arch_inject(ucontext_t *uc)
{
	mcontext_t *regs = &uc->uc_mcontext;
	struct frame *f = (struct frame *)(uintptr_t)regs->sp - 1;

	copy_context(&f->uc, uc);
	f->record[0] = (uintptr_t)regs->regs[29];
	f->record[1] = (uintptr_t)regs->pc;
	regs->regs[29] = (uintptr_t)f->record;
	regs->sp = (uintptr_t)f;
	regs->pc = (uintptr_t)preempt_trampoline;
	regs->pstate &= ~(uint64_t)BTYPE;
}

void preempt_frame_own(struct frame *f)
{
	sigaltstack(NULL, &f->uc.uc_stack);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, &f->uc.uc_sigmask,
	        sizeof(uint64_t));
}

void (*arch_sigreturn(void))(void)
{
	return NULL; // the kernel's own, in the vDSO
}
