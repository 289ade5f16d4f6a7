// steal=half-tail - Go's search, but the newest half, from the victim's tail.
//
// How stealing is often told, and what Go does not do: its thieves take the oldest, at
// the head. Shows the difference. Shines, if anywhere, where the victim would have come
// to the newest last: thief and owner work from both ends. Drowns wherever work is not
// stolen: the tail is the owner's end, so every put and take of every owner needs the
// lock that a thief might want (sched/lockq.c), where Go's put is two stores. And in
// trees of tasks the newest are the smallest: the thief is back soon.
#include "policy/registry.h"
#include "policy/steal_walk.h"

const struct dy_steal_policy policy_steal_half_tail = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_steal_policy),
			.name = "half-tail",
			.summary = "the newest half, from the tail; puts and takes need a lock",
			.rounds = 1,
		},
	.victim = steal_walk,
	.runnext = steal_runnext_last,
	.end = DY_STEAL_TAIL,
};
