// idle=go - an M out of work searches once and parks; one searcher is woken at a time.
//
// Searchers are kept to half of the busy Ps, a submission wakes one only if nobody
// searches, and a searcher that finds work wakes the next. Shines everywhere. Drowns
// where work comes in single pieces just after the last searcher has parked: each
// pays for a wake-up.
#include "policy/registry.h"

const struct dy_idle_policy policy_idle_go = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_idle_policy),
			.name = "go",
			.summary = "searches once, parks; wakes one if nobody searches (Go, Tokio)",
			.rounds = 1,
		},
};
