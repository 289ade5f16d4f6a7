// same.c - Go's rules of three axes, written out as tables.
//
// They decide as the rules do that are compiled in, so that what differs between the
// ways to get to them (policy_costs.c) is the way. Linked as a built-in would be, and
// loaded as a plugin.
#include <dyno/policy.h>

enum { PASSES = 4, GLOBAL_PERIOD = 61 };
#define RUNNEXT_WAIT INT64_C(3000) // ns

static enum dy_place same_place(const struct dy_view *v, int p,
                                enum dy_place_event why)
{
	(void)v, (void)p;
	return why == DY_NEW || why == DY_WOKEN ? DY_PLACE_RUNNEXT
	                                        : DY_PLACE_GLOBAL;
}

const struct dy_place_policy dy_plugin_place = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_place_policy), "same",
                 "Go's rule, through a table", NULL, 0},
	.place = same_place,
};

static bool same_first(const struct dy_view *v, int p, uint32_t tick)
{
	(void)v, (void)p;
	return tick % GLOBAL_PERIOD == 0;
}

static uint32_t same_batch(const struct dy_view *v, int p, uint32_t len)
{
	(void)p;
	return len / (uint32_t)dy_view_procs(v) + 1;
}

const struct dy_global_policy dy_plugin_global = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_global_policy), "same",
                 "Go's rule, through a table", NULL, 0},
	.first = same_first,
	.amount = same_batch,
};

// A P's order of victims: at, at + step, ... mod n, step being prime to n.
struct order {
	uint32_t at, step;
};

static uint32_t gcd(uint32_t a, uint32_t b)
{
	while (b) {
		uint32_t r = a % b;

		a = b;
		b = r;
	}
	return a;
}

static int same_victim(const struct dy_view *v, int thief, uint32_t attempt)
{
	uint32_t n = (uint32_t)dy_view_procs(v);
	struct order *o = dy_view_scratch(v);

	(void)thief;
	if (attempt >= PASSES * n)
		return DY_STOP;
	if (attempt % n == 0) {
		o->step = 1 + dy_view_random(v) % n;
		while (gcd(o->step, n) != 1)
			o->step++;
		o->at = dy_view_random(v) % n;
	} else {
		o->at = (o->at + o->step) % n;
	}
	return (int)o->at;
}

static uint32_t same_half(const struct dy_view *v, int thief, int victim,
                          uint32_t len)
{
	(void)v, (void)thief, (void)victim;
	return len - len / 2;
}

static int64_t same_runnext(const struct dy_view *v, int thief, int victim,
                            uint32_t attempt)
{
	(void)thief, (void)victim;
	return attempt >= (PASSES - 1) * (uint32_t)dy_view_procs(v) ? RUNNEXT_WAIT
	                                                            : -1;
}

const struct dy_steal_policy dy_plugin_steal = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_steal_policy), "same",
                 "Go's rule, through a table", NULL, 0},
	.victim = same_victim,
	.amount = same_half,
	.runnext = same_runnext,
};
