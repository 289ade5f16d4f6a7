// report_tables.h - the tables of a report.
#ifndef RESULTS_REPORT_TABLES_H
#define RESULTS_REPORT_TABLES_H

#include "summary.h"

#include <stdio.h>

// report_medians writes the table of n points from first: median, interval, n.
void report_medians(FILE *out, const struct summary *s, size_t first, size_t n);

// report_counters writes what the scheduler and the kernel counted at them, the
// columns that any of them has; nothing when there are none.
void report_counters(FILE *out, const struct summary *s, size_t first, size_t n);

// report_failures and report_outliers list trials; nothing when there are none.
void report_failures(FILE *out, const struct summary *s);
void report_outliers(FILE *out, const struct summary *s);

// report_trials writes every trial with the noise around it.
void report_trials(FILE *out, const struct summary *s);

// report_facts writes a JSON object as a table of names and values.
void report_facts(FILE *out, const char *json);

#endif
