// arch_aarch64.h - what trampoline_aarch64.S and arch_aarch64.c agree on: the
// offsets of the kernel's signal frame, of which a copy lies on the stack of a
// preempted goroutine, and the system call that goes back by it.
#ifndef PORT_LINUX_ARCH_AARCH64_H
#define PORT_LINUX_ARCH_AARCH64_H

#define FRAME_CONTEXT 128 // the ucontext_t, behind a siginfo_t
#define FRAME_X0 312      // x0 to x30, sp, pc
#define FRAME_RECORD 4688 // behind the frame: x29, and where it was interrupted
#define FRAME_BYTES 4704  // up to the interrupted stack pointer

#define SYS_RT_SIGRETURN 139

#endif
