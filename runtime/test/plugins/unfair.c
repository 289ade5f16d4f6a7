// unfair.c - plugins that promise more of waiting than they keep.
#include <dyno/policy.h>

enum { ROUNDS = 61 };

// The local queue may never be empty.
static bool never(const struct dy_view *v, int p, uint32_t tick)
{
	(void)v, (void)p, (void)tick;
	return false;
}

const struct dy_global_policy dy_plugin_global = {
	.head = {.abi = DY_POLICY_ABI,
                 .size = sizeof(struct dy_global_policy),
                 .name = "unfair",
                 .summary = "the global queue only when the local one is empty",
                 .rounds = ROUNDS},
	.first = never,
};

// The oldest may never be the newest.
const struct dy_queue_policy dy_plugin_queue = {
	.head = {.abi = DY_POLICY_ABI,
                 .size = sizeof(struct dy_queue_policy),
                 .name = "unfair",
                 .summary = "last come, first served",
                 .rounds = 1},
	.order = DY_QUEUE_LIFO,
};

// Whoever does not give way keeps the P.
const struct dy_preempt_policy dy_plugin_preempt = {
	.head = {.abi = DY_POLICY_ABI,
                 .size = sizeof(struct dy_preempt_policy),
                 .name = "unfair",
                 .summary = "no slices",
                 .rounds = 1},
	.mechanism = DY_PREEMPT_NONE,
};
