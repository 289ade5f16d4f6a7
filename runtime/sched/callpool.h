// callpool.h - at most so many Ms in blocking calls, for syscall=pool:n.
#ifndef SCHED_CALLPOOL_H
#define SCHED_CALLPOOL_H

#include <stdbool.h>
#include <stdint.h>

// callpool_open sets how many calls may be under way at once; 0: any number.
void callpool_open(uint64_t limit);
// callpool_enter takes a place for the calling goroutine, in the order of asking;
// false: none is needed. It may park, and return on another M: blocks G.
// callpool_leave gives the place back, with a P or without: blocks nothing.
bool callpool_enter(void);
void callpool_leave(void);

#endif
