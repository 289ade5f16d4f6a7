// parked.c - many goroutines that all wait, and are then all woken.
//
// Each of `goroutines` says that it is there and waits on one channel; when all
// are, the channel is closed and each says that it goes. What a parked
// goroutine costs is memory, a page of stack and a record, and the time to make
// it and to wake it; the metric is the resident memory that came with them.
#include <dyno/chan.h>
#include <dyno/dyno.h>
#include <dyno/stats.h>
#include <dyno/sync.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "report.h"

enum { GOROUTINES };

static const struct wl_param params[] = {
	{"goroutines",
         "1",
         "goroutines parked at once",
         1,
         10000000,
         {1000, 100000, 1000000}},
	{.name = NULL},
};

struct lot {
	uint64_t n;
	uint64_t resident; // before the first of them
	struct dy_chan *gate;
	struct dy_waitgroup arrived, left;
	struct dy_mutex mutex;
	uint64_t woken; // under the mutex
	uint64_t bytes; // resident, with all of them parked
};

static void park_here(void *arg)
{
	struct lot *lot = arg;
	bool open;

	dy_wg_done(&lot->arrived);
	open = dy_chan_recv(lot->gate, NULL);
	dy_mutex_lock(&lot->mutex);
	lot->woken += !open;
	dy_mutex_unlock(&lot->mutex);
	dy_wg_done(&lot->left);
}

static int prepare(struct wl_run *r)
{
	struct lot *lot = calloc(1, sizeof *lot);

	if (!lot)
		return report_error(r, -ENOMEM, "no memory for the channel");
	lot->n = (uint64_t)r->param[GOROUTINES];
	lot->resident = dy_resident_bytes();
	r->state = lot;
	return 0;
}

static void run_round(struct wl_run *r)
{
	struct lot *lot = r->state;

	lot->woken = 0;
	lot->gate = dy_chan_make(0, 0);
	if (!lot->gate)
		return; // nobody is woken, which verify finds
	dy_wg_add(&lot->arrived, (int)lot->n);
	dy_wg_add(&lot->left, (int)lot->n);
	for (uint64_t i = 0; i < lot->n; i++)
		dy_go(park_here, lot);
	dy_wg_wait(&lot->arrived);
	lot->bytes = dy_resident_bytes();
	dy_chan_close(lot->gate);
	dy_wg_wait(&lot->left);
	dy_chan_free(lot->gate);
	r->ops = lot->n;
	report_metric(r, "bytes_per_goroutine", "B", "lower",
	              (double)(lot->bytes - lot->resident) / (double)lot->n);
}

static bool verify(struct wl_run *r)
{
	struct lot *lot = r->state;

	if (lot->woken == lot->n)
		return true;
	return report_wrong(r,
	                    "%" PRIu64 " of %" PRIu64
	                    " goroutines were woken by the close",
	                    lot->woken, lot->n);
}

const struct workload wl_parked = {
	.name = "parked",
	.summary = "goroutines that all wait on one channel, and are all woken by its close",
	.shows = "what a parked goroutine costs: memory, and the time to make and wake it",
	.op = "goroutine",
	.others = "bytes_per_goroutine",
	.kind = WL_MIXED,
	.params = params,
	.prepare = prepare,
	.round = run_round,
	.verify = verify,
	.finish = report_free,
};
