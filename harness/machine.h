// machine.h - facts about the machine that explain a measurement.
#ifndef HARNESS_MACHINE_H
#define HARNESS_MACHINE_H

#include <jansson.h>

// machine_facts returns a new object, name to string, number or boolean, of
// what the files of /proc and /sys below root tell ("" for this machine; what
// is asked of the kernel itself is always this one's). What is not told is
// absent. harness/README.md has the names. NULL without memory.
json_t *machine_facts(const char *root);

#endif
