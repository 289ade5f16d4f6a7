// compiled.c - a plugin whose slices are ended by polls that a compiler inserted.
//
// Its function uses more stack than the goroutine has that it is asked about: it runs
// on g0, though the poll stands on the goroutine's stack.
#include <dyno/policy.h>

enum { FRAME = 64 * 1024 };

static const struct dy_policy_param params[] = {
	{"slice", "ns", 1000, 1000000000, 20000, "how long a goroutine may run"},
	{"polls", "", 1, 1000, 16, "from one look at the clock to the next"},
	{0},
};

static bool over(const struct dy_view *v, int p, uint64_t ran)
{
	volatile char frame[FRAME];

	for (int i = 0; i < FRAME; i += 1024)
		frame[i] = (char)p;
	return ran >= (uint64_t)dy_view_param(v, 0) && frame[0] == (char)p;
}

const struct dy_preempt_policy dy_plugin_preempt = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_preempt_policy), "compiled",
                 "slices end where a compiler inserted a poll", params, 0},
	.mechanism = DY_PREEMPT_COMPILER,
	.expired = over,
};
