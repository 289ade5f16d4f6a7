// course.h - the course of a gate: how many blocks, when to stop, what to
// confirm, and the decision.
//
// Where blocks come from, and what time it is, is somebody else's: gate.c runs
// programs, a simulation draws blocks that were recorded.
#ifndef HARNESS_GATE_COURSE_H
#define HARNESS_GATE_COURSE_H

#include "evidence.h"

enum { COURSE_BLOCKS_MAX = 400 }; // before confirmation

// What gives a course its blocks.
struct course_source {
	// elapsed returns the seconds since the gate began.
	double (*elapsed)(void *of);
	// block runs one and puts it into the evidence: 0, or anything else,
	// which ends the course. Blocks to confirm are numbered from
	// COURSE_BLOCKS_MAX on, the others from 0.
	int (*block)(void *of, size_t number, bool confirm);
	// known, if not NULL, is called after the first block: the rows are known.
	void (*known)(void *of);
	void *of;
};

struct course {
	// Set by the caller.
	struct course_source source;
	double budget; // s, of which some may be gone
	bool tails;
	struct evidence *evidence;
	struct verdict *verdict; // with its threshold, alpha and seed

	// Found.
	double block_seconds; // the mean of a block
	size_t blocks;        // run, those to confirm among them
	size_t least;  // blocks that it takes before a row can be flagged
	double needed; // s: a budget that would do; 0: this one does

	// The course's own.
	double from; // s: when the first block began
};

// course_blocks returns how many blocks a gate of that many rows wants at least: so
// many that base can be seen to differ from itself, and as many more as confirm.
size_t course_blocks(size_t rows, double alpha);

// course_run measures, decides, confirms what is flagged or goes on, and decides again. It
// keeps to the budget: no block is begun that would not end in time if it takes
// as long as those before, but for the very first. 0, what block returned, or
// -errno; the verdict is decided only when it is 0.
int course_run(struct course *c);

// course_decide finds the verdict of the evidence so far. 0 or -errno.
int course_decide(struct course *c);

#endif
