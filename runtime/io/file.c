// file.c - files: each call is a system call that may keep its M, or one that
// io_uring completes. Which, the handle says by one of its bits.
#include <dyno/io.h>

#include "port/port.h"
#include "port/race.h"
#include "sched/ring.h"
#include "sched/syscall.h"

enum { BY_RING = 1 << 30 }; // no descriptor is as large

static bool by_ring(int h)
{
	return h >= 0 && h & BY_RING;
}

static int descriptor(int h)
{
	return by_ring(h) ? h & ~BY_RING : h;
}

int dy_file_open(const char *path, unsigned flags)
{
	int fd, err = flags & DY_FILE_RING ? ring_open() : 0;

	if (err)
		return err;
	enter_syscall();
	fd = port_file_open(path, flags);
	exit_syscall();
	return fd >= 0 && flags & DY_FILE_RING ? fd | BY_RING : fd;
}

ssize_t dy_file_pread(int h, void *buf, size_t n, uint64_t offset)
{
	RACE_FRAME;
	ssize_t got;

	if (by_ring(h))
		return ring_read(descriptor(h), buf, n, offset);
	enter_syscall();
	got = port_file_pread(h, buf, n, offset);
	exit_syscall();
	return got;
}

ssize_t dy_file_pwrite(int h, const void *buf, size_t n, uint64_t offset)
{
	RACE_FRAME;
	ssize_t put;

	if (by_ring(h))
		return ring_write(descriptor(h), buf, n, offset);
	enter_syscall();
	put = port_file_pwrite(h, buf, n, offset);
	exit_syscall();
	return put;
}

int dy_file_sync(int h)
{
	int err;

	enter_syscall();
	err = port_file_sync(descriptor(h));
	exit_syscall();
	return err;
}

int dy_file_close(int h)
{
	int err;

	enter_syscall();
	err = port_close(descriptor(h));
	exit_syscall();
	return err;
}
