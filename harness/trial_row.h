// trial_row.h - a point and a trial as the store takes them.
#ifndef HARNESS_TRIAL_ROW_H
#define HARNESS_TRIAL_ROW_H

#include "trial.h"

#include <results/store.h>

// trial_row_point finds a point in the store or adds it. 0 or -errno, with
// store_why.
int trial_row_point(struct store *store, const struct plan *plan,
                    const struct point *p, int64_t *id);

// trial_row_add stores a trial. row has its place (point, rep, position) and its
// seed; the rest is filled in, and row->metric is NULL afterwards: note, if it is
// not NULL, is called while they are there. Without a store (NULL) that is all. 0 or
// -errno, with store_why.
int trial_row_add(struct store *store, struct store_trial *row,
                  const struct trial *t,
                  void (*note)(void *arg, const struct store_trial *row),
                  void *arg);

#endif
