// state_aarch64.S - a loop in workload text that keeps every register busy.
//
// void keep_simd(const void *in, void *out, uint64_t loops), and keep_sve with
// scalable vectors, load all that the processor has from in, count x0 down to
// zero and x1 up without touching any more, and store it all to out, x1 less
// what it was counted up by. struct image is in state_aarch64.c; its offsets
// are these.
#include "port/arch/branch_aarch64.h"

#define NZCV    248
#define FPCR    256
#define FPSR    264
#define VECTORS 288

// The frame: what a call preserves, and what the registers have no room for.
#define FRAME   192
#define D8      96
#define OUT     160
#define LOOPS   168
#define CONTROL 176
#define SCRATCH 184

	.arch	armv8-a+sve
	.section dy_text, "ax", %progbits

	.macro	push_preserved
	stp	x29, x30, [sp, #-FRAME]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	stp	d8, d9, [sp, #D8]
	stp	d10, d11, [sp, #D8 + 16]
	stp	d12, d13, [sp, #D8 + 32]
	stp	d14, d15, [sp, #D8 + 48]
	.endm

	.macro	pop_preserved
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	d8, d9, [sp, #D8]
	ldp	d10, d11, [sp, #D8 + 16]
	ldp	d12, d13, [sp, #D8 + 32]
	ldp	d14, d15, [sp, #D8 + 48]
	ldp	x29, x30, [sp], #FRAME
	.endm

// The vectors, to or from the image at x0; x9 and x10 are free.
	.macro	vectors_simd move
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\move	q\i, [x0, #VECTORS + 16 * \i]
	.endr
	.irp	i, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\move	q\i, [x0, #VECTORS + 16 * \i]
	.endr
	.endm
	.macro	load_simd
	vectors_simd ldr
	.endm
	.macro	store_simd
	vectors_simd str
	.endm

	.macro	vectors_sve move
	add	x9, x0, #VECTORS
	rdvl	x10, #31
	addvl	x10, x10, #1
	add	x10, x10, x9
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\move	z\i, [x9, #\i, mul vl]
	.endr
	.irp	i, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\move	z\i, [x9, #\i, mul vl]
	.endr
	.endm
	.macro	predicates_sve move
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\move	p\i, [x10, #\i, mul vl]
	.endr
	.endm
	.macro	load_sve
	vectors_sve ldr
	ldr	p0, [x10, #16, mul vl]
	wrffr	p0.b
	predicates_sve ldr
	.endm
	.macro	store_sve
	vectors_sve str
	predicates_sve str
	rdffr	p0.b
	str	p0, [x10, #16, mul vl]
	.endm

	.macro	keep kind
	.globl	keep_\kind
	.type	keep_\kind, %function
	.p2align 4
keep_\kind:
	LANDING_PAD
	push_preserved
	stp	x1, x2, [sp, #OUT]
	mrs	x9, fpcr
	str	x9, [sp, #CONTROL]
	load_\kind
	ldr	x9, [x0, #FPCR]
	msr	fpcr, x9
	ldr	x9, [x0, #FPSR]
	msr	fpsr, x9
	ldr	x9, [x0, #NZCV]
	msr	nzcv, x9
	.irp	i, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
	ldr	x\i, [x0, #8 * \i]
	.endr
	.irp	i, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 2
	ldr	x\i, [x0, #8 * \i]
	.endr
	ldr	x0, [sp, #LOOPS]

	// Flags stay as they are: none of these sets any.
1:	add	x1, x1, #1
	sub	x0, x0, #1
	cbnz	x0, 1b

	str	x2, [sp, #SCRATCH]
	ldr	x2, [sp, #OUT]
	.irp	i, 0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
	str	x\i, [x2, #8 * \i]
	.endr
	.irp	i, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	str	x\i, [x2, #8 * \i]
	.endr
	mov	x0, x2
	ldr	x2, [sp, #SCRATCH]
	str	x2, [x0, #16]
	ldr	x2, [sp, #LOOPS]
	sub	x1, x1, x2
	str	x1, [x0, #8]
	mrs	x9, nzcv
	str	x9, [x0, #NZCV]
	mrs	x9, fpcr
	str	x9, [x0, #FPCR]
	mrs	x9, fpsr
	str	x9, [x0, #FPSR]
	store_\kind
	ldr	x9, [sp, #CONTROL]
	msr	fpcr, x9
	pop_preserved
	ret
	.size	keep_\kind, . - keep_\kind
	.endm

	keep	simd
	keep	sve

// uint64_t sve_bytes(void)
	.text
	.globl	sve_bytes
	.type	sve_bytes, %function
	.p2align 4
sve_bytes:
	LANDING_PAD
	rdvl	x0, #1
	ret
	.size	sve_bytes, . - sve_bytes

	.section .note.GNU-stack, "", %progbits
