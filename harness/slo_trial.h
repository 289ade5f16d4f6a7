// slo_trial.h - what a trial tells of what is promised.
#ifndef HARNESS_SLO_TRIAL_H
#define HARNESS_SLO_TRIAL_H

#include "slo.h"

#include <results/store.h>

// slo_trial_value is a trial's metric by its name, a time in ns; NAN: absent.
double slo_trial_value(const struct store_trial *t, const char *name);

// slo_trial_values sets value to the metric of each condition, NAN where it is
// absent, and time to whether it is one. Why a trial that ended well cannot be
// judged is put into misfit, one line.
void slo_trial_values(const struct slo *slo, bool program,
                      const struct store_trial *t, double *value, bool *time,
                      char *misfit, size_t len);

#endif
