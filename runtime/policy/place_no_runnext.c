// place=no-runnext - new and woken ones at the tail of the queue here, others globally.
//
// Go's rule from 1.1 to 1.4, before it had runnext: shows what that slot is worth. Shines
// by being fair, since nobody overtakes, and by hiding nothing from thieves. Drowns in
// pairs that wake each other: each message waits behind the whole queue, or is carried off
// by an idle P while the sender is about to wait for the answer.
#include "policy/registry.h"

static enum dy_place behind(const struct dy_view *v, int p,
                            enum dy_place_event why)
{
	(void)v, (void)p;
	return why == DY_NEW || why == DY_WOKEN ? DY_PLACE_TAIL : DY_PLACE_GLOBAL;
}

const struct dy_place_policy policy_place_no_runnext = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_place_policy),
			.name = "no-runnext",
			.summary = "Go's without runnext: to the tail here (Go 1.1 to 1.4)",
			.rounds = 1,
		},
	.place = behind,
};
