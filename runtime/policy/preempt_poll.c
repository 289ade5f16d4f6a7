// preempt=poll - the monitor ends slices, with a flag that is polled.
//
// Go 1.2 to 1.13: a goroutine gives way at its next call of this library or
// dy_poll. Shines by being free of signals. Drowns with a loop that makes no
// call: it holds its P until it is done.
#include "policy/registry.h"
#include "policy/slice.h"

const struct dy_preempt_policy policy_preempt_poll = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_preempt_policy),
			.name = "poll",
			.summary = "the same, seen at polls and library calls (Go 1.2 to 1.13)",
			.rounds = 1,
			.params = slice_params,
		},
	.mechanism = DY_PREEMPT_POLL,
	.expired = slice_over,
};
