// preempt=poll - the monitor ends slices, with a flag that is polled.
//
// Go 1.2 to 1.13: a goroutine gives way at its next call of this library or
// dy_poll. Shines by being free of signals. Drowns with a loop that makes no
// call: it holds its P until it is done.
#include "policy/registry.h"

static const struct dy_policy_param params[] = {
	{"slice", "ns", 20000, INT64_C(10000000000), 10000000,
         "how long a goroutine may run"},
	{0},
};

static bool longer_than_slice(const struct dy_view *v, int p, uint64_t ran)
{
	(void)p;
	return ran >= (uint64_t)dy_view_param(v, 0);
}

const struct dy_preempt_policy policy_preempt_poll = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_preempt_policy),
			.name = "poll",
			.summary = "the same, seen at polls and library calls (Go 1.2 to 1.13)",
			.params = params,
		},
	.mechanism = DY_PREEMPT_POLL,
	.expired = longer_than_slice,
};
