// quota.h - a control group of our own, which limits the CPU time of a trial.
#ifndef HARNESS_QUOTA_H
#define HARNESS_QUOTA_H

#include <jansson.h>
#include <stdint.h>

// quota_check looks whether groups can be made here, and removes those that a
// dyno left which has died. Where they cannot, it may begin dyno again with systemd's
// help, so that nothing may have been done yet. 0, or -errno after a message that
// says what is missing.
int quota_check(void);

// quota_begin makes a group that gets so many thousandths of a CPU. 0, and dir
// (to be freed) is where it is; or -errno after a message.
int quota_begin(int64_t thousandths, char **dir);

// quota_enter moves the calling process into the group: 0 or -errno. It does
// nothing that is not allowed between fork and exec.
int quota_enter(const char *dir);

// quota_remove removes an empty group: 0 or -errno.
int quota_remove(const char *dir);

// quota_end reads how often the group was throttled and removes it: "cpus",
// "periods", "throttled_periods", "throttled_s". NULL without memory.
json_t *quota_end(const char *dir, int64_t thousandths);

#endif
