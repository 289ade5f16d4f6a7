// params.h - the parameters of a workload at one point.
#ifndef HARNESS_PARAMS_H
#define HARNESS_PARAMS_H

#include "numbers.h"

#include <jansson.h>
#include <stdbool.h>
#include <workloads/workload.h>

// params_set fills value, in the order of the workload's table, with the
// defaults at this size and then with the given "name=value" words, of which the last
// of a name counts. A name that the workload does not have is an error if strict, and
// so are several values, "name=value,value"; else it is one of the choices that these
// make together. To give a load and a rate is an error; the one that is not given is
// 0. 0, or -EINVAL after one message that names the valid choices.
int params_set(const struct workload *w, enum wl_size size,
               const struct words *given, bool strict, size_t choice,
               int64_t value[WL_PARAMS_MAX]);

// params_choices is how many choices the given words make for a workload, or, of many
// more than anybody can run, more than a million; params_values, how many values they
// have for its parameter i.
size_t params_choices(const struct workload *w, const struct words *given);
size_t params_values(const struct workload *w, const struct words *given, int i);

// params_index is the place of a parameter in the workload's table, or -1.
int params_index(const struct workload *w, const char *name);

// params_put sets the parameter in place i; a load takes the place of a rate, and
// a rate that of a load.
void params_put(const struct workload *w, int i, int64_t v,
                int64_t value[WL_PARAMS_MAX]);

// params_given says whether one of the "name=value" words sets this parameter.
bool params_given(const struct words *given, const char *name);

// params_json is an object of the parameters by name, without the load or rate that
// is 0. To be given back.
json_t *params_json(const struct workload *w, const int64_t *value);

// params_check says whether at least one of the named workloads has the
// parameter that "name=value" sets, and the value is right for all that do. No
// names: nothing is wrong. 0, or -EINVAL after a message.
int params_check(const struct words *workloads, const char *given);

#endif
