// tally.h - what an experiment has so far, trial by trial, and whether that is
// enough.
//
// Trials come in blocks, one for each repetition, that hold every point once. A
// trial is disturbed when others used more of its CPUs than the plan allows;
// its document says so (noise.disturbed).
#ifndef HARNESS_TALLY_H
#define HARNESS_TALLY_H

#include "plan.h"

#include <results/store.h>
#include <stdbool.h>

struct tally {
	size_t points;
	size_t blocks;        // room for so many
	unsigned char *state; // [block * points + point], as tally.c has it
	double *value;        // likewise: the number of the trial, NaN: none
	int planned;          // blocks that are wanted undisturbed; the most
	double until;         // or fewer, with intervals this narrow; 0: no
	bool again;           // disturbed blocks are scheduled again
};

// What a sweep that has ended has to say.
struct tally_end {
	size_t disturbed;      // trials
	size_t run_again;      // blocks
	size_t left_disturbed; // blocks that were not made up for
	size_t blocks;
	bool hopeless; // most blocks were disturbed
	bool precise;  // ended because the intervals were narrow enough
};

// tally_blocks is how many blocks a plan may come to have.
size_t tally_blocks(const struct request *r);

// tally_begin makes an empty one. 0 or -ENOMEM.
int tally_begin(struct tally *t, const struct plan *plan);
void tally_free(struct tally *t);

// tally_load notes every trial of a store, whose points have these ids. 0 or
// -errno, with store_why.
int tally_load(struct tally *t, struct store *store, const int64_t *point_id);

// tally_note notes a trial.
void tally_note(struct tally *t, size_t point, int block,
                const struct store_trial *trial);

// tally_missing says whether a trial has still to be run, tally_begun whether
// any of a block has been.
bool tally_missing(const struct tally *t, size_t point, int block);
bool tally_begun(const struct tally *t, int block);

// tally_wants says whether a block is to be run, given that all before it are
// whole: the same answer for the same trials, so that a resumed sweep ends as
// one that was never interrupted. Negative without memory.
int tally_wants(const struct tally *t, int block);

// tally_sum says how a sweep of so many whole blocks has ended.
struct tally_end tally_sum(const struct tally *t, int blocks);

#endif
