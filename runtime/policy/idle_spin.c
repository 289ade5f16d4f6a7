// idle=spin - an M out of work searches for a while before it parks.
//
// A goroutine that comes within that time finds an M awake: no wake-up, some 50 us
// less to wait on Linux. Shines on requests that come a few microseconds apart, with
// processors to spare. Drowns where they are not to spare: the searchers take them
// from who works. Caladan's 2 us, and the spinning of most user-level networking.
#include "policy/registry.h"

static const struct dy_policy_param params[] = {
	{"time", "ns", 0, INT64_C(1000000000), 20000,
         "from the first search in vain on"},
	{0},
};

static bool always(const struct dy_view *v, int p)
{
	(void)v, (void)p;
	return true;
}

static bool not_long_enough(const struct dy_view *v, int p, uint64_t spun)
{
	(void)p;
	return spun < (uint64_t)dy_view_param(v, 0);
}

const struct dy_idle_policy policy_idle_spin = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_idle_policy),
			.name = "spin",
			.summary = "searches for a time before it parks (Caladan: 2 us)",
			.rounds = 1,
			.params = params,
		},
	.search = always,
	.again = not_long_enough,
};
