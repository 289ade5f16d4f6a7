// observed.h - the GOMAXPROCS that a running Go program really has.
#ifndef HARNESS_WHY_OBSERVED_H
#define HARNESS_WHY_OBSERVED_H

#include <stddef.h>

// observed_read reads runtime.gomaxprocs from the memory of process pid, whose
// program is open as fd. 0 where that cannot be done, and why has the reason.
int observed_read(int fd, const char *root, const char *pid, char *why,
                  size_t whylen);

#endif
