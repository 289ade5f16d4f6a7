// syscall=keep - the P waits for the end of the call, whatever else waits.
//
// What goroutines would be without the handoff: GOMAXPROCS blocking calls stop the
// world. Shines never, but on calls so short that no other rule pays; it shows what
// the handoff is worth. Drowns in every other program, and hangs in one where a call
// waits for another goroutine.
#include "policy/registry.h"

static bool never(const struct dy_view *v, int p, uint64_t in_call)
{
	(void)v, (void)p, (void)in_call;
	return false;
}

const struct dy_syscall_policy policy_syscall_keep = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_syscall_policy),
			.name = "keep",
			.summary = "never taken, but if GOMAXPROCS shrinks: what handoff saves",
			.rounds = 1,
		},
	.retake = never,
};
