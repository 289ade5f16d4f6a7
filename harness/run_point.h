// run_point.h - one trial, or one search, shown.
#ifndef HARNESS_RUN_POINT_H
#define HARNESS_RUN_POINT_H

#include "plan.h"

// run_point runs one trial of a point with this seed and prints what it told, in
// the form that the request asks for. Returns an exit code.
int run_point(struct plan *plan, const struct point *point, int64_t seed);

// run_search seeks what the plan's request asks for, and prints it; no trial is
// kept. Returns an exit code.
int run_search(struct plan *plan);

#endif
