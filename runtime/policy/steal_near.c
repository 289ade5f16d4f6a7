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

// Where the thief's search has come to.
struct place {
	uint32_t distance;
	uint32_t step; // from the thief's number to that P's; 0: at the thief itself
};

static bool before(struct place a, struct place b)
{
	return a.distance < b.distance ||
	       (a.distance == b.distance && a.step < b.step);
}

// The nearest P that comes after at, equally near ones by number: one look at each, and
// no table of them, which a P has no room for. at, if there is none.
static struct place next_after(const struct dy_view *v, int thief, struct place at)
{
	uint32_t n = (uint32_t)dy_view_procs(v);
	struct place best = {UINT32_MAX, 0};

	for (uint32_t step = 1; step < n; step++) {
		struct place p = {
			dy_view_distance(v, thief,
		                         (int)(((uint32_t)thief + step) % n)),
			step};

		if ((at.step == 0 || before(at, p)) && before(p, best))
			best = p;
	}
	return best.step ? best : at;
}

// A pass ends with the thief itself, which the core passes over: a pass is then
// as long as steal_runnext_last takes it to be.
static int by_distance(const struct dy_view *v, int thief, uint32_t attempt)
{
	uint32_t n = (uint32_t)dy_view_procs(v);
	struct place *at = dy_view_scratch(v);

	if (attempt >= STEAL_PASSES * n)
		return DY_STOP;
	if (attempt % n == 0)
		at->step = 0;
	if (attempt % n == n - 1)
		return thief;
	*at = next_after(v, thief, *at);
	return (int)(((uint32_t)thief + at->step) % n);
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
