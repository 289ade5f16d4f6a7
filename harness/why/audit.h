// audit.h - every Go program of a machine, the worst served first.
#ifndef HARNESS_WHY_AUDIT_H
#define HARNESS_WHY_AUDIT_H

#include "process.h"
#include "verdict.h"

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>

struct audit_row {
	struct process process;
	struct verdict verdict;
	double throttled;   // share of its group's periods, 0 to 1; -1: unknown
	double throttled_s; // as long as its group lives
	double waited; // share of its ready time spent in run queues; or -1
};

struct audit {
	struct audit_row *row;
	size_t n;
	size_t others; // processes that are no Go programs
	size_t hidden; // whose file may not be read
};

// audit_read looks at all processes below root and ranks them: by the share of
// throttled periods, then by the share of waiting. 0, to be freed; or -errno.
int audit_read(struct audit *a, const char *root);
void audit_free(struct audit *a);

// The three ways to show it. 0 or -errno; NULL without memory.
int audit_print(const struct audit *a);
int audit_csv(const struct audit *a, FILE *out);
json_t *audit_json(const struct audit *a);

#endif
