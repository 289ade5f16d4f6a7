// preempt=none - a goroutine runs until it blocks, yields or ends.
//
// Go before 1.2, Tokio, Argobots. Shines in throughput: nothing interrupts. Drowns
// under one long computation: everything behind it waits for its end.
#include "policy/registry.h"

static bool never(const struct dy_view *v, int p, uint64_t ran)
{
	(void)v, (void)p, (void)ran;
	return false;
}

const struct dy_preempt_policy policy_preempt_none = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_preempt_policy),
			.name = "none",
			.summary = "no preemption: run until it blocks (Go before 1.2, Tokio)",
		},
	.mechanism = DY_PREEMPT_NONE,
	.expired = never,
};
