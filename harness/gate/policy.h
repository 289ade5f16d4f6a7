// policy.h - a side of a gate that is a workload under a policy.
#ifndef HARNESS_GATE_POLICY_H
#define HARNESS_GATE_POLICY_H

#include "../request.h"
#include "side.h"

// gate_policy makes the side "dyno run WORKLOAD --policy ..." of what the request
// says, in which the length of a trial is open unless the request says it. Where
// instructions are counted it is dyno-trial itself, one round of it, at GOMAXPROCS
// 1. 0, or -errno after a message.
int gate_policy(const struct request *r, const char *policy, struct gate_side *s);

#endif
