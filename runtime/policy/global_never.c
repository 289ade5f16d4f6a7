// global=never - the global queue only when the local one is empty.
//
// Shows what the 61st slice is for. Drowns where two goroutines keep spawning each
// other: they starve everything in the global queue, for ever. Shines, by one lock less
// in 61 slices, where the local queues run empty anyway.
#include "policy/registry.h"

static bool not_before_local(const struct dy_view *v, int p, uint32_t tick)
{
	(void)v, (void)p, (void)tick;
	return false;
}

const struct dy_global_policy policy_global_never = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_global_policy),
			.name = "never",
			.summary = "not before the local queue is empty: the global one can starve",
		},
	.first = not_before_local,
};
