// syscall=go - the P stays with its M until sysmon takes it.
//
// Short calls cost two stores and a compare-and-swap, and no thread is woken; long
// ones lose the P after 20 us if somebody waits for it. Shines where calls are short
// or Ps are plenty. Drowns in calls of some hundred microseconds once sysmon sleeps
// for longer than they last: then the P stands still.
#include "policy/registry.h"

const struct dy_syscall_policy policy_syscall_go = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_syscall_policy),
			.name = "go",
			.summary = "kept until sysmon takes it: 20 us if others wait, else 10 ms",
			.rounds = 1,
		},
};
