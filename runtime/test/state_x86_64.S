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

// The general registers but rdi, which points to the image, and rsp.
	.macro	each_general do
	\do	0, rax
	\do	8, rcx
	\do	16, rdx
	\do	24, rbx
	\do	32, rbp
	\do	40, rsi
	\do	56, r8
	\do	64, r9
	\do	72, r10
	\do	80, r11
	\do	88, r12
	\do	96, r13
	\do	104, r14
	\do	112, r15
	.endm
	.macro	load_general at, register
	movq	GENERAL + \at(%rdi), %\register
	.endm
	.macro	store_general at, register
	movq	%\register, GENERAL + \at(%rdi)
	.endm

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
	each_general load_general
	movq	GENERAL + 48(%rdi), %rdi

	// Carry and direction stay set: decq leaves both alone.
	std
	stc
1:	decq	-8(%rsp)
	jnz	1b

	xchgq	%rdi, -16(%rsp)
	each_general store_general
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
