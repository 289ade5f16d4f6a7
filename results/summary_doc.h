// summary_doc.h - what a trial's own document tells.
#ifndef RESULTS_SUMMARY_DOC_H
#define RESULTS_SUMMARY_DOC_H

#include "summary.h"

// summary_doc takes a trial's document apart: noise and host into t, what an
// operation is into p, and, of an ok trial, its counters into p's. text may be
// NULL or any rubbish: what is not there stays unknown. 0 or -ENOMEM.
int summary_doc(struct arena *a, const char *text, struct summary_trial *t,
                struct summary_point *p);

// summary_count adds a value to the counter of a point that has like's name and
// source; one that is not finite is none. 0 or -ENOMEM.
int summary_count(struct arena *a, struct summary_point *p,
                  const struct summary_counter *like, double value,
                  bool disturbed);

// summary_axes sets params and setting of a point to what is in json, without
// what is an axis of its own, which goes where it belongs. 0 or -ENOMEM.
int summary_axes(struct arena *a, const char *json, struct summary_point *p);

// summary_setting makes "depth=20 width=4" of a JSON object. NULL: no memory.
const char *summary_setting(struct arena *a, const char *json);

// summary_push appends x to an array of n that starts as NULL and grows.
int summary_push(double **v, size_t *n, double x);

#endif
