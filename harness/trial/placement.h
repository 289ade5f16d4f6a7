// placement.h - the CPU of each P: binding Ms to it, and how far apart Ps are.
#ifndef HARNESS_TRIAL_PLACEMENT_H
#define HARNESS_TRIAL_PLACEMENT_H

#include "../numbers.h"

#include <stdint.h>

struct placement;

// placement_make puts P i on CPU cpus->v[i mod cpus->n]. NULL after a message,
// when a CPU does not exist or may not be used.
struct placement *placement_make(const struct numbers *cpus);
void placement_free(struct placement *p);

// placement_bind binds the calling thread to the CPU of a P. Any thread.
void placement_bind(struct placement *p, int proc);

// placement_failures is how often that failed.
int placement_failures(const struct placement *p);

// placement_distances returns a matrix of procs times procs, to be freed: 0 on
// the same CPU, else how many levels of the machine (core, cache, package,
// node) lie between the CPUs and the smallest one that holds both. NULL
// without memory.
uint16_t *placement_distances(const struct placement *p, int procs);

#endif
