// callers.h - many goroutines in a blocking call at once: how many at most?
#ifndef TEST_CALLERS_H
#define TEST_CALLERS_H

#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <unistd.h>

#include "port/atomic.h"

enum { CALLERS_EACH = 30, CALLERS_STAY_US = 3000 };

static struct dy_w32 callers_now, callers_most;
static struct dy_waitgroup callers_done;

static inline void callers_note(void *arg)
{
	uint32_t n = w32_add_ar(&callers_now, 1);

	(void)arg;
	for (uint32_t seen = w32_load_acq(&callers_most); n > seen;) {
		if (w32_cas_ar(&callers_most, &seen, n))
			break;
	}
	usleep(CALLERS_STAY_US);
	w32_add_ar(&callers_now, (uint32_t)-1);
}

static inline void callers_call(void *arg)
{
	(void)arg;
	dy_blocking(callers_note, NULL);
	dy_wg_done(&callers_done);
}

// callers_run has CALLERS_EACH of them call once, and waits for them: a main.
static inline void callers_run(void *arg)
{
	(void)arg;
	w32_store_rel(&callers_most, 0);
	dy_wg_add(&callers_done, CALLERS_EACH);
	for (int i = 0; i < CALLERS_EACH; i++)
		dy_go(callers_call, NULL);
	dy_wg_wait(&callers_done);
}

#endif
