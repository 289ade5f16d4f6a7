// queue=sjf - the shortest job first, where the program knows how long each is.
//
// Shines in the mean: of all orders the one with the least response time. The size is
// what dy_go_sized was told; who told none is taken as short. Drowns in the tail: a
// long job among ever new short ones waits for ever, which is what fair policies exist
// for.
#include "policy/registry.h"

static uint64_t by_size(const struct dy_view *v, const struct dy_goroutine *g)
{
	(void)v;
	return g->size;
}

const struct dy_queue_policy policy_queue_sjf = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_queue_policy),
			.name = "sjf",
			.summary = "the shortest first, by what dy_go_sized was told",
		},
	.order = DY_QUEUE_KEYED,
	.key = by_size,
};
