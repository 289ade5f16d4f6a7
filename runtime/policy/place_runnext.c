// place=runnext - what was just made or woken runs next, where that happened.
//
// Shines where its maker waits for it, and its data is warm: a pair that wakes each
// other never leaves its P. Drowns where the maker computes on for long while other Ps
// idle: they may take a runnext only after four empty searches. The rule itself is
// compiled in, in sched/place.h.
#include "policy/registry.h"

const struct dy_place_policy policy_place_runnext = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_place_policy),
			.name = "runnext",
			.summary = "Go's: new and woken ones run next, others queue globally",
			.rounds = 1,
		},
};
