// file.c - files: each call is a system call that may keep its M.
#include <dyno/io.h>

#include "port/port.h"
#include "port/race.h"
#include "sched/syscall.h"

int dy_file_open(const char *path, unsigned flags)
{
	int h;

	enter_syscall();
	h = port_file_open(path, flags);
	exit_syscall();
	return h;
}

ssize_t dy_file_pread(int h, void *buf, size_t n, uint64_t offset)
{
	RACE_FRAME;
	ssize_t got;

	enter_syscall();
	got = port_file_pread(h, buf, n, offset);
	exit_syscall();
	return got;
}

ssize_t dy_file_pwrite(int h, const void *buf, size_t n, uint64_t offset)
{
	RACE_FRAME;
	ssize_t put;

	enter_syscall();
	put = port_file_pwrite(h, buf, n, offset);
	exit_syscall();
	return put;
}

int dy_file_sync(int h)
{
	int err;

	enter_syscall();
	err = port_file_sync(h);
	exit_syscall();
	return err;
}

int dy_file_close(int h)
{
	int err;

	enter_syscall();
	err = port_close(h);
	exit_syscall();
	return err;
}
