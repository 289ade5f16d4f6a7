// near.h - numbers compared with reference values.
#ifndef RESULTS_TEST_NEAR_H
#define RESULTS_TEST_NEAR_H

#include <math.h>
#include <stdbool.h>

static inline bool near_same(double got, double want, double error)
{
	if (isnan(want))
		return isnan(got);
	return got == want || fabs(got - want) <= error * (1 + fabs(want));
}

// assert_close: equal to a relative (and, near 0, absolute) error; NaN is NaN.
// A macro, so that a failure has its own line.
#define assert_close(what, got, want, error) \
	do { \
		double got_ = (got), want_ = (want); \
		if (!near_same(got_, want_, error)) \
			fail_msg("%s: %.17g instead of %.17g", what, got_, \
			         want_); \
	} while (0)

#define assert_near(what, got, want) assert_close(what, got, want, 1e-12)

#endif
