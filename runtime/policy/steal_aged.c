// steal=aged - Go's search, but a runnext is left alone until it has aged.
//
// Kotlin's coroutines leave the slot of what runs next to its own worker for 100 us; Go
// for 3. Shines on pairs that wake each other: they stay together the better the
// longer. Drowns where a goroutine readies another and then computes on: that one waits
// for so long though a P is idle. The thief spins for that time, until the slot has
// aged or its P has run something else. Differs from Kotlin, whose thief sleeps and
// comes again.
#include "policy/registry.h"
#include "policy/steal_walk.h"

static const struct dy_policy_param params[] = {
	{"age", "ns", 0, INT64_C(10000000), 100000,
         "of a runnext that may be taken"},
	{0},
};

static int64_t runnext_of_age(const struct dy_view *v, int thief, int victim,
                              uint32_t attempt)
{
	return steal_runnext_last(v, thief, victim, attempt) < 0
	               ? -1
	               : dy_view_param(v, 0);
}

const struct dy_steal_policy policy_steal_aged = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_steal_policy),
			.name = "aged",
			.summary = "a runnext only when it has lain for a while (Kotlin)",
			.rounds = 1,
			.params = params,
		},
	.victim = steal_walk,
	.runnext = runnext_of_age,
};
