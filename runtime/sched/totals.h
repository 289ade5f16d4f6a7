// totals.h - where the counters of a runtime's ended Ms go.
#ifndef SCHED_TOTALS_H
#define SCHED_TOTALS_H

struct counters;

void totals_reset(void);
struct counters *totals_of_ended(void);
// totals_keep_gauges keeps what is no counter, before the runtime is gone.
void totals_keep_gauges(void);

#endif
