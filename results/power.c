// power.c - the power of the t test, by the noncentral t (as R's power.t.test
// has it: the far tail, where an effect is found with the wrong sign, does not
// count as found).
#include "power.h"

#include "root.h"
#include "student.h"

#include <math.h>

struct sought {
	double fence, freedom, power;
};

// chance_above is how much more often than power an effect is found.
static double chance_above(double effect, const void *of)
{
	const struct sought *s = of;

	return 1 - student_below(s->fence, s->freedom, effect) - s->power;
}

// shift_seen returns the effect, in standard errors, that is found with chance
// power.
static double shift_seen(double freedom, double alpha, double power)
{
	const struct sought s = {student_quantile(1 - alpha / 2, freedom),
	                         freedom, power};
	double low = 0, high = 1;
	while (chance_above(high, &s) < 0) {
		low = high;
		high *= 2;
	}
	return root_rising(chance_above, &s, low, high);
}

double power_detectable_one(double sd, size_t n, double alpha, double power)
{
	if (n < 2)
		return INFINITY;
	double values = (double)n;
	return shift_seen(values - 1, alpha, power) * sd / sqrt(values);
}

double power_detectable_two(double sd, size_t na, size_t nb, double alpha,
                            double power)
{
	if (!na || !nb || na + nb < 3)
		return INFINITY;
	double a = (double)na, b = (double)nb;
	return shift_seen(a + b - 2, alpha, power) * sd * sqrt(1 / a + 1 / b);
}

static double detectable(size_t samples, double sd, size_t n, double alpha,
                         double power)
{
	return samples == 1 ? power_detectable_one(sd, n, alpha, power)
	                    : power_detectable_two(sd, n, n, alpha, power);
}

// needed bisects: what can be seen shrinks as n grows.
static size_t needed(size_t samples, double sd, double effect, double alpha,
                     double power)
{
	size_t low = 1, high = 2; // low is too few, high enough
	while (high < POWER_MOST &&
	       !(detectable(samples, sd, high, alpha, power) <= effect)) {
		low = high;
		high *= 2;
	}
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (detectable(samples, sd, middle, alpha, power) <= effect)
			high = middle;
		else
			low = middle;
	}
	return high < POWER_MOST ? high : POWER_MOST;
}

size_t power_needed_one(double sd, double effect, double alpha, double power)
{
	return needed(1, sd, effect, alpha, power);
}

size_t power_needed_two(double sd, double effect, double alpha, double power)
{
	return needed(2, sd, effect, alpha, power);
}
