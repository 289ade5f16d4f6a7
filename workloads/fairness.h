// fairness.h - whether those who ask for the same get the same.
//
// Jain's index of shares x1 ... xn is (sum x)^2 / (n * sum x^2): 1 when all are
// alike, 1/n when one has everything (Jain, Chiu, Hawe, DEC TR-301, 1984).
//
// Only shares of one round are compared, and `fairness` is the mean of the rounds:
// that one round was slower than another is nobody's disadvantage. Where everybody
// does the same, a share is the speed: the work over the time since all of them could
// have begun, so that who is let in late has a small one.
#ifndef WORKLOADS_FAIRNESS_H
#define WORKLOADS_FAIRNESS_H

#include <dyno/time.h>

#include "report.h"

struct fairness {
	uint64_t start;         // of this round, by dy_now
	double n, sum, squares; // of this round
	double index;           // the sum of the rounds'
	uint64_t rounds;
};

// fairness_begin is the beginning of a round whose shares are speeds.
static inline void fairness_begin(struct fairness *f)
{
	f->start = dy_now();
}

static inline void fairness_add(struct fairness *f, double share)
{
	f->n++;
	f->sum += share;
	f->squares += share * share;
}

// fairness_add_speed adds who had done so much work when dy_now said ended.
static inline void fairness_add_speed(struct fairness *f, double work,
                                      uint64_t ended)
{
	fairness_add(f, work / (double)(ended - f->start + 1));
}

// fairness_jain is the index of this round: 1 also when nobody got anything, as they
// are all alike.
static inline double fairness_jain(const struct fairness *f)
{
	return f->squares > 0 ? f->sum * f->sum / (f->n * f->squares) : 1;
}

// fairness_end takes in a round. One that had nobody to compare (a round to warm up,
// a lone goroutine) does not count.
static inline void fairness_end(struct fairness *f)
{
	if (f->n > 1) {
		f->index += fairness_jain(f);
		f->rounds++;
	}
	f->n = f->sum = f->squares = 0;
}

// fairness_report adds `fairness`; nothing where no round counted.
static inline void fairness_report(const struct fairness *f, struct wl_run *r)
{
	if (f->rounds > 0)
		report_metric(r, "fairness", "1", "higher",
		              f->index / (double)f->rounds);
}

#endif
