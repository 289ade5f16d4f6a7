// work_rate.c - how fast dy_work works here, found once for all trials.
//
// A trial that calibrates itself has a millisecond for it. A neighbour that lasts
// longer makes it think the CPU slow, and its work short: throughput then rises
// although nothing became faster. So the harness measures, often and with pauses
// between, keeps the fastest, and hands it to every trial.
#include "work_rate.h"

#include <time.h>

enum { TRIES = 25, PAUSE_NS = 3000000 };

void work_rate_settle(struct request *r)
{
	const struct timespec pause = {.tv_nsec = PAUSE_NS};

	if (r->work_rate || !r->workloads.n)
		return;
	for (int i = 0; i < TRIES; i++) {
		int64_t rate = (int64_t)dy_work_calibrate();

		if (rate > r->work_rate)
			r->work_rate = rate;
		nanosleep(&pause, NULL);
	}
}
