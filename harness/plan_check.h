// plan_check.h - what of a request does not go together.
#ifndef HARNESS_PLAN_CHECK_H
#define HARNESS_PLAN_CHECK_H

#include "request.h"

// plan_check refuses options that mean nothing for what is measured, or that need
// or exclude each other. 0, or -EINVAL after a message.
int plan_check(const struct request *r);

#endif
