// root.c - by the false position, in the form of Illinois (Dowell and Jarratt
// 1971): when one end is kept twice, its value counts half, so that it moves too.
// Where that does not halve the interval within three steps, a bisection does: a
// function with a long flat stretch takes no more steps than it would by halving
// alone, times four.
#include "root.h"

#include <math.h>
#include <stdbool.h>

enum { MOST = 200, PATIENCE = 3 };
#define CLOSE 1e-13

struct bracket {
	double low, high, at_low, at_high;
	int side; // of the end that moved last: -1 low, 1 high
};

static double cut(const struct bracket *b)
{
	double share = b->at_low / (b->at_low - b->at_high);
	double x = b->low + share * (b->high - b->low);

	return x > b->low && x < b->high ? x : b->low + (b->high - b->low) / 2;
}

static void narrow(struct bracket *b, double x, double value)
{
	int side = value < 0 ? -1 : 1;

	if (side < 0) {
		b->low = x;
		b->at_low = value;
		b->at_high /= b->side == side ? 2 : 1;
	} else {
		b->high = x;
		b->at_high = value;
		b->at_low /= b->side == side ? 2 : 1;
	}
	b->side = side;
}

static bool close_enough(const struct bracket *b)
{
	return b->high - b->low <= CLOSE * fmax(fabs(b->low), fabs(b->high));
}

double root_rising(double (*f)(double x, const void *of), const void *of,
                   double low, double high)
{
	struct bracket b = {low, high, f(low, of), f(high, of), 0};
	double goal = (high - low) / 2;
	int since = 0;

	if (b.at_low == 0 || b.at_high == 0)
		return b.at_low == 0 ? low : high;
	for (int i = 0; i < MOST && !close_enough(&b); i++) {
		bool slow = since == PATIENCE;
		double x = slow ? b.low + (b.high - b.low) / 2 : cut(&b);
		double value = f(x, of);

		if (value == 0)
			return x;
		narrow(&b, x, value);
		since++;
		if (slow || b.high - b.low <= goal) {
			goal = (b.high - b.low) / 2;
			since = 0;
		}
	}
	return b.low + (b.high - b.low) / 2;
}
