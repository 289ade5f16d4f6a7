// gomaxprocs.h - GOMAXPROCS from the environment, and its default.
#ifndef HARNESS_GOMAXPROCS_H
#define HARNESS_GOMAXPROCS_H

// gomaxprocs_parse reads what GOMAXPROCS is set to (NULL: not set). As in Go,
// what is not a positive number counts as not set: *procs is 0. -EINVAL when it
// is above the largest value there is.
int gomaxprocs_parse(const char *text, int *procs);

// gomaxprocs_default is what a runtime started here without more words would
// use: the environment's value, else cpus. -EINVAL after a message.
int gomaxprocs_default(int cpus, int *procs);

#endif
