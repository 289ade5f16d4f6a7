// doctor.h - is this machine fit to measure on? Facts, findings and their forms.
#ifndef HARNESS_DOCTOR_DOCTOR_H
#define HARNESS_DOCTOR_DOCTOR_H

#include "findings.h"

#include <jansson.h>
#include <stdint.h>

// doctor_facts returns machine_facts(root) and, of this machine, what a short run of
// so many nanoseconds, the controls of the counters and a trial of nothing tell:
// "short_run", "counters" and "overhead". NULL without memory.
json_t *doctor_facts(const char *root, uint64_t ns);

// doctor_print writes a table and what is to be known and changed to standard
// output. 0 or -errno.
int doctor_print(const struct findings *f);

// doctor_json returns findings and the facts they were judged from, for
// programs; it keeps a reference to facts. NULL without memory.
json_t *doctor_json(const struct findings *f, json_t *facts);

#endif
