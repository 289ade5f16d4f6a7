// guard.h - what stands between the scheduler and a plugin.
#ifndef SCHED_GUARD_H
#define SCHED_GUARD_H

#include "sched/sched.h"

// guard_open takes note of what a runtime will use: kept by reference.
void guard_open(const struct policy *policy);
// guard_needed: is any of it a plugin's?
bool guard_needed(void);
// guard_table is the table of an axis that the scheduler is to call: that of the
// policy, or of guards around a plugin's.
const void *guard_table(int axis);

// guard_fault ends the process if mp is in a hook, which met that signal.
void guard_fault(struct m *mp, const char *signal, uintptr_t addr);

// guard_ejected says why the axis's plugin was ejected; NULL: it was not.
const char *guard_ejected(int axis);

#endif
