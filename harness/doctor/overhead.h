// overhead.h - what the runner costs a trial, by the workload that does nothing.
#ifndef HARNESS_DOCTOR_OVERHEAD_H
#define HARNESS_DOCTOR_OVERHEAD_H

#include <jansson.h>

// overhead_measure runs a trial of the workload null on one P, with all counters, and
// returns the member "overhead" of its document, or NULL where none could be run.
// Blocks the caller for about half a second; as with any trial, interrupt_seen then
// says whether it was stopped.
json_t *overhead_measure(void);

#endif
