// arch_x86_64.c - preempting in the middle of code on x86-64: the register
// state to save, and the detour into the trampoline.
#define _GNU_SOURCE
#include <cpuid.h>

#include "kick.h"
#include "port/valgrind.h"

// x87, SSE, AVX and AVX-512. Not PKRU (rights belong to the thread) and not
// AMX (tiles are too large; a workload that uses them declares nopreempt).
enum { XSTATE_MASK = 0xE7, LEGACY_AREA = 512, HEADER = 64 };
enum {
	RED_ZONE = 128,
	GENERAL_REGISTERS = 17 * 8,
	ALIGNMENT = 64,
	CALL_ROOM = 2048
};

// Read by the trampoline.
uint64_t preempt_xsave_size __attribute__((visibility("hidden")));
uint32_t preempt_xsave_compact __attribute__((visibility("hidden")));

void preempt_trampoline(void); // trampoline_x86_64.S
void sigreturn_x86_64(void);

static uint64_t xsave_size(void)
{
	uint64_t size = LEGACY_AREA + HEADER;

	for (unsigned i = 2; i < 8; i++) {
		unsigned a, b, c, d;

		if (!(XSTATE_MASK >> i & 1))
			continue;
		__cpuid_count(0xd, i, a, b, c, d);
		if (a && (uint64_t)a + b > size)
			size = (uint64_t)a + b;
	}
	return size;
}

void arch_preempt_open(void)
{
	unsigned a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE))
		return;
	if (valgrind_is_there())
		return; // it takes the red zone for dead after every return
	__cpuid_count(0xd, 1, a, b, c, d);
	preempt_xsave_compact = a >> 1 & 1; // xsavec; valgrind has none
	preempt_xsave_size = xsave_size();
}

size_t arch_preempt_room(const ucontext_t *uc)
{
	(void)uc;
	if (preempt_xsave_size == 0)
		return SIZE_MAX;
	return RED_ZONE + GENERAL_REGISTERS + ALIGNMENT + preempt_xsave_size +
	       CALL_ROOM;
}

void arch_interrupted(const ucontext_t *uc, uintptr_t *pc, uintptr_t *sp)
{
	*pc = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	*sp = (uintptr_t)uc->uc_mcontext.gregs[REG_RSP];
}

// The interrupted function may keep data in the 128 bytes under its stack
// pointer: step over them, leave the address to return to, and go on in the
// trampoline, whose last instruction undoes both.
void arch_inject(ucontext_t *uc)
{
	uintptr_t *sp = (uintptr_t *)((uintptr_t)uc->uc_mcontext.gregs[REG_RSP] -
	                              RED_ZONE) -
	                1;

	*sp = (uintptr_t)uc->uc_mcontext.gregs[REG_RIP];
	uc->uc_mcontext.gregs[REG_RSP] = (greg_t)sp;
	uc->uc_mcontext.gregs[REG_RIP] = (greg_t)(uintptr_t)preempt_trampoline;
}

void (*arch_sigreturn(void))(void)
{
	return sigreturn_x86_64;
}
