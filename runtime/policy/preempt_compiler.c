// preempt=compiler - polls that the compiler inserts end slices.
//
// What Concord and Tiny Quanta do with passes of their own: code that counts its basic
// blocks and, once in so many, looks at the clock. No signal, no kernel: a switch costs
// no more than a yield, and slices of microseconds are kept by the microsecond. Shines
// on light requests among heavy ones. Drowns in loops of a few instructions: it is paid
// for by all code at all times. And code that was not compiled for it, a library's say,
// is not preempted at all.
#include "policy/registry.h"

static const struct dy_policy_param params[] = {
	{"slice", "ns", 1000, INT64_C(10000000000), 100000,
         "how long a goroutine may run"},
	{"polls", "", 1, 1000000, 256, "from one look at the clock to the next"},
	{0},
};

const struct dy_preempt_policy policy_preempt_compiler = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_preempt_policy),
			.name = "compiler",
			.summary = "polls that the compiler inserted (Concord, Tiny Quanta)",
			.rounds = 1,
			.params = params,
		},
	.mechanism = DY_PREEMPT_COMPILER,
};
