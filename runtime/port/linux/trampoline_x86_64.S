// trampoline_x86_64.S - a call of preempt_here between any two instructions.
//
// Entered by a jump that the signal handler arranged, with the interrupted
// address on top of the stack and, above it, the red zone of the interrupted
// function. Everything that the function can see is put back: flags, general
// registers, x87, SSE, AVX and AVX-512 state.
//
//	rbp + 264	the interrupted stack pointer
//	rbp + 136	the red zone
//	rbp + 128	interrupted address
//	rbp + 120	flags
//	rbp		general registers, rax highest

	.text
	.globl	preempt_trampoline
	.hidden	preempt_trampoline
	.type	preempt_trampoline, @function
	.p2align 4
preempt_trampoline:
	.cfi_startproc
	.cfi_def_cfa rsp, 136
	.cfi_offset rip, -136
	pushfq
	.cfi_adjust_cfa_offset 8
	cld
	pushq	%rax
	.cfi_adjust_cfa_offset 8
	pushq	%rcx
	.cfi_adjust_cfa_offset 8
	pushq	%rdx
	.cfi_adjust_cfa_offset 8
	pushq	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbx, 0
	pushq	%rsi
	.cfi_adjust_cfa_offset 8
	pushq	%rdi
	.cfi_adjust_cfa_offset 8
	pushq	%r8
	.cfi_adjust_cfa_offset 8
	pushq	%r9
	.cfi_adjust_cfa_offset 8
	pushq	%r10
	.cfi_adjust_cfa_offset 8
	pushq	%r11
	.cfi_adjust_cfa_offset 8
	pushq	%r12
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r12, 0
	pushq	%r13
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r13, 0
	pushq	%r14
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r14, 0
	pushq	%r15
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset r15, 0
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	movq	%rsp, %rbp
	.cfi_def_cfa_register rbp

	subq	preempt_xsave_size(%rip), %rsp
	andq	$-64, %rsp
	xorl	%eax, %eax
	movq	%rax, 512(%rsp)		// the header must be zero where the
	movq	%rax, 520(%rsp)		// instruction does not write it
	movq	%rax, 528(%rsp)
	movq	%rax, 536(%rsp)
	movq	%rax, 544(%rsp)
	movq	%rax, 552(%rsp)
	movq	%rax, 560(%rsp)
	movq	%rax, 568(%rsp)
	xorl	%edx, %edx
	movl	$0xE7, %eax
	cmpl	$0, preempt_xsave_compact(%rip)
	je	1f
	xsavec	(%rsp)
	jmp	2f
1:	xsave	(%rsp)
2:	call	preempt_here
	xorl	%edx, %edx
	movl	$0xE7, %eax
	xrstor	(%rsp)

	movq	%rbp, %rsp
	.cfi_def_cfa_register rsp
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbp
	popq	%r15
	.cfi_adjust_cfa_offset -8
	.cfi_restore r15
	popq	%r14
	.cfi_adjust_cfa_offset -8
	.cfi_restore r14
	popq	%r13
	.cfi_adjust_cfa_offset -8
	.cfi_restore r13
	popq	%r12
	.cfi_adjust_cfa_offset -8
	.cfi_restore r12
	popq	%r11
	.cfi_adjust_cfa_offset -8
	popq	%r10
	.cfi_adjust_cfa_offset -8
	popq	%r9
	.cfi_adjust_cfa_offset -8
	popq	%r8
	.cfi_adjust_cfa_offset -8
	popq	%rdi
	.cfi_adjust_cfa_offset -8
	popq	%rsi
	.cfi_adjust_cfa_offset -8
	popq	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbx
	popq	%rdx
	.cfi_adjust_cfa_offset -8
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	popq	%rax
	.cfi_adjust_cfa_offset -8
	popfq
	.cfi_adjust_cfa_offset -8
	ret	$128
	.cfi_endproc
	.size	preempt_trampoline, . - preempt_trampoline

// Where the kernel returns to from a handler: rt_sigreturn.
	.globl	sigreturn_x86_64
	.hidden	sigreturn_x86_64
	.type	sigreturn_x86_64, @function
	.p2align 4
sigreturn_x86_64:
	movl	$15, %eax
	syscall
	.size	sigreturn_x86_64, . - sigreturn_x86_64

	.section .note.GNU-stack, "", @progbits
