// samples_found.h - what searches of a store found, as samples.
#ifndef RESULTS_SAMPLES_FOUND_H
#define RESULTS_SAMPLES_FOUND_H

#include "samples.h"
#include "store.h"

// samples_found_read adds a row with one value for each search that found one: a
// point without the parameter that was sought, with the promise as "slo". 0 or
// -errno, with store_why unless it is -ENOMEM or -E2BIG.
int samples_found_read(struct samples *s, struct store *store);

#endif
