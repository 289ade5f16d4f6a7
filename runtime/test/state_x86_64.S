// state_x86_64.S - a loop in workload text that keeps every register busy.
//
// void keep_sse(const void *in, void *out, uint64_t loops), and keep_avx and
// keep_avx512 with wider vectors, load all that the processor has from in, count
// down to zero in memory without touching any of it, and store it all to out.
// The counter, out and 14 words lie in the red zone. struct image is in
// state_x86_64.c; its offsets are these.

#define GENERAL 0
#define FLAGS   120
#define REDZONE 128
#define X87     256
#define MASKS   384
#define VECTORS 448

#define CARRY_AND_DIRECTION 0x401

	.section dy_text, "ax", @progbits

// What is loaded and stored of the vectors, by width.
	.macro	each_of_16 do
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	\do	\i
	.endr
	.endm

	.macro	load_sse i
	movups	VECTORS + 64 * \i(%rdi), %xmm\i
	.endm
	.macro	store_sse i
	movups	%xmm\i, VECTORS + 64 * \i(%rdi)
	.endm
	.macro	load_avx i
	vmovups	VECTORS + 64 * \i(%rdi), %ymm\i
	.endm
	.macro	store_avx i
	vmovups	%ymm\i, VECTORS + 64 * \i(%rdi)
	.endm
	.macro	load_avx512 i
	vmovups	VECTORS + 64 * \i(%rdi), %zmm\i
	.endm
	.macro	store_avx512 i
	vmovups	%zmm\i, VECTORS + 64 * \i(%rdi)
	.endm

	.macro	rest_sse direction
	.endm
	.macro	rest_avx direction
	.endm
	.macro	rest_avx512 direction
	.irp	i, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	\direction\()_avx512	\i
	.endr
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	\direction\()_mask	\i
	.endr
	.endm
	.macro	load_mask i
	kmovq	MASKS + 8 * \i(%rdi), %k\i
	.endm
	.macro	store_mask i
	kmovq	%k\i, MASKS + 8 * \i(%rdi)
	.endm

	.macro	keep width
	.globl	keep_\width
	.type	keep_\width, @function
	.p2align 4
keep_\width:
	pushq	%rbx
	pushq	%rbp
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rdx, -8(%rsp)
	movq	%rsi, -16(%rsp)
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
	movq	REDZONE + 8 * \i(%rdi), %rax
	movq	%rax, -24 - 8 * \i(%rsp)
	.endr
	fninit
	.irp	i, 7, 6, 5, 4, 3, 2, 1, 0
	fldt	X87 + 16 * \i(%rdi)
	.endr
	each_of_16 load_\width
	rest_\width load
	movq	GENERAL + 0(%rdi), %rax
	movq	GENERAL + 8(%rdi), %rcx
	movq	GENERAL + 16(%rdi), %rdx
	movq	GENERAL + 24(%rdi), %rbx
	movq	GENERAL + 32(%rdi), %rbp
	movq	GENERAL + 40(%rdi), %rsi
	movq	GENERAL + 56(%rdi), %r8
	movq	GENERAL + 64(%rdi), %r9
	movq	GENERAL + 72(%rdi), %r10
	movq	GENERAL + 80(%rdi), %r11
	movq	GENERAL + 88(%rdi), %r12
	movq	GENERAL + 96(%rdi), %r13
	movq	GENERAL + 104(%rdi), %r14
	movq	GENERAL + 112(%rdi), %r15
	movq	GENERAL + 48(%rdi), %rdi

	// Carry and direction stay set: decq leaves both alone.
	std
	stc
1:	decq	-8(%rsp)
	jnz	1b

	xchgq	%rdi, -16(%rsp)
	movq	%rax, GENERAL + 0(%rdi)
	movq	%rcx, GENERAL + 8(%rdi)
	movq	%rdx, GENERAL + 16(%rdi)
	movq	%rbx, GENERAL + 24(%rdi)
	movq	%rbp, GENERAL + 32(%rdi)
	movq	%rsi, GENERAL + 40(%rdi)
	movq	%r8, GENERAL + 56(%rdi)
	movq	%r9, GENERAL + 64(%rdi)
	movq	%r10, GENERAL + 72(%rdi)
	movq	%r11, GENERAL + 80(%rdi)
	movq	%r12, GENERAL + 88(%rdi)
	movq	%r13, GENERAL + 96(%rdi)
	movq	%r14, GENERAL + 104(%rdi)
	movq	%r15, GENERAL + 112(%rdi)
	movq	-16(%rsp), %rax
	movq	%rax, GENERAL + 48(%rdi)
	leaq	-128(%rsp), %rsp
	pushfq
	popq	%rax
	leaq	128(%rsp), %rsp
	cld
	andl	$CARRY_AND_DIRECTION, %eax
	movq	%rax, FLAGS(%rdi)
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13
	movq	-24 - 8 * \i(%rsp), %rax
	movq	%rax, REDZONE + 8 * \i(%rdi)
	.endr
	.irp	i, 0, 1, 2, 3, 4, 5, 6, 7
	fstpt	X87 + 16 * \i(%rdi)
	.endr
	each_of_16 store_\width
	rest_\width store
	.ifnc	\width, sse
	vzeroupper
	.endif
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbp
	popq	%rbx
	ret
	.size	keep_\width, . - keep_\width
	.endm

	keep	sse
	keep	avx
	keep	avx512

	.section .note.GNU-stack, "", @progbits
