// patient.c - a preempt policy whose parameter is no time: it asks for no short rounds of
// the monitor, and faults where a long slice is looked at every few microseconds.
#include <dyno/policy.h>
#include <stdlib.h>

static bool never(const struct dy_view *v, int p, uint64_t ran)
{
	uint64_t *last = dy_view_scratch(v);

	(void)p;
	if (ran > 50000000 && ran > *last && ran - *last < 1000000)
		abort();
	*last = ran;
	return false;
}

static const struct dy_policy_param params[] = {
	{"votes", "", 1, 100, 3, "a number, not a time"},
	{0},
};

const struct dy_preempt_policy dy_plugin_preempt = {
	.head = {.abi = DY_POLICY_ABI,
                 .size = sizeof(struct dy_preempt_policy),
                 .name = "patient",
                 .summary = "never, and does not want to be asked often",
                 .params = params},
	.mechanism = DY_PREEMPT_SIGNAL,
	.expired = never,
};
