// sign_flip.h - do differences lie around 0? The permutation test that flips
// their signs: if base and head are alike, each difference of a pair might as
// well have had the other sign.
//
// It assumes nothing but that; its statistic is the sum of the differences, so
// that it answers for their mean. With n differences the smallest p there can
// be is 2^(1-n) to two sides, 2^-n to one.
#ifndef RESULTS_SIGN_FLIP_H
#define RESULTS_SIGN_FLIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SIGN_FLIP_EXACT = 32, // the most differences that are flipped in every way
	SIGN_FLIP_DRAWS = 100000, // with more, in this many random ways
};

enum sign_flip_side {
	SIGN_FLIP_BOTH,
	SIGN_FLIP_ABOVE, // is the mean above 0?
	SIGN_FLIP_BELOW,
};

struct sign_flip {
	double p;
	bool exact; // else of SIGN_FLIP_DRAWS draws from seed
};

// sign_flip_test: 0, -EINVAL when a difference is not finite or their sum
// overflows, -ENOMEM. p is 1 without differences.
int sign_flip_test(const double *difference, size_t n, enum sign_flip_side side,
                   uint64_t seed, struct sign_flip *out);

// sign_flip_robust is the same for differences of which a few may be wild: those
// larger than 3 times the median size count as that large. The sizes do not
// change when signs are flipped, so that the test stays exact.
int sign_flip_robust(const double *difference, size_t n, enum sign_flip_side side,
                     uint64_t seed, struct sign_flip *out);

#endif
