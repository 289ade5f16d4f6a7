// steal_walk.h - what several steal policies share: visiting every P.
#ifndef POLICY_STEAL_WALK_H
#define POLICY_STEAL_WALK_H

#include <dyno/policy.h>

enum { STEAL_PASSES = 4 };
#define STEAL_RUNNEXT_WAIT INT64_C(3000) // ns; Go's usleep(3)

// steal_walk visits all Ps in turn from a random one, four times over.
static inline int steal_walk(const struct dy_view *v, int thief, uint32_t attempt)
{
	uint32_t n = (uint32_t)dy_view_procs(v);
	uint32_t *start = dy_view_scratch(v);

	(void)thief;
	if (attempt >= STEAL_PASSES * n)
		return DY_STOP;
	if (attempt % n == 0)
		*start = dy_view_random(v) % n;
	return (int)((*start + attempt) % n);
}

// steal_runnext_last allows runnext in the last pass, after Go's wait.
static inline int64_t steal_runnext_last(const struct dy_view *v, int thief,
                                         int victim, uint32_t attempt)
{
	uint32_t n = (uint32_t)dy_view_procs(v);

	(void)thief, (void)victim;
	return attempt >= (STEAL_PASSES - 1) * n ? STEAL_RUNNEXT_WAIT : -1;
}

#endif
