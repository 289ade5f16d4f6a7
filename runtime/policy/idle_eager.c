// idle=eager - each submission wakes an M while Ps are idle.
//
// What Go's one searcher at a time saves, by leaving it out: parallelism grows with
// the work instead of one thread after another. Shines on bursts of long tasks.
// Drowns in bursts of short ones: most of the woken find nothing, and the spawner
// pays a system call for each.
#include "policy/registry.h"

static uint32_t one(const struct dy_view *v, int p, uint32_t idle,
                    uint32_t spinning)
{
	(void)v, (void)p, (void)idle, (void)spinning;
	return 1;
}

const struct dy_idle_policy policy_idle_eager = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_idle_policy),
			.name = "eager",
			.summary = "each submission wakes an M while Ps are idle",
			.rounds = 1,
		},
	.wake = one,
};
