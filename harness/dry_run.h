// dry_run.h - what a sweep would do, and how long it may take.
#ifndef HARNESS_DRY_RUN_H
#define HARNESS_DRY_RUN_H

#include "plan.h"

// dry_run prints the plan's points and times on standard output and runs
// nothing. Returns an exit code.
int dry_run(const struct plan *p);

#endif
