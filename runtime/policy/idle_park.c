// idle=park - an M out of work does not search on its own; only a woken one does.
//
// What searching costs, by leaving it out: a P whose queue is empty goes idle at once,
// and comes back with the next submission. Shines with few goroutines on many Ps,
// where a search finds nothing. Drowns in trees of short tasks: each P that runs dry
// waits for a wake-up, while work stands in other queues.
#include "policy/registry.h"

static bool not_unasked(const struct dy_view *v, int p)
{
	(void)v, (void)p;
	return false;
}

const struct dy_idle_policy policy_idle_park = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_idle_policy),
			.name = "park",
			.summary = "searches only when woken for it; out of work, it parks",
			.rounds = 1,
		},
	.search = not_unasked,
};
