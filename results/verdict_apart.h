// verdict_apart.h - rows whose base was not measured beside head: values that
// were kept, or counts that are the same each time.
//
// A block is head and head again, each one run. Values that were kept are tested
// by ranks against all of these (Mann and Whitney): weaker, since whatever has changed
// on the machine since then counts as a change of head. Counts are not tested: they
// differ by as much as they differ, and repeated runs show how well that is known.
#ifndef RESULTS_VERDICT_APART_H
#define RESULTS_VERDICT_APART_H

#include "hodges_lehmann.h"
#include "verdict.h"

// The least values of base of which anything is said: the median of fewer has no
// interval of 95 %, and another run of them might have been elsewhere.
enum { VERDICT_APART_LEAST = 6 };

// verdict_apart_beyond: is sign * (head - base) above fence? One-sided p of the
// heads of these blocks; 1 when base has too few values. 0, -EINVAL when a value
// is not finite, -ENOMEM.
int verdict_apart_beyond(const struct verdict_row *r,
                         const struct relabel_block *block, size_t n,
                         double sign, double fence, double *p);

// verdict_apart_estimate finds the change, a logarithm, with its interval. As
// above.
int verdict_apart_estimate(const struct verdict_row *r, double confidence,
                           struct hodges_lehmann *out);

// verdict_apart_detectable is the smallest change, a logarithm, that would have
// been found with that chance; alpha is to one side. INFINITY: none.
double verdict_apart_detectable(const struct verdict_row *r, double alpha,
                                double power);

// verdict_apart_count decides a row of counts, and how far repeated ones lie
// apart.
void verdict_apart_count(struct verdict_row *r, double threshold);

#endif
