// slice.h - what the preempt policies with a fixed time slice share.
#ifndef POLICY_SLICE_H
#define POLICY_SLICE_H

#include <dyno/policy.h>

static const struct dy_policy_param slice_params[] = {
	{"slice", "ns", 20000, INT64_C(10000000000), 10000000,
         "how long a goroutine may run"},
	{0},
};

static inline bool slice_over(const struct dy_view *v, int p, uint64_t ran)
{
	(void)p;
	return ran >= (uint64_t)dy_view_param(v, 0);
}

#endif
