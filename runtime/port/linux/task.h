// task.h - threads as a program makes them that has one for each task.
//
// For threads/ alone, the baseline; the virtual machine has none. A task costs
// what pthread_create does and nothing beyond: no signal stack, and timer slack
// and CPUs from whoever starts it. Its port_m() is set, and it may be kicked.
#ifndef PORT_LINUX_TASK_H
#define PORT_LINUX_TASK_H

#include "port/port.h"

// port_task_start starts a thread that calls fn(mp), on a stack of this size, and
// then, however fn was left, end(mp). t, of zeroed memory, stays the caller's until
// port_task_join. -EAGAIN, -ENOMEM or -EINVAL when the system refuses.
int port_task_start(struct port_thread *t, struct m *mp, size_t stack_size,
                    void (*fn)(struct m *mp), void (*end)(struct m *mp));
// port_task_join waits until the thread has ended.
void port_task_join(struct port_thread *t);
// port_task_exit leaves fn, however deep, for end; t is the
// calling thread's.
_Noreturn void port_task_exit(struct port_thread *t);
// port_task_yield lets other threads have the CPU.
void port_task_yield(void);

// port_kicks_hold keeps kicks of the calling thread, and of those that it starts,
// pending until port_fd_wait; port_kicks_release undoes it.
void port_kicks_hold(void);
void port_kicks_release(void);
// port_fd_wait sleeps until a descriptor is ready (PORT_READ or PORT_WRITE). It
// ends early for a kick, at the deadline, and for no reason.
void port_fd_wait(int fd, unsigned how, uint64_t deadline);

// port_confine has the thread run on the first n of the CPUs that the process
// could use at the time of port_confine_open (0: on all of them) and returns how
// many these are.
void port_confine_open(void);
int port_confine(struct port_thread *t, int n);

#endif
