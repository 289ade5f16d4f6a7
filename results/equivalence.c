// equivalence.c - two one-sided sign-flip tests.
#include "equivalence.h"

#include "sign_flip.h"

#include <errno.h>
#include <stdlib.h>

// beyond tests the differences from one end of the range.
static int beyond(const double *difference, double *moved, size_t n, double end,
                  enum sign_flip_side side, uint64_t seed, double *p)
{
	struct sign_flip test;
	for (size_t i = 0; i < n; i++)
		moved[i] = difference[i] - end;
	int err = sign_flip_robust(moved, n, side, seed, &test);
	*p = err ? 1 : test.p;
	return err;
}

int equivalence_test(const double *difference, size_t n, double low,
                     double high, uint64_t seed, double *p)
{
	double *moved = calloc(n + 1, sizeof *moved), above, below;
	if (!moved)
		return -ENOMEM;
	int err = beyond(difference, moved, n, low, SIGN_FLIP_ABOVE, seed,
	                 &above);
	if (!err)
		err = beyond(difference, moved, n, high, SIGN_FLIP_BELOW, seed,
		             &below);
	if (!err)
		*p = above > below ? above : below;
	free(moved);
	return err;
}
