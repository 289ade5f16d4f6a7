// summary_numbers.h - from the numbers of trials to those of points.
#ifndef RESULTS_SUMMARY_NUMBERS_H
#define RESULTS_SUMMARY_NUMBERS_H

#include "summary.h"

// summary_keep puts a trial's number, if it has one, where its point has it. 0 or
// -ENOMEM.
int summary_keep(struct summary_point *p, const struct summary_trial *t);

// summary_settle decides, when all are kept, which are used, and sums them up. 0 or
// -ENOMEM.
int summary_settle(struct summary *s);

#endif
