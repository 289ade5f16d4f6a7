// place=workfirst - a spawn runs the child at once; the parent waits in the queue.
//
// Cilk's order, which a program without its spawns would have: with queue=lifo one P
// runs depth first in as many stacks as the recursion is deep, and a thief takes
// the oldest parent, the largest piece. Shines on recursive fork and join. Drowns
// where a loop spawns many: the loop itself travels from thief to thief.
#include "policy/registry.h"

static enum dy_place child_first(const struct dy_view *v, int p,
                                 enum dy_place_event why)
{
	(void)v, (void)p;
	switch (why) {
	case DY_NEW:
		return DY_PLACE_RUN;
	case DY_WOKEN:
		return DY_PLACE_RUNNEXT;
	default:
		return DY_PLACE_GLOBAL;
	}
}

const struct dy_place_policy policy_place_workfirst = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_place_policy),
			.name = "workfirst",
			.summary = "a spawned one runs at once, its spawner queues up (Cilk)",
		},
	.place = child_first,
};
