// outside.h - threads beside the runtime, for workloads that generate load from there.
#ifndef HARNESS_TRIAL_OUTSIDE_H
#define HARNESS_TRIAL_OUTSIDE_H

#include "../numbers.h"

#include <workloads/workload.h>

// outside_make fills o; its threads run on those CPUs, or, if there are none, wherever
// the runtime does. False after a message: one of them may not be used. cpus stays the
// caller's, and is needed as long as o is.
bool outside_make(struct wl_outside *o, const struct numbers *cpus);

#endif
