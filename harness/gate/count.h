// count.h - one run of a command under callgrind: how many instructions it takes.
#ifndef HARNESS_GATE_COUNT_H
#define HARNESS_GATE_COUNT_H

#include "observe.h"

// count_check says whether a side's program can be counted so that it means
// something: valgrind is there, and it is no Go program. 0, or -EINVAL after a
// message.
int count_check(const struct gate_side *s);

// count_run runs the command as observe does. All that it starts is counted too.
int count_run(const struct observer *o, struct samples *out, double *seconds,
              char *why, size_t whylen);

#endif
