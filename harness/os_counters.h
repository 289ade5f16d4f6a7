// os_counters.h - counters that the kernel keeps for the process anyway.
#ifndef HARNESS_OS_COUNTERS_H
#define HARNESS_OS_COUNTERS_H

#include "counters.h"

// os_counters_read reads one counter of source rusage or proc for the whole
// process, in the counter's unit. False when the kernel does not tell.
bool os_counters_read(const struct counter *c, double *v);

#endif
