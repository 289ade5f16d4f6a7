// fairness.h - whether those who ask for the same get the same.
//
// Jain's index of shares x1 ... xn is (sum x)^2 / (n * sum x^2): 1 when all are
// alike, 1/n when one has everything (Jain, Chiu, Hawe, DEC TR-301, 1984).
#ifndef WORKLOADS_FAIRNESS_H
#define WORKLOADS_FAIRNESS_H

#include "report.h"

struct fairness {
	double n, sum, squares;
};

static inline void fairness_add(struct fairness *f, double share)
{
	f->n++;
	f->sum += share;
	f->squares += share * share;
}

// fairness_jain is 1 also when nobody got anything: they are all alike.
static inline double fairness_jain(const struct fairness *f)
{
	return f->squares > 0 ? f->sum * f->sum / (f->n * f->squares) : 1;
}

static inline void fairness_report(const struct fairness *f, struct wl_run *r)
{
	report_metric(r, "fairness", "1", "higher", fairness_jain(f));
}

#endif
