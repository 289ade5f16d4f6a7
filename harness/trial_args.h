// trial_args.h - the command line of dyno-trial for one point.
#ifndef HARNESS_TRIAL_ARGS_H
#define HARNESS_TRIAL_ARGS_H

#include "plan.h"

// trial_args appends the program and its arguments. 0 or -errno.
int trial_args(const struct plan *plan, const struct point *point, int64_t seed,
               const char *program, struct words *args);

#endif
