// verdict.h - what a gate decides, from the changes that its blocks saw.
//
// A block is a few runs of base, of base again, and of head, in mirrored order;
// it gives one change of head against base for each row, and one of base
// against itself: the null. Where base was kept and is not run, a block is head
// and head again, and the null is head against itself. Everything here is a pure
// function of these.
//
// A row has regressed when its change is worse than the threshold, by a
// one-sided permutation test (relabel.h), adjusted (Holm) over all rows, and again in
// the blocks that were run to confirm it. Improved is the same the other way.
// Equivalent means shown to lie within the threshold on both sides.
//
// What may be 0, such as allocs/op, has no ratio where it is; it can be decided all
// the same: to the tests a 0 is only less than anything else.
#ifndef RESULTS_VERDICT_H
#define RESULTS_VERDICT_H

#include "relabel.h"
#include "samples.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define VERDICT_SCHEMA 1 // of verdict.json, see verdict_json.c

// The logarithm of a value that is 0: below that of any other. That of nothing that
// can be measured, nor its mean with this one, lies below the fence.
#define VERDICT_ZERO (-746.0)
#define VERDICT_ZERO_FENCE (-300.0)

enum verdict_kind {
	VERDICT_REGRESSED,
	VERDICT_FAILED, // head gave no number, or what should give one failed
	VERDICT_NO_BASELINE,  // head has it, base has not
	VERDICT_INCONCLUSIVE, // see detectable
	VERDICT_IMPROVED,
	VERDICT_EQUIVALENT,
	VERDICT_SHOWN, // not gated: no better side, a tail, or now and then 0
	VERDICT_KINDS,
};

// How a whole gate ended: the word of verdict.json.
enum verdict_end {
	VERDICT_PASS, // nothing below
	VERDICT_END_REGRESSED,
	VERDICT_END_FAILED,
	VERDICT_END_NO_BASELINE,
	VERDICT_END_INCONCLUSIVE,
	VERDICT_TOO_NOISY,  // what was run again differed from itself
	VERDICT_UNFINISHED, // the gate was killed, or is still at work
	VERDICT_ENDS,
};

struct verdict_row {
	// Given.
	const char *name, *unit;
	const char *group; // the configuration around it: "pkg: x\n"; NULL: none
	enum samples_better better;
	bool tail;           // a quantile far out: shown, not gated
	const char *failure; // why there are no numbers; NULL: there are
	bool no_baseline;
	const struct relabel_block *block, *confirm;
	size_t n, n_confirm;
	// Logarithms of base that were not measured in the blocks, whose base is
	// then any and whose again is head's; NULL: there are none. See
	// verdict_apart.h.
	const double *apart;
	size_t n_apart;
	bool counted;      // apart, and the same each time but for a little
	double base, head; // a typical value of each, to be shown

	// Found. Ratios less 1; NaN when not known.
	enum verdict_kind kind;
	bool flagged; // to be confirmed, or it was and did not come again
	bool unconfirmed; // flagged, and too few blocks to say whether it came again
	double estimate, low, high;        // of the change, 95 %
	double p_worse, p_better, p_alike; // adjusted
	// Adjusted; also of the blocks that confirm, where those before are too few.
	double p_null;
	double unsteady; // how far repeated counts lie apart; NaN: no count
	double detectable; // the least change for the worse that would have been found
};

struct verdict {
	struct verdict_row *row;
	size_t n;
	double threshold; // 0.02
	double alpha;     // of a false finding in the whole table
	uint64_t seed;
	bool interrupted; // the blocks are not all that were to be run

	// Found.
	enum verdict_end end;
};

// verdict_decide finds all of it. Called before confirmation, flagged rows are
// inconclusive. 0, -EINVAL when a value is not finite, -ENOMEM.
int verdict_decide(struct verdict *v);

// verdict_blocks returns how many blocks it takes before any of that many rows
// can be flagged.
size_t verdict_blocks(size_t rows, double alpha);

// verdict_null_blocks returns how many it takes before any of them can be seen
// to differ from itself.
size_t verdict_null_blocks(size_t rows);

// verdict_has_zero says whether a value of a row is 0.
bool verdict_has_zero(const struct verdict_row *r);

const char *verdict_kind_name(enum verdict_kind k);
const char *verdict_end_name(enum verdict_end e);
int verdict_end_parse(const char *name, enum verdict_end *out); // 0 or -EINVAL

// verdict_exit is the exit code of an end: 3 regressed, 4 inconclusive or too
// noisy, 5 no baseline, 6 failed, 1 unfinished, 0 pass. A set of ends has the
// bit 1 << end for each; those it lacks are 0, but for unfinished.
int verdict_exit(enum verdict_end e, unsigned fail_on);

// verdict_fail_on reads a list such as "regressed,failed" into a set. 0, or
// -EINVAL.
int verdict_fail_on(const char *list, unsigned *out);

#endif
