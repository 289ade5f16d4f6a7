// null_ranks.h - what sums of ranks do when nothing but chance is at work: the
// exact distributions behind the two rank tests and the Hodges-Lehmann
// intervals.
//
// Ranks come doubled, so that the middle rank of a tie is an integer too.
// Functions that can fail return 0, -ENOMEM, or -E2BIG when an exact answer
// would take more than a second.
#ifndef RESULTS_NULL_RANKS_H
#define RESULTS_NULL_RANKS_H

#include <stddef.h>
#include <stdint.h>

enum {
	NULL_RANKS_SIGNED = 200, // the most ranks of null_ranks_signed
	NULL_RANKS_SPLIT = 100,  // the most ranks of null_ranks_split
};

// A distribution over 0 .. most: chance[s] is the chance of the sum s.
struct null_ranks {
	double *chance; // for null_ranks_free
	size_t most;
};

// null_ranks_signed: each of n ranks counts or not, with even chances.
int null_ranks_signed(const uint32_t *doubled, size_t n, struct null_ranks *out);

// null_ranks_split: m of the n ranks count, each choice as likely.
int null_ranks_split(const uint32_t *doubled, size_t n, size_t m,
                     struct null_ranks *out);

void null_ranks_free(struct null_ranks *d);

// null_ranks_p is the chance of a sum as far out as this or further, to either
// side: twice the smaller tail, at most 1.
double null_ranks_p(const struct null_ranks *d, size_t sum);

// null_ranks_tail returns the largest k so that the sums below k have together
// at most this chance, which is below 1.
size_t null_ranks_tail(const struct null_ranks *d, double chance);

#endif
