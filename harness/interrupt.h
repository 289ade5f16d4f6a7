// interrupt.h - stopping in good order: SIGINT, SIGTERM and SIGHUP.
#ifndef HARNESS_INTERRUPT_H
#define HARNESS_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>

// interrupt_catch blocks these signals and SIGCHLD for the process; they are
// delivered only inside ppoll with interrupt_mask, so that none is missed
// between a look and a wait.
void interrupt_catch(void);
const sigset_t *interrupt_mask(void);

// interrupt_seen looks whether one of the three has come, also one that is
// still pending.
bool interrupt_seen(void);

// interrupt_ignore_writes makes errors of SIGPIPE and SIGXFSZ: a pipe that is
// closed, or a file that may not grow, is told as a disk that is full is. Once.
void interrupt_ignore_writes(void);

// interrupt_reset gives a forked child the signals as they were before.
void interrupt_reset(void);

#endif
