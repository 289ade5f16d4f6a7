// quota_try.h - what the tests of quotas share: whether there can be any here, and a
// program that tells its own.
#ifndef HARNESS_TEST_QUOTA_TRY_H
#define HARNESS_TEST_QUOTA_TRY_H

#include "command.h"

#include <stdbool.h>

// quota_try_can_limit says whether a group that is made below home can have a limit,
// which in the second version home must hand on; quota_try_allowed, whether there is
// such a home. Neither says a word.
bool quota_try_can_limit(const char *home, int version);
bool quota_try_allowed(void);

// quota_try_tell is a script for sh that tells its group's quota, of either version,
// as Q=50000; quota_try_check checks what it told to a dyno run with --json, half a
// CPU for its quota, and the metric Q=([0-9]*).
extern const char quota_try_tell[];
void quota_try_check(const struct command_result *r);

#endif
