// procs.h - the default GOMAXPROCS, and following it while it changes.
#ifndef SCHED_PROCS_H
#define SCHED_PROCS_H

#include <stdbool.h>
#include <stdint.h>

// procs_default is what Go 1.25 and later would choose for this process now.
int procs_default(void);
// procs_open, before the runtime runs, says whether the default is in force and to
// be followed. procs_set makes it n from now on, if n is positive, and returns what
// it was.
void procs_open(bool follow);
int procs_set(int n);
// procs_look, by sysmon: follow it, if a second has passed.
void procs_look(uint64_t now);

#endif
