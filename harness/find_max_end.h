// find_max_end.h - what searches end with.
#ifndef HARNESS_FIND_MAX_END_H
#define HARNESS_FIND_MAX_END_H

#include "plan.h"

#include <results/store.h>

// find_max_end prints what was found, an array of an object per point, as a table
// or as JSON, and writes the report where there is a store. Returns an exit code,
// after a message when it is not 0.
int find_max_end(const struct plan *plan, const struct store *store,
                 const json_t *found);

#endif
