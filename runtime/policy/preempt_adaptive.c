// preempt=adaptive - a timer of each M ends slices, if somebody waits.
//
// As preempt=timer, but a goroutine that would only be put back again runs on: ticks
// are paid for, switches are not. Shines where long computations have a P to themselves
// most of the time. Drowns where the wait is elsewhere: it looks at this P's queue and
// at the global one, and whoever waits on another P, or comes in the next microsecond,
// waits for a tick more.
#include "policy/registry.h"

static const struct dy_policy_param params[] = {
	{"slice", "ns", 5000, INT64_C(1000000000), 100000,
         "from tick to tick of each thread's timer"},
	{0},
};

static bool somebody_waits(const struct dy_view *v, int p, uint64_t ran)
{
	(void)ran;
	return dy_view_waiting(v, p) || dy_view_global_len(v) != 0;
}

const struct dy_preempt_policy policy_preempt_adaptive = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_preempt_policy),
			.name = "adaptive",
			.summary = "the timer of each M, if somebody waits",
			.rounds = 1,
			.params = params,
		},
	.mechanism = DY_PREEMPT_TIMER,
	.expired = somebody_waits,
};
