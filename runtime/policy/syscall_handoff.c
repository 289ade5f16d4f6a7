// syscall=handoff - the P is given on before the call begins.
//
// Nobody waits for sysmon: what is queued runs on while the call blocks. Shines on
// calls that are known to be long. Drowns in short ones: each costs a wake-up and
// the way back to a P, tens of microseconds for what takes one. What Tokio does in
// block_in_place, and Go before calls that it knows to block.
#include "policy/registry.h"

const struct dy_syscall_policy policy_syscall_handoff = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_syscall_policy),
			.name = "handoff",
			.summary = "given on at entry, for a wake-up each (Tokio's block_in_place)",
			.rounds = 1,
		},
	.mode = DY_SYSCALL_HANDOFF,
};
