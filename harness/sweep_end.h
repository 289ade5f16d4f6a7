// sweep_end.h - what a finished sweep ends with.
#ifndef HARNESS_SWEEP_END_H
#define HARNESS_SWEEP_END_H

#include "request.h"
#include "tally.h"

#include <results/store.h>

// sweep_end prints the table or the JSON summary that was asked for and writes
// the report. Returns an exit code: that of a failed subject when a trial
// failed, or when none could be run here.
int sweep_end(const struct request *r, const struct tally_end *end,
              struct store *store);

#endif
