// course.c - the course of a gate.
//
//	1  blocks, until every row is known precisely enough or this part of the
//	   budget is spent; never because a difference was or was not seen
//	2  a verdict
//	3  when rows are flagged, blocks in reversed order confirm them or not: as
//	   many as before, and more until these rows are known as precisely again,
//	   within what is left of the budget; and there is a last verdict
//	4  when none is, what was left for 3 is spent as in 1, so that more rows
//	   are known to be equivalent; one that is flagged only then cannot be
//	   confirmed any more, and is inconclusive
//
// Where the noise comes in bursts, as many blocks as before may be worse ones, and
// what was seen would be lost with half of the budget unspent.
//
// What is left for 3 is a third of the budget or so: more when its least blocks
// need more, up to a half. A row that was seen and could not be confirmed in
// time is inconclusive, so that a budget that short is told, see needed.
#include "course.h"

#include <math.h>

enum { SPARE_BLOCKS = 3 }; // for confirmation, beyond the least

#define CONFIRM_LEAST 0.35 // of the budget, is kept for confirmation
#define CONFIRM_MOST 0.5
#define PRECISE_SHARE 0.25 // standard error, of the threshold
#define NEEDED_SPARE 1.1   // blocks do not all take the same time

static double elapsed(const struct course *c)
{
	return c->source.elapsed(c->source.of);
}

static int run_block(struct course *c, size_t number, bool confirm)
{
	int err = c->source.block(c->source.of, number, confirm);

	if (err)
		return err;
	c->blocks++;
	c->block_seconds = (elapsed(c) - c->from) / (double)c->blocks;
	return 0;
}

// room says whether one more block ends before that many seconds.
static bool room(const struct course *c, double until)
{
	return elapsed(c) + c->block_seconds <= until;
}

// kept is what confirmation is left, in seconds.
static double kept(const struct course *c)
{
	double wanted = (double)(c->least + SPARE_BLOCKS) * c->block_seconds;

	return fmin(fmax(wanted, CONFIRM_LEAST * c->budget),
	            CONFIRM_MOST * c->budget);
}

size_t course_blocks(size_t rows, double alpha)
{
	size_t least = verdict_blocks(rows, alpha);
	size_t null = verdict_null_blocks(rows);

	return (null > least ? null : least) + least + SPARE_BLOCKS;
}

// precise: no gate ends early that could not yet have seen base differ from
// itself.
static bool precise(const struct course *c)
{
	size_t rows = evidence_gated(c->evidence, c->tails);

	return c->blocks >= verdict_null_blocks(rows) &&
	       evidence_precise(c->evidence, c->tails,
	                        PRECISE_SHARE * c->verdict->threshold);
}

// meet_rows looks at what the first block has shown.
static void meet_rows(struct course *c)
{
	size_t rows = evidence_gated(c->evidence, c->tails);
	double needed;

	c->least = verdict_blocks(rows, c->verdict->alpha);
	needed = c->from +
	         (double)(2 * c->least + SPARE_BLOCKS) * c->block_seconds;
	if (needed > c->budget)
		c->needed = NEEDED_SPARE * needed;
	if (c->source.known)
		c->source.known(c->source.of);
}

static int measure(struct course *c)
{
	int err = run_block(c, 0, false);

	if (!err)
		meet_rows(c);
	while (!err && c->blocks < COURSE_BLOCKS_MAX) {
		bool enough = c->blocks >= c->least;

		if (enough && (precise(c) || !room(c, c->budget - kept(c))))
			break;
		if (!room(c, c->budget))
			break;
		err = run_block(c, c->blocks, false);
	}
	return err;
}

int course_decide(struct course *c)
{
	int err = evidence_verdict(c->evidence, c->tails, c->verdict);

	return err ? err : verdict_decide(c->verdict);
}

// use_rest spends what confirmation would have taken.
static int use_rest(struct course *c)
{
	int err = 0;

	while (!err && c->blocks < COURSE_BLOCKS_MAX && !precise(c) &&
	       room(c, c->budget))
		err = run_block(c, c->blocks, false);
	return err;
}

static size_t flagged_rows(const struct course *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->verdict->n; i++)
		n += c->verdict->row[i].flagged ? 1 : 0;
	return n;
}

// known_again says whether the blocks that confirm tell every flagged row as
// precisely as it was to be told before.
static bool known_again(const struct course *c)
{
	double error = PRECISE_SHARE * c->verdict->threshold;

	for (size_t i = 0; i < c->verdict->n; i++)
		if (c->verdict->row[i].flagged &&
		    !evidence_row_precise(c->evidence, i, true, error))
			return false;
	return true;
}

// confirm runs as many blocks as there were before, and at least a few more than
// can confirm, and goes on until what they tell is precise; or as many as there is
// time for.
static int confirm(struct course *c, size_t flagged)
{
	size_t least = verdict_blocks(flagged, c->verdict->alpha) + SPARE_BLOCKS;
	size_t before = c->blocks, few = before > least ? before : least;
	int err = 0;

	for (size_t n = 0; !err && n < COURSE_BLOCKS_MAX; n++) {
		if (!room(c, c->budget) || (n >= few && known_again(c)))
			break;
		err = run_block(c, COURSE_BLOCKS_MAX + n, true);
	}
	return err;
}

int course_run(struct course *c)
{
	size_t flagged;
	int err;

	c->from = elapsed(c);
	err = measure(c);
	if (!err)
		err = course_decide(c);
	if (err)
		return err;
	flagged = flagged_rows(c);
	if (c->verdict->end == VERDICT_TOO_NOISY)
		return 0;
	err = flagged ? confirm(c, flagged) : use_rest(c);
	return err ? err : course_decide(c);
}
