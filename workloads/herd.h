// herd.h - goroutines that only compute, beside those that a workload is about.
//
// Each of n hogs burns the same CPU time in pieces, and counts them: how much of the
// work was done at some moment, and at the end that all of it was, each piece once.
#ifndef WORKLOADS_HERD_H
#define WORKLOADS_HERD_H

#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <dyno/time.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "report.h"

// A hog looks for a preemption request and counts after each piece.
#define HERD_PIECE (10 * DY_US)

struct herd_hog {
	struct herd *herd;
	_Atomic uint64_t burnt; // pieces; the hog writes, others read
	uint64_t seen;          // of them, when herd_look was there
};

struct herd {
	uint64_t pieces; // of one hog
	size_t n;
	struct herd_hog *hog;
};

// herd_make makes n hogs of ns of CPU each, for herd_free. False: no memory.
static inline bool herd_make(struct herd *h, size_t n, uint64_t ns)
{
	h->n = n;
	h->pieces = ns / HERD_PIECE;
	h->hog = calloc(n ? n : 1, sizeof(h->hog[0]));
	for (size_t i = 0; i < n && h->hog; i++)
		h->hog[i].herd = h;
	return h->hog;
}

static inline void herd_free(struct herd *h)
{
	free(h->hog);
}

static inline void herd_run_hog(void *arg)
{
	struct herd_hog *me = arg;

	for (uint64_t i = 0; i < me->herd->pieces; i++) {
		dy_work(HERD_PIECE);
		atomic_fetch_add_explicit(&me->burnt, 1, memory_order_relaxed);
		dy_poll();
	}
}

// herd_start lets all of them loose; done waits for them.
static inline void herd_start(struct herd *h, struct dy_waitgroup *done)
{
	for (size_t i = 0; i < h->n; i++) {
		atomic_store(&h->hog[i].burnt, 0);
		dy_wg_go(done, herd_run_hog, &h->hog[i]);
	}
}

// herd_look keeps what each has burnt so far. Returns the share of all their work.
static inline double herd_look(struct herd *h)
{
	uint64_t sum = 0, all = h->n * h->pieces;

	for (size_t i = 0; i < h->n; i++) {
		h->hog[i].seen = atomic_load_explicit(&h->hog[i].burnt,
		                                      memory_order_relaxed);
		sum += h->hog[i].seen;
	}
	return all ? (double)sum / (double)all : 0;
}

// herd_verify is the part of a verify: each hog burnt its pieces.
static inline bool herd_verify(const struct herd *h, struct wl_run *r)
{
	for (size_t i = 0; i < h->n; i++) {
		uint64_t burnt = atomic_load(&h->hog[i].burnt);

		if (burnt != h->pieces)
			return report_wrong(r,
			                    "hog %zu burnt %" PRIu64
			                    " of %" PRIu64 " pieces",
			                    i, burnt, h->pieces);
	}
	return true;
}

#endif
