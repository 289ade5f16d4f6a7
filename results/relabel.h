// relabel.h - is head above base? The permutation test for blocks of three arms.
//
// A block has a value of head and two of base. If head is no different, any of
// the three might as well have been called head: 3^n ways for n blocks, each as
// likely. That holds for any noise, also skewed noise, where the difference of
// one value from the mean of two others is not symmetric and flipping its sign
// would not be exact.
#ifndef RESULTS_RELABEL_H
#define RESULTS_RELABEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	RELABEL_EXACT = 20, // the most blocks that are relabelled in every way
	RELABEL_DRAWS = 100000, // with more, in this many random ways
};

struct relabel_block {
	double head, base, again; // logarithms
};

struct relabel {
	double p;
	bool exact; // else of RELABEL_DRAWS draws from seed
};

// relabel_change is head against the mean of base and base again.
double relabel_change(const struct relabel_block *b);

// relabel_test asks whether sign * change lies above fence; sign is 1 or -1. A
// block whose values lie far apart counts as one half again as far apart as the
// median block, because times have long tails: of recorded gates twice as many rows
// stay undecided where three times as far counts. That changes with no label, so that
// the test stays exact. p is 1 without blocks, and at least 3^-n with n. 0, -EINVAL
// when a value is not finite, -ENOMEM.
int relabel_test(const struct relabel_block *block, size_t n, double sign,
                 double fence, uint64_t seed, struct relabel *out);

#endif
