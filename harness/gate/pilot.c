// pilot.c - short trials are many, long ones vary less; which is better differs
// between machines, so it is tried.
//
// The standard error that a time T reaches with trials of length L is
// sd(L) * sqrt(seconds(L) / T): the length with the smallest sd^2 * seconds
// wins, on average over the rows. A few runs tell a spread only roughly; lengths
// that are close are about equally good, so that a wrong choice costs little.
#include "pilot.h"

#include <math.h>

enum { LENGTHS = 3, ROUNDS = 5 };

static const int lengths[LENGTHS] = {50, 200, 500}; // rising

// variance is that of the logarithms of a row, by the differences of successive
// values, so that a drift does not count (von Neumann 1941). NaN: it has none.
static double variance(const struct samples_row *r)
{
	double squares = 0;

	for (size_t i = 1; i < r->n; i++) {
		double step = log(r->value[i] / r->value[i - 1]);

		if (!isfinite(step)) // of what is 0 now and then
			return NAN;
		squares += step * step;
	}
	return r->n > 1 ? squares / (2 * (double)(r->n - 1)) : NAN;
}

// cost is the mean logarithm of sd^2 * seconds over the rows that are gated. A
// spread of nothing, or less than clocks can tell, counts as 1e-6.
static double cost(const struct samples *s, bool tails, double seconds)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++) {
		double v = variance(&s->row[i]);

		if (isnan(v) || !evidence_gates(&s->row[i], tails))
			continue;
		sum += log(fmax(v, 1e-12));
		n++;
	}
	return n ? sum / (double)n + log(seconds) : INFINITY;
}

// run_rounds runs each length in turn, so that a drift meets all alike.
static int run_rounds(struct gate *g, struct samples *at, double *seconds)
{
	int err = 0;

	for (int i = 0; !err && i < LENGTHS * ROUNDS; i++) {
		int length = i % LENGTHS;
		double took = 0;

		err = gate_set_length(g, lengths[length]);
		if (!err)
			err = gate_look(g, GATE_BASE, &at[length], &took);
		seconds[length] += took / ROUNDS;
	}
	return err;
}

// fits says whether what is left of the budget holds as many blocks of runs that
// take so long as a gate of these rows wants.
static bool fits(const struct gate *g, const struct samples *s, double seconds)
{
	double left = (double)g->budget * 1e-9 - gate_elapsed(g);
	size_t rows = 0, runs = g->apart.n ? GATE_PAIR : GATE_RUNS;

	for (size_t i = 0; i < s->n; i++)
		rows += evidence_gates(&s->row[i], g->asked->tails) ? 1 : 0;
	return (double)(course_blocks(rows, g->alpha) * runs) * seconds <= left;
}

int pilot(struct gate *g)
{
	struct samples at[LENGTHS] = {{.n = 0}};
	double seconds[LENGTHS] = {0}, least = INFINITY;
	int err = run_rounds(g, at, seconds), best = PILOT_FIRST;

	for (int i = 0; i < LENGTHS; i++) {
		double c = cost(&at[i], g->asked->tails, seconds[i]);

		if (i && !fits(g, &at[i], seconds[i])) {
			c = INFINITY;
			best = best > lengths[i - 1] ? lengths[i - 1] : best;
		}
		if (c < least)
			best = lengths[i];
		least = fmin(least, c);
		samples_free(&at[i]);
	}
	return err ? err : gate_set_length(g, best);
}
