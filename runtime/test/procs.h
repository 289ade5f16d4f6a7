// procs.h - running a test's main goroutine at several GOMAXPROCS.
#ifndef TEST_PROCS_H
#define TEST_PROCS_H

#include "rt.h"

// Calls *fn, and returns when all that it started has ended: what main leaves
// behind at its return is abandoned, with what it holds.
static inline void main_to_the_end(void *fn)
{
	(*(dy_fn *)fn)(NULL);
	while (dy_num_goroutine() > 1)
		dy_yield();
}

// at_all_procs runs fn(NULL) at 1, 2, 4 and 8 Ps.
static inline void at_all_procs(dy_fn fn)
{
	for (int procs = 1; procs <= 8; procs *= 2)
		rt_run(procs, NULL, main_to_the_end, &fn);
}

#endif
