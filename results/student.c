// student.c - t is (Z + shift) / S with Z normal and S the root of a chi-squared
// over its degrees of freedom. Given S, the chance is that of a normal; so it is
// the mean of normal chances over the density of S:
//
//     P(t < x) = integral of Phi(x s - shift) f(s) ds
//
// With s = e^u the integrand falls off on both sides and is smooth whatever x
// is, and there the plain trapezoid rule is accurate beyond need (Trefethen and
// Weideman 2014). The density needs no constant: the weights are divided by
// their sum, and no gamma function is called.
#include "student.h"

#include "root.h"

#include <math.h>

enum { STEPS = 500 };
#define NOTHING 37.0 // e^-37 is below what a double can add to 1

static double normal_below(double x)
{
	return 0.5 * erfc(-x * M_SQRT1_2);
}

double student_below(double x, double freedom, double shift)
{
	if (isinf(freedom))
		return normal_below(x - shift);
	// Beyond these ends the logarithm of the density, v (u - e^2u/2 + 1/2),
	// is below -NOTHING.
	double right = sqrt(NOTHING / freedom);
	double left = -right - NOTHING / freedom;
	double sum = 0, weights = 0;
	for (int i = 0; i <= STEPS; i++) {
		double u = left + (right - left) * i / STEPS, s = exp(u);
		double weight = exp(freedom * (u - s * s / 2 + 0.5));
		sum += weight * normal_below(x * s - shift);
		weights += weight;
	}
	return sum / weights;
}

struct sought {
	double p, freedom;
};

static double below_above(double x, const void *of)
{
	const struct sought *s = of;

	return student_below(x, s->freedom, 0) - s->p;
}

double student_quantile(double p, double freedom)
{
	const struct sought s = {p, freedom};
	double low = -1, high = 1;
	while (below_above(low, &s) > 0)
		low *= 2;
	while (below_above(high, &s) < 0)
		high *= 2;
	return root_rising(below_above, &s, low, high);
}
