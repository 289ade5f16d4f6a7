// steal=half - one pass over all Ps, half of a queue; a runnext is nobody's but its P's.
//
// Tokio's rule: its worker goes round once and leaves the slot of what runs next alone.
// Shines on pairs that wake each other, which no thief can part, and in searches a quarter
// as long as Go's. Drowns where a goroutine readies another and then computes on: that one
// waits for it while other Ps idle (the workload lifotrap; tokio 4941 tells of a factor of
// 20). Differs from Tokio, where a second thief of the same queue gives up.
#include "policy/registry.h"
#include "policy/steal_walk.h"

static int once_round(const struct dy_view *v, int thief, uint32_t attempt)
{
	return attempt < (uint32_t)dy_view_procs(v)
	               ? steal_walk(v, thief, attempt)
	               : DY_STOP;
}

const struct dy_steal_policy policy_steal_half = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_steal_policy),
			.name = "half",
			.summary = "one pass, half of a queue, never a runnext (Tokio)",
			.rounds = 1,
		},
	.victim = once_round,
};
