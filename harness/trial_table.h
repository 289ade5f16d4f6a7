// trial_table.h - a trial's document as a table for people.
#ifndef HARNESS_TRIAL_TABLE_H
#define HARNESS_TRIAL_TABLE_H

#include <jansson.h>
#include <stdio.h>

// trial_table_print writes the document of an ok trial: what was run, its
// metrics, the counters that are not zero, and the noise around it. 0 or -errno.
int trial_table_print(json_t *doc, FILE *out);

#endif
