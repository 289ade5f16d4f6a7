// queue=lifo - the owner takes the newest, thieves the oldest, one at a time.
//
// Shines on recursion, depth first: it needs as many stacks as it is deep, what was
// just made is warm, and a thief gets the largest piece. What Cilk, TBB and libfork do.
// Drowns where goroutines wait for their turn: the oldest may starve, and only a thief
// or preemption helps it.
#include "policy/registry.h"

const struct dy_queue_policy policy_queue_lifo = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_queue_policy),
			.name = "lifo",
			.summary = "the newest first; thieves take the oldest, singly (Cilk)",
		},
	.order = DY_QUEUE_LIFO,
};
