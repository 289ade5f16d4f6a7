// good.c - a plugin with a table for every axis, each a decent policy.
//
// Its functions use more stack than a small goroutine has: they run on g0.
#include <dyno/policy.h>

enum { FRAME = 64 * 1024 };

__attribute__((noinline)) static void use_stack(void)
{
	volatile char frame[FRAME];

	for (int i = 0; i < FRAME; i += 1024)
		frame[i] = (char)i;
	(void)frame[0];
}

static uint64_t oldest(const struct dy_view *v, const struct dy_goroutine *g)
{
	(void)v;
	use_stack();
	return g->now;
}

const struct dy_queue_policy dy_plugin_queue = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_queue_policy), "good",
                 "the oldest first", NULL, 0},
	.order = DY_QUEUE_KEYED,
	.key = oldest,
};

static enum dy_place at_the_tail(const struct dy_view *v, int p,
                                 enum dy_place_event why)
{
	(void)v, (void)p;
	use_stack();
	return why == DY_SYSRET ? DY_PLACE_GLOBAL : DY_PLACE_TAIL;
}

static uint32_t a_quarter(const struct dy_view *v, int p, uint32_t len)
{
	(void)v, (void)p;
	use_stack();
	return len / 4;
}

const struct dy_place_policy dy_plugin_place = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_place_policy), "good",
                 "all to the tail", NULL, 0},
	.place = at_the_tail,
	.overflow = a_quarter,
};

// As many as the parameter says, from each in turn.
static int each(const struct dy_view *v, int thief, uint32_t attempt)
{
	uint32_t n = (uint32_t)dy_view_procs(v);

	use_stack();
	return attempt < 2 * n ? (int)(((uint32_t)thief + attempt) % n) : DY_STOP;
}

static uint32_t some(const struct dy_view *v, int thief, int victim, uint32_t len)
{
	(void)thief, (void)victim, (void)len;
	use_stack();
	return (uint32_t)dy_view_param(v, 0);
}

static int64_t soon(const struct dy_view *v, int thief, int victim,
                    uint32_t attempt)
{
	(void)v, (void)thief, (void)victim;
	use_stack();
	return attempt > 1 ? 1000 : -1;
}

static const struct dy_policy_param params[] = {
	{"amount", "", 1, 100, 2, "how many at a time"},
	{0},
};

const struct dy_steal_policy dy_plugin_steal = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_steal_policy), "good",
                 "each in turn", params, 0},
	.victim = each,
	.amount = some,
	.runnext = soon,
};

static bool every_other(const struct dy_view *v, int p, uint32_t tick)
{
	(void)v, (void)p;
	use_stack();
	return tick % 2 == 0;
}

static uint32_t two(const struct dy_view *v, int p, uint32_t len)
{
	(void)v, (void)p, (void)len;
	use_stack();
	return 2;
}

const struct dy_global_policy dy_plugin_global = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_global_policy), "good",
                 "every other tick, two at a time", NULL, 0},
	.first = every_other,
	.amount = two,
};

static const struct dy_policy_param slice[] = {
	{"slice", "ns", 10000, 10000000, 50000, "the period of the timers"},
	{0},
};

// In a signal handler, whose stack is small.
static bool if_somebody_waits(const struct dy_view *v, int p, uint64_t ran)
{
	(void)ran;
	return dy_view_waiting(v, p);
}

const struct dy_preempt_policy dy_plugin_preempt = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_preempt_policy), "good",
                 "slices of 50 us", slice, 0},
	.mechanism = DY_PREEMPT_TIMER,
	.expired = if_somebody_waits,
};

static const struct dy_policy_param places[] = {
	{"places", "", 1, 100, 2, "in calls at once"},
	{0},
};

const struct dy_syscall_policy dy_plugin_syscall = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_syscall_policy), "good",
                 "two in calls at once", places, 0},
	.mode = DY_SYSCALL_POOL,
};

static bool now_and_then(const struct dy_view *v, int p)
{
	(void)p;
	use_stack();
	return dy_view_random(v) % 2;
}

static bool for_a_while(const struct dy_view *v, int p, uint64_t spun)
{
	(void)v, (void)p;
	return spun < 10000;
}

static uint32_t all(const struct dy_view *v, int p, uint32_t idle,
                    uint32_t spinning)
{
	(void)v, (void)p, (void)spinning;
	use_stack();
	return idle;
}

const struct dy_idle_policy dy_plugin_idle = {
	.head = {DY_POLICY_ABI, sizeof(struct dy_idle_policy), "good",
                 "some search, for 10 us; all are woken", NULL, 0},
	.search = now_and_then,
	.again = for_a_while,
	.wake = all,
};
