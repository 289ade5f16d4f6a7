// pin.h - which CPUs a trial may use, planned by hwloc.
#ifndef HARNESS_PIN_H
#define HARNESS_PIN_H

#include <hwloc.h>
#include <stdbool.h>
#include <stddef.h>

// A plan: the CPUs in the order in which Ps are put on them.
struct pin {
	bool bound; // false: whatever the process may use, and no binding
	hwloc_bitmap_t set;
	int *cpu;
	size_t n;
};

// pin_topology loads the machine, restricted to what this process may use. NULL
// after a message.
hwloc_topology_t pin_topology(void);

// pin_plan makes the plan that spec names, for trials of at most procs Ps:
//   none     all CPUs, not bound
//   compact  CPUs that are close: all of a core, then the next core beside it
//   scatter  CPUs as far apart as there are: packages, nodes, caches, cores
//   core     one CPU of each core, close cores first
//   numa     all CPUs of as few NUMA nodes as have enough
//   0,2-3    these CPUs
// The first three take procs CPUs, or all there are if fewer. 0, or -EINVAL
// after a message that names the choices, or -ENOMEM.
int pin_plan(hwloc_topology_t t, const char *spec, int procs, struct pin *out);
void pin_free(struct pin *p);

// pin_others makes the plan of the CPUs that p leaves: bound to them, or, where it
// leaves none, not bound and on the same. Only its set and bound are filled. 0 or
// -ENOMEM.
int pin_others(hwloc_topology_t t, const struct pin *p, struct pin *out);

// pin_plan_name returns the name of plan i, NULL after the last.
const char *pin_plan_name(size_t i);

// pin_bind binds the calling process; for the child, before exec. 0 or -errno.
int pin_bind(hwloc_topology_t t, const struct pin *p);

// pin_text writes the CPUs as a list, "0-1,4". Returns out.
char *pin_text(const struct pin *p, char *out, size_t outlen);

#endif
