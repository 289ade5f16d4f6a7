// budget.h - how many trials fit into a time, and what they can show.
#ifndef HARNESS_BUDGET_H
#define HARNESS_BUDGET_H

#include "plan.h"

// budget_spend runs a pilot (two trials of each point, not stored), sets the
// repetitions to what fits into the rest of the request's budget, and says on
// standard error what effect so many can detect. Returns an exit code, after a
// message when it is not 0.
int budget_spend(const struct plan *plan);

#endif
