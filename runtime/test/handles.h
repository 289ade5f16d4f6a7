// handles.h - what the tests of sockets and pipes share.
#ifndef TEST_HANDLES_H
#define TEST_HANDLES_H

#include <dyno/io.h>
#include <dyno/sync.h>
#include <stdlib.h>

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

// Sends back what comes until the end, and closes.
static inline void echo_to_the_end(int h)
{
	char buf[256];
	ssize_t n;

	while ((n = dy_read(h, buf, sizeof buf)) > 0)
		rt_check(dy_write(h, buf, (size_t)n) == n);
	rt_check(n == 0 && dy_close(h) == 0);
}

static inline char byte_at(size_t i)
{
	return (char)(i * 7 + i / 4096);
}

// Writes n bytes by one call, and closes.
static inline void write_large(int h, size_t n)
{
	char *large = malloc(n);

	rt_check(large);
	for (size_t i = 0; i < n; i++)
		large[i] = byte_at(i);
	rt_check(dy_write(h, large, n) == (ssize_t)n);
	rt_check(dy_close(h) == 0);
	free(large);
}

// Reads what write_large wrote, and its end.
static inline void read_large(int h, size_t n)
{
	char *large = malloc(n);

	rt_check(large);
	rt_check(read_all(h, large, n) == n);
	for (size_t i = 0; i < n; i++)
		rt_check(large[i] == byte_at(i));
	rt_check(dy_read(h, large, 0) == 0 && dy_read(h, large, 1) == 0);
	free(large);
}

#endif
