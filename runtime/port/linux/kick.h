// kick.h - what kick.c and the trampoline of each architecture share.
#ifndef PORT_LINUX_KICK_H
#define PORT_LINUX_KICK_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <ucontext.h>

// Before the interrupted code is known to be workload text, no sanitizer may be
// called: it may be the very code that was interrupted.
#if defined(__clang__) && __has_attribute(disable_sanitizer_instrumentation)
#define UNINSTRUMENTED __attribute__((disable_sanitizer_instrumentation))
#else
#define UNINSTRUMENTED
#endif

// The text that may be preempted: one section, so that two comparisons decide.
// Absent from a program without such text.
extern const char __start_dy_text[] __attribute__((weak, visibility("hidden")));
extern const char __stop_dy_text[] __attribute__((weak, visibility("hidden")));

// port_tick_end gives a thread's timer back, if it has one.
struct port_thread;
void port_tick_end(struct port_thread *t);
// tick_overrun is told at each tick how many were missed since the last; in its handler.
UNINSTRUMENTED void tick_overrun(struct port_thread *t, int missed);

// on_kick is SIGURG's handler.
UNINSTRUMENTED void on_kick(int sig, siginfo_t *info, void *context);

// arch_preempt_open finds out what the processor has to save.
void arch_preempt_open(void);

// arch_interrupted reads where a signal met its thread.
UNINSTRUMENTED void arch_interrupted(const ucontext_t *uc, uintptr_t *pc,
                                     uintptr_t *sp);

// arch_preempt_room is how much stack arch_inject and the call take; SIZE_MAX:
// what was interrupted here cannot be put back.
size_t arch_preempt_room(const ucontext_t *uc);

// arch_inject makes the thread continue, after the handler, with a call of
// preempt_here that changes no register and no memory of the interrupted code.
void arch_inject(ucontext_t *uc);

// What the kernel returns to after a handler; NULL where it knows by itself.
void (*arch_sigreturn(void))(void);

#endif
