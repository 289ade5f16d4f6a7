// preempt=sysmon - the monitor ends slices, with a flag and a signal.
//
// Go since 1.14: after 10 ms (measured from the monitor's rounds, so 10 to 20)
// even a bare loop gives way. Shines where long computations share Ps with
// short requests. Its cost is a signal per slice; its coarse slice is too long
// for microsecond latencies. sysmon:1ms sets another slice.
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

const struct dy_preempt_policy policy_preempt_sysmon = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_preempt_policy),
			.name = "sysmon",
			.summary = "the monitor asks after the slice, by a signal (Go 1.14 on)",
			.params = params,
		},
	.mechanism = DY_PREEMPT_SIGNAL,
	.expired = longer_than_slice,
};
