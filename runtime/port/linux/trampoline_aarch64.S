// trampoline_aarch64.S - a call of preempt_here between any two instructions.
//
// The signal handler continues the interrupted thread here, with the stack
// pointer at a copy of its signal frame. Every register is in that copy, so
// none is saved, and the kernel loads all of them; arch_aarch64.c says why.
#include "arch_aarch64.h"
#include "port/arch/branch_aarch64.h"

	.text
	.globl	preempt_trampoline
	.hidden	preempt_trampoline
	.type	preempt_trampoline, %function
	.p2align 4
preempt_trampoline:
	.cfi_startproc
	.cfi_signal_frame
	.cfi_return_column 32			// pc
	.cfi_def_cfa sp, FRAME_BYTES
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	.cfi_offset \i, FRAME_X0 + 8 * \i - FRAME_BYTES
	.endr
	.irp	i, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 32
	.cfi_offset \i, FRAME_X0 + 8 * \i - FRAME_BYTES
	.endr
	bl	preempt_here
	mov	x0, sp
	bl	preempt_frame_own
	mov	x8, #SYS_RT_SIGRETURN
	svc	#0
	brk	#1
	.cfi_endproc
	.size	preempt_trampoline, . - preempt_trampoline

	.section .note.GNU-stack, "", %progbits
