// equivalence.h - shown to be alike, which is more than not shown to differ.
#ifndef RESULTS_EQUIVALENCE_H
#define RESULTS_EQUIVALENCE_H

#include <stddef.h>
#include <stdint.h>

// equivalence_test asks whether the mean difference lies between low and high:
// two one-sided tests (Schuirmann 1987), each a robust sign-flip test about
// one end.
// *p is the larger of their p-values; small means that both ends are ruled out.
// 0, or what sign_flip_robust returns.
int equivalence_test(const double *difference, size_t n, double low,
                     double high, uint64_t seed, double *p);

#endif
