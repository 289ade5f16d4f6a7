// ring.c - there is no io_uring for the baseline: its threads wait in their calls.
#include "sched/ring.h"

#include <errno.h>

int ring_open(void)
{
	return -ENOTSUP;
}

void ring_close(void)
{
}

// Nobody comes here without a ring.
ssize_t ring_read(int fd, void *buf, size_t n, uint64_t offset)
{
	(void)fd;
	(void)buf;
	(void)n;
	(void)offset;
	return -ENOTSUP;
}

ssize_t ring_write(int fd, const void *buf, size_t n, uint64_t offset)
{
	(void)fd;
	(void)buf;
	(void)n;
	(void)offset;
	return -ENOTSUP;
}
