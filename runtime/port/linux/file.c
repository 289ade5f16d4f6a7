// file.c - files, whose calls block the thread.
#define _GNU_SOURCE
#include <dyno/io.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "port/port.h"

static int open_flags(unsigned flags)
{
	int f = O_CLOEXEC | O_RDONLY;

	if (flags & DY_FILE_WRITE)
		f = O_CLOEXEC | O_RDWR | O_CREAT;
	if (flags & DY_FILE_TEMP)
		f = O_CLOEXEC | O_RDWR | O_TMPFILE;
	if (flags & DY_FILE_DIRECT)
		f |= O_DIRECT;
	return f;
}

int port_file_open(const char *path, unsigned flags)
{
	int fd;

	do {
		fd = open(path, open_flags(flags), 0600);
	} while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}

ssize_t port_file_pread(int fd, void *buf, size_t n, uint64_t offset)
{
	ssize_t got;

	do {
		got = pread(fd, buf, n, (off_t)offset);
	} while (got < 0 && errno == EINTR);
	return got < 0 ? -errno : got;
}

ssize_t port_file_pwrite(int fd, const void *buf, size_t n, uint64_t offset)
{
	ssize_t put;

	do {
		put = pwrite(fd, buf, n, (off_t)offset);
	} while (put < 0 && errno == EINTR);
	return put < 0 ? -errno : put;
}

int port_file_sync(int fd)
{
	int err;

	do {
		err = fdatasync(fd);
	} while (err < 0 && errno == EINTR);
	return err < 0 ? -errno : 0;
}
