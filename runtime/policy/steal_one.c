// steal=one - Go's search, but one goroutine at a time.
//
// Shines where each stolen goroutine is the root of much work (divide and
// conquer: the oldest is the largest). Drowns where goroutines are small and
// many: the thief is back after each, and every theft is a contended
// compare-and-swap. What taskflow, TBB and libfork do.
#include "policy/registry.h"
#include "policy/steal_walk.h"

static uint32_t one(const struct dy_view *v, int thief, int victim, uint32_t len)
{
	(void)v, (void)thief, (void)victim, (void)len;
	return 1;
}

const struct dy_steal_policy policy_steal_one = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_steal_policy),
			.name = "one",
			.summary = "one goroutine per theft, the oldest (TBB, taskflow, libfork)",
			.rounds = 1,
		},
	.victim = steal_walk,
	.amount = one,
	.runnext = steal_runnext_last,
};
