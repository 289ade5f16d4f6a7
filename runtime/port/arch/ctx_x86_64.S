// ctx_x86_64.S - the context switch for the System V x86-64 ABI.
//
// Saved: rbx, rbp, r12-r15 and the address to go on at, 56 bytes on the stack
// that is left:
//
//	sp + 48  address to go on at
//	sp + 40  rbp
//	sp + 32  rbx
//	sp + 24  r12
//	sp + 16  r13
//	sp +  8  r14
//	sp       r15

	.text

// void ctx_swap(struct ctx *from, const struct ctx *to)
	.globl	ctx_swap
	.hidden	ctx_swap
	.type	ctx_swap, @function
	.p2align 5
ctx_swap:
	.cfi_startproc
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	pushq	%rbx
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbx, 0
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
	movq	%rsp, (%rdi)
	movq	(%rsi), %rsp
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
	popq	%rbx
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbx
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbp
	popq	%rcx
	.cfi_adjust_cfa_offset -8
	.cfi_register rip, rcx
	jmp	*%rcx
	.cfi_endproc
	.size	ctx_swap, . - ctx_swap

// void ctx_call_on(void *sp, void (*fn)(void *arg), void *arg)
	.globl	ctx_call_on
	.hidden	ctx_call_on
	.type	ctx_call_on, @function
	.p2align 4
ctx_call_on:
	.cfi_startproc
	pushq	%rbp
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset rbp, 0
	movq	%rsp, %rbp
	.cfi_def_cfa_register rbp
	movq	%rdi, %rsp
	movq	%rdx, %rdi
	call	*%rsi
	movq	%rbp, %rsp
	.cfi_def_cfa_register rsp
	popq	%rbp
	.cfi_adjust_cfa_offset -8
	.cfi_restore rbp
	ret
	.cfi_endproc
	.size	ctx_call_on, . - ctx_call_on

// The first instruction of a fresh context; ctx_make left the entry in rbx.
// rsp is 16-aligned here, so that entry sees 8 mod 16, as after a call. The
// return address is undefined: an unwinder stops here.
	.globl	ctx_start
	.hidden	ctx_start
	.type	ctx_start, @function
	.p2align 4
ctx_start:
	.cfi_startproc
	.cfi_undefined rip
	xorl	%ebp, %ebp
	call	*%rbx
	ud2
	.cfi_endproc
	.size	ctx_start, . - ctx_start

// void ctx_restart(void *top, void (*entry)(void))
	.globl	ctx_restart
	.hidden	ctx_restart
	.type	ctx_restart, @function
	.p2align 4
ctx_restart:
	.cfi_startproc
	.cfi_undefined rip
	movq	%rdi, %rsp
	xorl	%ebp, %ebp
	call	*%rsi
	ud2
	.cfi_endproc
	.size	ctx_restart, . - ctx_restart

	.section .note.GNU-stack, "", @progbits
