// global=always - the global queue before the local one, one at a time.
//
// First come, first served over all Ps, nearly: what preempts or yields waits
// for nobody's local queue. Shines in latency under heavy-tailed service times.
// Drowns where many Ps meet at its lock; and while that queue never runs empty
// (more preempted spinners than Ps will do) what stands in a local queue starves
// for good. Close to Go before 1.1, which had no local queues.
#include "policy/registry.h"

static bool before_local(const struct dy_view *v, int p, uint32_t tick)
{
	(void)v, (void)p, (void)tick;
	return true;
}

static uint32_t one(const struct dy_view *v, int p, uint32_t len)
{
	(void)v, (void)p, (void)len;
	return 1;
}

const struct dy_global_policy policy_global_always = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_global_policy),
			.name = "always",
			.summary = "before the local queue at every slice, one at a time",
		},
	.first = before_local,
	.amount = one,
};
