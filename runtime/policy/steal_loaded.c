// steal=loaded - of two random Ps, the one with the longer queue.
//
// Two choices find a loaded queue far more surely than one (Mitzenmacher, "The
// power of two choices in randomized load balancing", 2001). Shines with many
// Ps and few loaded ones. Drowns with few Ps, where reading two queue lengths
// costs more than the better choice brings.
#include "policy/registry.h"
#include "policy/steal_walk.h"

static int longer_of_two(const struct dy_view *v, int thief, uint32_t attempt)
{
	uint32_t n = (uint32_t)dy_view_procs(v);
	int a, b;

	(void)thief;
	if (attempt >= STEAL_PASSES * n)
		return DY_STOP;
	// The last pass visits everybody, so that nothing is missed by chance.
	if (attempt >= (STEAL_PASSES - 1) * n)
		return (int)(attempt % n);
	a = (int)(dy_view_random(v) % n);
	b = (int)(dy_view_random(v) % n);
	return dy_view_queue_len(v, a) >= dy_view_queue_len(v, b) ? a : b;
}

const struct dy_steal_policy policy_steal_loaded = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_steal_policy),
			.name = "loaded",
			.summary = "the longer of two random queues (power of two choices)",
			.rounds = 1,
		},
	.victim = longer_of_two,
	.runnext = steal_runnext_last,
};
