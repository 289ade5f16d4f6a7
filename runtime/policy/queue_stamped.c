// queue=stamped - by age: who has been runnable longest runs first, on whatever P.
//
// A theft moves the stamps with the goroutines and merges the queues by them, which
// comes close to one queue for all without its lock being one for all. Shines in the
// tail of response times. Costs a lock and a heap for each goroutine, and depth of
// recursion as first come, first served does. What Caladan does.
#include "policy/registry.h"

const struct dy_queue_policy policy_queue_stamped = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_queue_policy),
			.name = "stamped",
			.summary = "by age, which theft does not change (Caladan)",
			.rounds = 1,
		},
	.order = DY_QUEUE_KEYED,
};
