// procs.h - the default GOMAXPROCS, and following it while it changes.
#ifndef SCHED_PROCS_H
#define SCHED_PROCS_H

#include <stdbool.h>
#include <stdint.h>

// procs_default is what Go 1.25 and later would choose for this process now.
int procs_default(void);
// procs_follow says whether the default is in force and to be followed.
void procs_follow(bool yes);
// procs_look, by sysmon: follow it, if a second has passed.
void procs_look(uint64_t now);

#endif
