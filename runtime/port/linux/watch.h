// watch.h - timers of a thread that runs code which is not ours.
#ifndef PORT_LINUX_WATCH_H
#define PORT_LINUX_WATCH_H

#include <signal.h>
#include <stdbool.h>

struct port_thread;

// watch_set says whether threads that begin from now on are watched.
void watch_set(bool watched);
// watch_begin starts the calling thread's timers, if it is to be watched, and
// watch_end stops them.
void watch_begin(struct port_thread *t);
void watch_end(struct port_thread *t);

void on_watch_timer(int sig, siginfo_t *info, void *context);

#endif
