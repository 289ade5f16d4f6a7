// steal=none - a P runs what is queued on it, and nothing of others'.
//
// Shows what stealing is worth: imbalanced work stays where it was spawned, and the
// other Ps idle: it drowns in any program that forks. Shines, a little, where the work
// is balanced by hand and a look into other Ps could only disturb them. What overflows
// or is preempted still reaches the other Ps by the global queue.
#include "policy/registry.h"

static int nobody(const struct dy_view *v, int thief, uint32_t attempt)
{
	(void)v, (void)thief, (void)attempt;
	return DY_STOP;
}

const struct dy_steal_policy policy_steal_none = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_steal_policy),
			.name = "none",
			.summary = "no stealing: local and global queues only",
			.rounds = 1,
		},
	.victim = nobody,
};
