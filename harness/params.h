// params.h - the parameters of a workload at one point.
#ifndef HARNESS_PARAMS_H
#define HARNESS_PARAMS_H

#include "numbers.h"

#include <stdbool.h>
#include <workloads/workload.h>

// params_set fills value, in the order of the workload's table, with the
// defaults at this size and then with the given "name=value" words. A name that
// the workload does not have is an error if strict. 0, or -EINVAL after one
// message that names the valid choices.
int params_set(const struct workload *w, enum wl_size size,
               const struct words *given, bool strict,
               int64_t value[WL_PARAMS_MAX]);

// params_index is the place of a parameter in the workload's table, or -1.
int params_index(const struct workload *w, const char *name);

// params_check says whether at least one of the named workloads has the
// parameter that "name=value" sets, and the value is right for all that do. No
// names: nothing is wrong. 0, or -EINVAL after a message.
int params_check(const struct words *workloads, const char *given);

#endif
