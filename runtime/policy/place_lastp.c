// place=lastp - a goroutine that wakes returns to the P where it ran before.
//
// Its data may still be in that processor's cache. Shines with few goroutines of much
// data each. Drowns where that P is busy: the goroutine waits there, or is stolen
// after all, while the P that woke it was free at once. What Caladan does.
#include "policy/registry.h"

static enum dy_place back_home(const struct dy_view *v, int p,
                               enum dy_place_event why)
{
	(void)v, (void)p;
	switch (why) {
	case DY_NEW:
		return DY_PLACE_RUNNEXT;
	case DY_WOKEN:
	case DY_SYSRET:
		return DY_PLACE_LAST_P;
	default:
		return DY_PLACE_GLOBAL;
	}
}

const struct dy_place_policy policy_place_lastp = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_place_policy),
			.name = "lastp",
			.summary = "a woken one goes back to the P that it last ran on",
			.rounds = 1,
		},
	.place = back_home,
};
