// global=adaptive - before the local queue about every 200 us, however long goroutines
// run.
//
// Tokio's rule: the mean run time of a goroutine, in which a new value has a weight of
// a tenth, says after how many there is a look, from 2 to 127, 61 at first. Shines
// where runs are much longer than a microsecond: in the time of Go's 61 the global
// queue would wait for milliseconds. Drowns, a little, where they are short: it looks
// half as often as Go, and where they change: it learns over ten looks. Differs from
// Tokio: a P's idle time counts as run time.
#include "policy/registry.h"

static const struct dy_policy_param params[] = {
	{"target", "ns", 1000, INT64_C(1000000000), 200000,
         "from one look to the next, in the mean"},
	{0},
};

enum {
	INTERVAL_FIRST = 61,
	INTERVAL_MIN = 2,
	INTERVAL_MAX = 127,
	INTERVAL_SLACK = 2
};

#define NEW_WEIGHT 0.1

// What a P remembers.
struct pace {
	uint64_t when; // of its last look; 0: there was none
	double mean;   // ns that a goroutine runs
	uint32_t tick, interval;
};

_Static_assert(sizeof(struct pace) <= DY_POLICY_SCRATCH, "a P has room for it");

static uint32_t interval_for(double mean, double target)
{
	double n = mean > 0 ? target / mean : INTERVAL_MAX;

	if (n < INTERVAL_MIN)
		return INTERVAL_MIN;
	return n > INTERVAL_MAX ? INTERVAL_MAX : (uint32_t)n;
}

static void learn(const struct dy_view *v, struct pace *p, uint32_t tick,
                  uint64_t now)
{
	double mean = (double)(now - p->when) / (double)(tick - p->tick);
	uint32_t n, change;

	p->mean = p->mean > 0 ? (1 - NEW_WEIGHT) * p->mean + NEW_WEIGHT * mean
	                      : mean;
	n = interval_for(p->mean, (double)dy_view_param(v, 0));
	change = n > p->interval ? n - p->interval : p->interval - n;
	if (change > INTERVAL_SLACK)
		p->interval = n;
}

// The clock is read only when a look is due. Who asks twice in a slice, because it
// could not look at first, gets the same answer.
static bool in_time(const struct dy_view *v, int id, uint32_t tick)
{
	struct pace *p = dy_view_scratch(v);
	uint64_t now;

	(void)id;
	if (p->when == 0) {
		*p = (struct pace){dy_view_now(v), 0, tick, INTERVAL_FIRST};
		return false;
	}
	if (tick == p->tick)
		return true;
	if (tick - p->tick < p->interval)
		return false;
	now = dy_view_now(v);
	learn(v, p, tick, now);
	p->when = now;
	p->tick = tick;
	return true;
}

const struct dy_global_policy policy_global_adaptive = {
	.head =
		{
			.abi = DY_POLICY_ABI,
			.size = sizeof(struct dy_global_policy),
			.name = "adaptive",
			.summary = "as often as runs are short, about every 200 us (Tokio)",
			.rounds = INTERVAL_MAX,
			.params = params,
		},
	.first = in_time,
};
