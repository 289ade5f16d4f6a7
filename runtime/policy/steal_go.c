// steal=go - four passes in random order, half of the victim, runnext last.
//
// Shines where work is uneven and plentiful: a random victim is soon a loaded
// one, and half of its queue feeds the thief for long. Drowns where Ps are
// many and work is little: most looks find nothing, and each costs a cache
// line. The rule itself is compiled in, in sched/steal.c.
#include "policy/registry.h"

const struct dy_steal_policy policy_steal_go = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_steal_policy),
			.name = "go",
			.summary = "Go's: 4 passes in random order, half a ring, runnext last",
			.rounds = 1,
		},
};
