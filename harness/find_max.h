// find_max.h - the highest value of a parameter that keeps a promise, at every
// point of a plan.
#ifndef HARNESS_FIND_MAX_H
#define HARNESS_FIND_MAX_H

#include "plan.h"

#include <results/store.h>

// find_max_run searches point by point; every trial is stored, and one that is in
// the store is not run again. Prints a table, or JSON where that was asked for,
// and writes the report. Without a store (NULL) nothing is kept, nor reported.
// Returns an exit code, after a message when it is not 0.
int find_max_run(struct plan *plan, struct store *store);

#endif
