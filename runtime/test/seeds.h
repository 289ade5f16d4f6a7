// seeds.h - running a test's main goroutine on the virtual machine under many
// seeds.
#ifndef TEST_SEEDS_H
#define TEST_SEEDS_H

#include <stdio.h>
#include <stdlib.h>

#include "rt.h"

enum { SEEDS = 200 };

static inline void set_seed(unsigned seed)
{
	char text[16];

	snprintf(text, sizeof text, "%u", seed);
	setenv("DYNO_SIM_SEED", text, 1);
}

// under_all_seeds runs fn(NULL) as main goroutine under each seed, at 1, 2, 4 or 8 Ps
// in turn; policy NULL: Go's.
static inline void under_all_seeds(dy_fn fn, const char *policy)
{
	static const int procs[] = {1, 2, 4, 8};

	for (unsigned seed = 1; seed <= RT_SCALE(SEEDS); seed++) {
		set_seed(seed);
		rt_run(procs[seed % 4], policy, fn, NULL);
	}
}

#endif
