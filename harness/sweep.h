// sweep.h - running an experiment into a store.
#ifndef HARNESS_SWEEP_H
#define HARNESS_SWEEP_H

#include "request.h"

// sweep_run opens or resumes the store, runs what it lacks, and ends with table
// and report. Returns an exit code, after a message when it is not 0.
int sweep_run(struct request *r);

#endif
