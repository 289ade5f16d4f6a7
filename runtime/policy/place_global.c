// place=global - one queue for all, as before Go 1.1.
//
// Shines by being perfectly fair and balanced: nobody waits while a P is free, and
// nobody overtakes. Drowns in its lock as soon as a few Ps come and go every
// microsecond.
#include "policy/registry.h"

static enum dy_place everywhere(const struct dy_view *v, int p,
                                enum dy_place_event why)
{
	(void)v, (void)p, (void)why;
	return DY_PLACE_GLOBAL;
}

const struct dy_place_policy policy_place_global = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_place_policy),
			.name = "global",
			.summary = "everything goes to the global queue (Go 1.0)",
			.rounds = 1,
		},
	.place = everywhere,
};
