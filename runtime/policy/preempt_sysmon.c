// preempt=sysmon - the monitor ends slices, with a flag and a signal.
//
// Go since 1.14: after 10 ms (measured from the monitor's rounds, so 10 to 20) even a
// bare loop gives way. Shines where long computations share Ps with short requests.
// Drowns where microseconds count: its slice is coarse, and a signal costs as much as
// some of them. sysmon:1ms sets another slice.
#include "policy/registry.h"
#include "policy/slice.h"

const struct dy_preempt_policy policy_preempt_sysmon = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_preempt_policy),
			.name = "sysmon",
			.summary = "the monitor asks after the slice, by a signal (Go 1.14 on)",
			.rounds = 1,
			.params = slice_params,
		},
	.mechanism = DY_PREEMPT_SIGNAL,
	.expired = slice_over,
};
