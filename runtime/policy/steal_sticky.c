// steal=sticky - first where the last theft succeeded, then anywhere.
//
// Shines where one P makes the work (a spawner, a poller): the second theft
// finds it at once. Drowns where work moves: the remembered victim is empty by
// then, and all thieves crowd at one queue. What taskflow does.
#include "policy/registry.h"
#include "policy/steal_walk.h"

struct memory {
	uint32_t start;  // of steal_walk
	uint32_t victim; // of the last theft, plus one
};

static int last_first(const struct dy_view *v, int thief, uint32_t attempt)
{
	const struct memory *m = dy_view_scratch(v);

	if (attempt == 0 && m->victim)
		return (int)m->victim - 1;
	return steal_walk(v, thief, attempt ? attempt - 1 : 0);
}

// Asked only where there is something to take: that is the success.
static uint32_t half(const struct dy_view *v, int thief, int victim, uint32_t len)
{
	struct memory *m = dy_view_scratch(v);

	(void)thief;
	m->victim = (uint32_t)victim + 1;
	return len - len / 2;
}

const struct dy_steal_policy policy_steal_sticky = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_steal_policy),
			.name = "sticky",
			.summary = "the last successful victim first, then all in turn (taskflow)",
			.rounds = 1,
		},
	.victim = last_first,
	.amount = half,
	.runnext = steal_runnext_last,
};
