// queue=prio - who has run least runs first.
//
// The key is the time that a goroutine has had, as in fair-share schedulers, but no
// less than the P's own clock of such times less a lag: who has slept does not get
// back all that he missed. Shines for light requests beside hogs. Drowns without
// preemption, which makes hogs come back to the queue at all, and where many are
// short: an old one among ever new ones waits.
//
// Time is the clock's, since a thread's CPU time costs a system call to read: what
// the kernel takes from a thread in the middle of a run is charged to the goroutine
// that ran. It then waits until the others have had as much, which on a busy machine
// can be ten milliseconds for a run of one microsecond, and may look like starvation
// (the workload transfer with little patience).
#include "policy/registry.h"

enum { LAG };

static const struct dy_policy_param params[] = {
	{"lag", "ns", 0, INT64_C(10000000000), 10000000,
         "how much less than others a sleeper may be taken to have run"},
	{0},
};

// The P's clock is the most that anybody queued here is taken to have had.
static uint64_t by_time_had(const struct dy_view *v, const struct dy_goroutine *g)
{
	uint64_t *clock = dy_view_scratch(v),
		 lag = (uint64_t)dy_view_param(v, LAG);
	uint64_t least = *clock > lag ? *clock - lag : 0;
	uint64_t key = g->ran > least ? g->ran : least;

	if (key > *clock)
		*clock = key;
	return key;
}

const struct dy_queue_policy policy_queue_prio = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_queue_policy),
			.name = "prio",
			.summary = "who has run least runs first (virtual time)",
			.params = params,
		},
	.order = DY_QUEUE_KEYED,
	.key = by_time_had,
};
