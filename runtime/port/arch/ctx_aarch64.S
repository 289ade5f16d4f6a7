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
#include "port/arch/branch_aarch64.h"

	.text

	.macro	store_pair i, j, at
	stp	x\i, x\j, [sp, #\at]
	.cfi_rel_offset x\i, \at
	.cfi_rel_offset x\j, \at + 8
	.endm

	.macro	load_pair i, j, at
	ldp	x\i, x\j, [sp, #\at]
	.cfi_restore x\i
	.cfi_restore x\j
	.endm

// void ctx_swap(struct ctx *from, const struct ctx *to)
	.globl	ctx_swap
	.hidden	ctx_swap
	.type	ctx_swap, %function
	.p2align 5
ctx_swap:
	.cfi_startproc
	LANDING_PAD
	sub	sp, sp, #160
	.cfi_adjust_cfa_offset 160
	store_pair 19, 20, 0
	store_pair 21, 22, 16
	store_pair 23, 24, 32
	store_pair 25, 26, 48
	store_pair 27, 28, 64
	store_pair 29, 30, 80
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	mov	x9, sp
	str	x9, [x0]
	ldr	x9, [x1]
	mov	sp, x9
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	load_pair 19, 20, 0
	load_pair 21, 22, 16
	load_pair 23, 24, 32
	load_pair 25, 26, 48
	load_pair 27, 28, 64
	load_pair 29, 30, 80
	add	sp, sp, #160
	.cfi_adjust_cfa_offset -160
	RESUME
	.cfi_endproc
	.size	ctx_swap, . - ctx_swap

// void ctx_call_on(void *sp, void (*fn)(void *arg), void *arg)
//
// Signs the return address that it keeps: hints, and so nothing on processors
// that cannot. Signing is a landing pad, too.
	.globl	ctx_call_on
	.hidden	ctx_call_on
	.type	ctx_call_on, %function
	.p2align 4
ctx_call_on:
	.cfi_startproc
	hint	#25			// paciasp
	.cfi_negate_ra_state
	stp	x29, x30, [sp, #-16]!
	.cfi_adjust_cfa_offset 16
	.cfi_rel_offset x29, 0
	.cfi_rel_offset x30, 8
	mov	x29, sp
	.cfi_def_cfa_register x29
	mov	sp, x0
	mov	x0, x2
	blr	x1
	mov	sp, x29
	.cfi_def_cfa_register sp
	ldp	x29, x30, [sp], #16
	.cfi_adjust_cfa_offset -16
	.cfi_restore x29
	.cfi_restore x30
	hint	#29			// autiasp
	.cfi_negate_ra_state
	ret
	.cfi_endproc
	.size	ctx_call_on, . - ctx_call_on

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
	LANDING_PAD
	mov	sp, x0
	mov	x29, xzr
	blr	x1
	brk	#1
	.cfi_endproc
	.size	ctx_restart, . - ctx_restart

	.section .note.GNU-stack, "", %progbits
