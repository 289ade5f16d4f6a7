// procs.h - running a test's main goroutine at several GOMAXPROCS.
#ifndef TEST_PROCS_H
#define TEST_PROCS_H

#include "rt.h"

// at_all_procs runs fn(NULL) at 1, 2, 4 and 8 Ps.
static inline void at_all_procs(dy_fn fn)
{
	for (int procs = 1; procs <= 8; procs *= 2)
		rt_run(procs, NULL, fn, NULL);
}

#endif
