// preempt=timer - a timer of each M ends slices, whoever waits.
//
// Slices of tens of microseconds, which no monitor can give: what Shinjuku and Skyloft
// do with interrupts of their own, at the price of the kernel's. A slice ends at the
// next tick, so it lasts at most one period. Shines on light requests among heavy ones.
// Drowns where nobody waits, and in a virtual machine: each tick costs microseconds
// there, tens of them.
#include "policy/registry.h"

static const struct dy_policy_param params[] = {
	{"slice", "ns", 5000, INT64_C(1000000000), 100000,
         "from tick to tick of each thread's timer"},
	{0},
};

const struct dy_preempt_policy policy_preempt_timer = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_preempt_policy),
			.name = "timer",
			.summary = "the timer of each M, whoever waits (Shinjuku, Skyloft)",
			.rounds = 1,
			.params = params,
		},
	.mechanism = DY_PREEMPT_TIMER,
};
