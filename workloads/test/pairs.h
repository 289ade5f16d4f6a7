// pairs.h - few combinations in which every pair of choices occurs.
//
// A fault that a combination of policies has, two of them mostly have together.
// All pairs fit into about as many rows as the two largest axes have pairs,
// where all combinations would be their product.
#ifndef WORKLOADS_TEST_PAIRS_H
#define WORKLOADS_TEST_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

enum { PAIRS_AXES = 10, PAIRS_CHOICES = 12 };

// Zero, then set axes and choices[] (of each at least one).
struct pairs {
	int axes;
	int choices[PAIRS_AXES];
	bool seen[PAIRS_AXES][PAIRS_CHOICES][PAIRS_AXES][PAIRS_CHOICES];
};

// pairs_next sets row[axis] to a choice of each, so that a pair which no row
// had occurs; false when there is none left.
bool pairs_next(struct pairs *p, int row[PAIRS_AXES]);

#endif
