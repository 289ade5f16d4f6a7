// steal=near - the closest Ps first, by the distances that the harness gave.
//
// Shines where caches or memories are shared by some Ps and far from others:
// what is stolen nearby is still warm. Drowns where the work is all on the far
// side: each search asks the empty neighbours first. Without distances it
// visits the Ps in the order of their numbers, from the thief on.
#include "policy/registry.h"
#include "policy/steal_walk.h"

static const struct dy_policy_param params[] = {
	{"amount", "", 0, DY_RING / 2, 0, "how many at a time; 0: half"},
	{0},
};

// The rank-th nearest P to the thief; of equally near ones the next by number.
// Selection without a table: as many looks as Ps, per victim.
static int nearest(const struct dy_view *v, int thief, uint32_t rank)
{
	int n = dy_view_procs(v);

	for (int i = 1; i < n; i++) {
		int candidate = (thief + i) % n;
		uint16_t d = dy_view_distance(v, thief, candidate);
		uint32_t closer = 0;

		for (int j = 1; j < n; j++) {
			uint16_t e = dy_view_distance(v, thief, (thief + j) % n);

			closer += e < d || (e == d && j < i);
		}
		if (closer == rank)
			return candidate;
	}
	return DY_STOP;
}

// A pass ends with the thief itself, which the core passes over: a pass is then
// as long as steal_runnext_last takes it to be.
static int by_distance(const struct dy_view *v, int thief, uint32_t attempt)
{
	uint32_t n = (uint32_t)dy_view_procs(v);

	if (attempt >= STEAL_PASSES * n)
		return DY_STOP;
	return attempt % n == n - 1 ? thief : nearest(v, thief, attempt % n);
}

static uint32_t as_many(const struct dy_view *v, int thief, int victim,
                        uint32_t len)
{
	uint32_t n = (uint32_t)dy_view_param(v, 0);

	(void)thief, (void)victim;
	return n ? n : len - len / 2;
}

const struct dy_steal_policy policy_steal_near = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_steal_policy),
			.name = "near",
			.summary = "the nearest Ps first, by topology distance (libfork)",
			.rounds = 1,
			.params = params,
		},
	.victim = by_distance,
	.amount = as_many,
	.runnext = steal_runnext_last,
};
