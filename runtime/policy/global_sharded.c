// global=sharded - the global queue as several lists, each P at its own.
//
// Tokio's answer to many producers that meet at one lock (opt-in there, 8 shards). To
// a P's list go what it preempts, what yields on it and what its ring cannot hold; there
// it looks first, as often as Go does. An M without a P has a list by its number.
// Shines where many Ps, or threads without a P, put at once: their locks are different
// ones. Drowns with few Ps, where one lock was never fought over: the order among all
// is given up for nothing, and a P whose list is empty takes one lock more.
//
// What is in a list that is nobody's own still runs, since every eighth take is from
// the next list in turn: sched/shards.c.
#include "policy/registry.h"

static const struct dy_policy_param params[] = {
	{"shards", "", 1, SHARDS_MAX, 8, "how many lists"},
	{0},
};

const struct dy_global_policy policy_global_sharded = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_global_policy),
			.name = "sharded",
			.summary = "several lists with a lock each, the P's own first (Tokio)",
			.rounds = 61 * 8 * SHARDS_MAX,
			.params = params,
		},
	.layout = DY_GLOBAL_SHARDS,
};
