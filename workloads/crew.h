// crew.h - goroutines that start together and are waited for.
#ifndef WORKLOADS_CREW_H
#define WORKLOADS_CREW_H

#include <dyno/dyno.h>
#include <dyno/sync.h>
#include <stddef.h>

// crew_start spawns a goroutine for each of n records of size bytes at base, in
// their order; done waits for them.
static inline void crew_start(struct dy_waitgroup *done, dy_fn fn, void *base,
                              size_t n, size_t size)
{
	for (size_t i = 0; i < n; i++)
		dy_wg_go(done, fn, (char *)base + i * size);
}

// crew_run is crew_start, and returns when all of them have. Blocks: G.
static inline void crew_run(dy_fn fn, void *base, size_t n, size_t size)
{
	struct dy_waitgroup done = {0};

	crew_start(&done, fn, base, n, size);
	dy_wg_wait(&done);
}

#endif
