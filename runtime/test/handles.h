// handles.h - what the tests of sockets and pipes share.
#ifndef TEST_HANDLES_H
#define TEST_HANDLES_H

#include <dyno/io.h>
#include <dyno/sync.h>

#include "rt.h"

static struct dy_waitgroup wg; // of all that was spawned
// Pipes, where there are any.
static int there[2] __attribute__((unused)), back[2] __attribute__((unused));

static inline void on_all_ps(dy_fn fn)
{
	for (int procs = 1; procs <= 4; procs *= 2) {
		wg = (struct dy_waitgroup){0};
		rt_run(procs, NULL, fn, NULL);
	}
}

static inline void spawn(dy_fn fn, int h)
{
	dy_wg_add(&wg, 1);
	dy_go(fn, (void *)(intptr_t)h);
}

static inline int handle(void *arg)
{
	return (int)(intptr_t)arg;
}

// Reads until n bytes have come or the end has.
static inline size_t read_all(int h, void *buf, size_t n)
{
	size_t at = 0;

	while (at < n) {
		ssize_t got = dy_read(h, (char *)buf + at, n - at);

		rt_check(got >= 0);
		if (got == 0)
			break;
		at += (size_t)got;
	}
	return at;
}

#endif
