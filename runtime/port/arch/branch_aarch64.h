// branch_aarch64.h - for assembly: keeping to what -mbranch-protection promises.
//
// A distribution may build everything with it. Where an object promises branch
// target checks (BTI), the processor lets an indirect branch end only at a
// landing pad, and the linker drops the promise of the whole program if one
// object, say one in assembly, does not make it.

#ifndef PORT_ARCH_BRANCH_AARCH64_H
#define PORT_ARCH_BRANCH_AARCH64_H
// clang-format off

#ifdef __ARM_FEATURE_BTI_DEFAULT
#define LANDING_PAD hint #34 // bti c
// Behind a call there is no landing pad, and a return needs none.
#define RESUME      ret
#else
#define LANDING_PAD
#define RESUME      br x30
#endif

// Two promises: 1 landing pads, 2 signed return addresses. Nothing here keeps a
// return address where it would have to be signed.
#ifdef __ARM_FEATURE_BTI_DEFAULT
	.pushsection .note.gnu.property, "a", %note
	.balign 8
	.long 4, 16, 5			// sizes of name and content, type
	.asciz "GNU"
	.long 0xc0000000, 4, 3, 0	// which features, of all objects
	.popsection
#endif

// clang-format on
#endif
