// machine.h - facts about the machine that explain a measurement.
#ifndef HARNESS_MACHINE_H
#define HARNESS_MACHINE_H

#include <jansson.h>

// machine_facts returns a new object, name to string, number or boolean. What
// the machine does not tell is absent. NULL without memory.
json_t *machine_facts(void);

#endif
