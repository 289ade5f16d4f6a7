// queue=fifo - a ring, first come, first served, behind runnext.
//
// Shines by being fair within a P, and what has waited longest is what thieves take.
// Drowns on deep recursion: breadth first keeps all of a level alive, with its stacks.
// The ring is compiled in, in sched/runq.c.
#include "policy/registry.h"

const struct dy_queue_policy policy_queue_fifo = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_queue_policy),
			.name = "fifo",
			.summary = "Go's: a ring of 256, first come, first served",
			.rounds = 1,
		},
	.order = DY_QUEUE_FIFO,
};
