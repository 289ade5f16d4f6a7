// check.h - invariants that are watched while the runtime runs, on request.
#ifndef SCHED_CHECK_H
#define SCHED_CHECK_H

#include <stdint.h>

// DYNO_DEBUG=check=MS: work must not wait for longer than MS beside an idle P.
// check_open reads the setting; check_period is how often sysmon must look, 0:
// no checks; check_look, by sysmon, looks.
void check_open(void);
uint64_t check_period(void);
void check_look(uint64_t now);
// check_sums, after the end, compares counters that must agree.
void check_sums(void);

#endif
