// schedtrace.h - DYNO_DEBUG=schedtrace=MS[,scheddetail=1], as GODEBUG has it.
#ifndef SCHED_SCHEDTRACE_H
#define SCHED_SCHEDTRACE_H

#include <stdint.h>

// schedtrace_open reads the settings; schedtrace_period is the time between two
// traces, 0: none. schedtrace_look, by sysmon, prints one when it is time.
void schedtrace_open(void);
uint64_t schedtrace_period(void);
void schedtrace_look(uint64_t now);

#endif
