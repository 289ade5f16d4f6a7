// report.h - what a workload says: why it failed, and what it measured.
#ifndef WORKLOADS_REPORT_H
#define WORKLOADS_REPORT_H

#include "workload.h"

#define REPORT_FORMAT __attribute__((format(printf, 2, 3)))
#define REPORT_FORMAT_ERR __attribute__((format(printf, 3, 4)))

// report_error sets the reason and returns err: the end of a prepare.
REPORT_FORMAT_ERR int report_error(struct wl_run *r, int err,
                                   const char *format, ...);

// report_no_ring is report_error where the parameter way asks for io_uring in vain.
int report_no_ring(struct wl_run *r, int err, int way);

// report_wrong sets the reason and returns false: the end of a verify.
REPORT_FORMAT bool report_wrong(struct wl_run *r, const char *format, ...);

// report_metric adds a measure; better is "higher", "lower" or "" where neither
// is. The texts must be constants. What exceeds WL_METRICS_MAX is dropped; a test
// sees that nothing does.
void report_metric(struct wl_run *r, const char *name, const char *unit,
                   const char *better, double value);

// report_free is the finish of a workload whose state is one block of memory.
void report_free(struct wl_run *r);

#endif
