// search.c - the highest value of a parameter that keeps a promise, by trials
// that are noisy.
//
// Doubling and halving find a value that passes and one that fails, bisection on
// a logarithmic scale brings them within a step. One trial decides each of these;
// noise may deceive it. So nothing is believed before fresh trials have said it:
// low must pass SEARCH_PASSES of SEARCH_FRESH, and the next step must not. Where
// they disagree with what was found, the search moves one step their way and
// asks again. A noisy machine may have it wander: SEARCH_TRIALS_MAX ends that.
//
// Rejected: a model of the curve fitted to all trials. It needs fewer of them, and
// its answer rests on the model where the curve is steepest.
#include "search.h"

#include <math.h>

static const double step = 1.05;

static int64_t within(const struct search *s, double v)
{
	if (!(v < (double)s->most))
		return s->most;
	return v > (double)s->least ? (int64_t)v : s->least;
}

static int64_t above(const struct search *s, int64_t v)
{
	int64_t next = within(s, round((double)v * step));

	return next > v || v >= s->most ? next : v + 1;
}

static int64_t below(const struct search *s, int64_t v)
{
	int64_t next = within(s, round((double)v / step));

	return next < v || v <= s->least ? next : v - 1;
}

void search_begin(struct search *s, int64_t start, int64_t least, int64_t most)
{
	*s = (struct search){.least = least, .most = most};
	s->at = within(s, (double)start);
}

static void confirm(struct search *s, int64_t at)
{
	s->at = at;
	s->confirming = true;
	s->fresh = s->passed = 0;
}

// explore chooses the next value, or begins to confirm.
static void explore(struct search *s)
{
	if (!s->low && s->high <= s->least)
		confirm(s, s->least);
	else if (!s->low)
		s->at = within(s, (double)s->high / 2);
	else if (!s->high && s->low >= s->most)
		confirm(s, s->most);
	else if (!s->high)
		s->at = within(s, (double)s->low * 2);
	else if (s->high > above(s, s->low))
		s->at = within(s, sqrt((double)s->low) * sqrt((double)s->high));
	else
		confirm(s, s->low);
	if (!s->confirming && s->low && s->high && s->at <= s->low)
		s->at = s->low + 1;
}

// low_decided goes on after low has had its fresh trials.
static void low_decided(struct search *s, bool passed)
{
	s->low_confirmed = passed;
	if (!passed && s->at <= s->least) {
		s->end = SEARCH_NEVER;
	} else if (!passed) {
		s->high = s->at;
		s->low = below(s, s->at);
		confirm(s, s->low);
	} else if (s->at >= s->most) {
		s->low = s->at;
		s->end = SEARCH_ALWAYS;
	} else {
		s->low = s->at;
		s->high = above(s, s->low);
		confirm(s, s->high);
	}
}

// next_decided goes on after the step above a confirmed low has had them.
static void next_decided(struct search *s, bool passed)
{
	if (!passed)
		s->end = SEARCH_FOUND;
	else
		low_decided(s, true);
}

static void confirmed(struct search *s, bool passed)
{
	s->passed += passed;
	if (++s->fresh < SEARCH_FRESH)
		return;
	passed = s->passed >= SEARCH_PASSES;
	if (s->low_confirmed && s->at > s->low)
		next_decided(s, passed);
	else
		low_decided(s, passed);
}

void search_note(struct search *s, bool passed)
{
	s->trials++;
	if (s->confirming) {
		confirmed(s, passed);
	} else {
		*(passed ? &s->low : &s->high) = s->at;
		explore(s);
	}
	if (s->end == SEARCH_GOES_ON && s->trials >= SEARCH_TRIALS_MAX)
		s->end = SEARCH_UNSURE;
}

const char *search_end_name(enum search_end end)
{
	static const char *const names[] = {"goes on", "found", "never",
	                                    "always", "unsure"};

	return names[end];
}
