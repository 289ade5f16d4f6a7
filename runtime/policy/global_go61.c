// global=go61 - every 61st slice one goroutine from the global queue first.
//
// A compromise: local work stays local, and what waits in the global queue (preempted
// and yielding goroutines, spills) is still served within 61 slices. Shines where
// slices are microseconds: the lock is taken for one in sixty. Drowns where they are
// milliseconds, 61 of which are half a second, and in chains of runnext, which begin no
// slices and are not counted. The rule itself is compiled in, in sched/globq.c.
#include "policy/registry.h"

const struct dy_global_policy policy_global_go61 = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_global_policy),
			.name = "go61",
			.summary = "Go's: one at every 61st slice; min(128, n, n/P + 1) when idle",
			.rounds = 61,
		},
};
