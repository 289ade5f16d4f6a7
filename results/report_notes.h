// report_notes.h - what a report says in words: the verdict, and the doubts.
#ifndef RESULTS_REPORT_NOTES_H
#define RESULTS_REPORT_NOTES_H

#include "summary.h"

#include <stdio.h>

// report_verdict says in one line how the trials went.
void report_verdict(FILE *out, const struct summary *s,
                    const struct store_experiment *e);

// report_notes says what the reader has to know before believing a number.
void report_notes(FILE *out, const struct summary *s,
                  const struct store_experiment *e);

// report_cpus returns how many CPUs the trials could use: the plan's "cpus" or
// the environment's "cpus_allowed" (lists such as "0-3,8"), else its
// "cpus_online"; 0 when nothing tells.
int report_cpus(const struct store_experiment *e);

// report_count_cpus counts the CPUs in such a list; 0 when it is none.
int report_count_cpus(const char *list);

#endif
