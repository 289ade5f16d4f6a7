// syscall.h - around a call that blocks the kernel thread.
#ifndef SCHED_SYSCALL_H
#define SCHED_SYSCALL_H

// enter_syscall marks the current goroutine as in a system call: its P stays
// with the M, and may be taken meanwhile. exit_syscall ends that: at once when
// the P is still there, else with another P or, when there is none, by way of
// the global queue. Between the two, nothing of this library may be called.
// exit_syscall blocks: G.
void enter_syscall(void);
void exit_syscall(void);

#endif
