// place=tail - a plain queue: first come, first served, on the P where it happens.
//
// No runnext and no global queue but for overflow. Shines by being fair within a P,
// and its queue is all visible to thieves. Drowns on chains of wake-ups, each of
// which waits behind the whole queue. What most textbooks draw.
#include "policy/registry.h"

static enum dy_place tail(const struct dy_view *v, int p, enum dy_place_event why)
{
	(void)v, (void)p;
	return why == DY_SYSRET ? DY_PLACE_GLOBAL : DY_PLACE_TAIL;
}

const struct dy_place_policy policy_place_tail = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_place_policy),
			.name = "tail",
			.summary = "all go to the tail of the queue here",
			.rounds = 1,
		},
	.place = tail,
};
