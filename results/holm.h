// holm.h - many tests at once: p-values adjusted so that the chance of even one
// false finding in the whole table stays below the level.
#ifndef RESULTS_HOLM_H
#define RESULTS_HOLM_H

#include <stddef.h>

// holm_adjust replaces p-values by adjusted ones (Holm 1979); whatever depends
// on whatever among the tests, it holds. NaN is no test: it stays, and does not
// count. 0 or -ENOMEM, with p as it was.
int holm_adjust(double *p, size_t n);

#endif
