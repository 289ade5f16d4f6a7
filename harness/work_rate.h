// work_rate.h - how fast dy_work works here, found once for all trials.
#ifndef HARNESS_WORK_RATE_H
#define HARNESS_WORK_RATE_H

#include "request.h"

// work_rate_settle calibrates dy_work unless the request has a rate, or has no
// workload that could work. Takes a tenth of a second.
void work_rate_settle(struct request *r);

#endif
