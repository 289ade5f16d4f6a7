// samples_store.h - the metrics of a store's trials as samples.
#ifndef RESULTS_SAMPLES_STORE_H
#define RESULTS_SAMPLES_STORE_H

#include "samples.h"

// samples_store_read adds the metrics of every trial of the store in dir that are
// better on one side, in the order the trials were run; a trial that left no
// number counts as failed in all rows of its point. Then what searches found. 0, or
// -errno with one line in err.
int samples_store_read(struct samples *s, const char *dir, char *err,
                       size_t errlen);

#endif
