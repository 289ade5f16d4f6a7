// syscall=pool - handed off at entry, and at most n threads are in calls.
//
// Goroutines beyond that park before their call, first come first served. Shines
// where thousands of calls would make thousands of threads, which a disk serves no
// faster. Drowns where calls wait for one another: with n of them inside, who would
// end them stays outside. What the pools of Tokio (512 threads) and libuv (4) bound.
#include "policy/registry.h"

static const struct dy_policy_param params[] = {
	{"threads", "", 1, 10000, 64, "in blocking calls at once"},
	{0},
};

const struct dy_syscall_policy policy_syscall_pool = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_syscall_policy),
			.name = "pool",
			.summary = "given on; at most n Ms in calls, others queue (Tokio, libuv)",
			.rounds = 1,
			.params = params,
		},
	.mode = DY_SYSCALL_POOL,
};
