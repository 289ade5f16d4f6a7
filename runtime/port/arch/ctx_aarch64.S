// ctx_aarch64.S - the context switch for AAPCS64.
//
// Saved: x19-x30 and d8-d15, 160 bytes on the stack that is left:
//
//	sp + 96  d8-d15
//	sp + 80  x29 (frame pointer), x30 (address to go on at)
//	sp + 64  x27, x28
//	sp + 48  x25, x26
//	sp + 32  x23, x24
//	sp + 16  x21, x22
//	sp       x19, x20

	.text

// void ctx_swap(struct ctx *from, const struct ctx *to)
	.globl	ctx_swap
	.hidden	ctx_swap
	.type	ctx_swap, %function
	.p2align 5
ctx_swap:
	.cfi_startproc
	sub	sp, sp, #160
	.cfi_adjust_cfa_offset 160
	stp	x19, x20, [sp, #0]
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	.cfi_rel_offset x29, 80
	.cfi_rel_offset x30, 88
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mov	x9, sp
	str	x9, [x0]
	ldr	x9, [x1]
	mov	sp, x9
	ldp	x19, x20, [sp, #0]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	add	sp, sp, #160
	.cfi_adjust_cfa_offset -160
	.cfi_restore x29
	.cfi_restore x30
	br	x30
	.cfi_endproc
	.size	ctx_swap, . - ctx_swap

// The first instruction of a fresh context; ctx_make left the entry in x19.
	.globl	ctx_start
	.hidden	ctx_start
	.type	ctx_start, %function
	.p2align 4
ctx_start:
	.cfi_startproc
	.cfi_undefined x30
	mov	x29, xzr
	blr	x19
	brk	#1
	.cfi_endproc
	.size	ctx_start, . - ctx_start

// void ctx_restart(void *top, void (*entry)(void))
	.globl	ctx_restart
	.hidden	ctx_restart
	.type	ctx_restart, %function
	.p2align 4
ctx_restart:
	.cfi_startproc
	.cfi_undefined x30
	mov	sp, x0
	mov	x29, xzr
	blr	x1
	brk	#1
	.cfi_endproc
	.size	ctx_restart, . - ctx_restart

	.section .note.GNU-stack, "", %progbits
