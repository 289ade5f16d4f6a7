// queue=stamped - by age: who has been runnable longest runs first, on whatever P.
//
// A theft moves the stamps with the goroutines and merges the queues by them, which
// comes close to one queue for all without its lock being one for all. Shines in the
// tail of response times. Drowns in short ones: each costs a lock and a step in a heap,
// and a recursion as many stacks as first come, first served. What Caladan does.
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
