// small_file.c - a file of /proc or /sys, read whole, below any root.
//
// What the kernel writes there changes from read to read; so a file is read in
// one go, as far as the kernel gives it in one.
#include "small_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_regular(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat s;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &s) != 0)
		err = -errno;
	else if (!S_ISREG(s.st_mode))
		err = S_ISDIR(s.st_mode) ? -EISDIR : -EINVAL;
	if (!err)
		return fd;
	close(fd);
	return err;
}

static int open_path(const char *root, const char *fmt, va_list args)
{
	char path[2 * PATH_MAX];
	int n = snprintf(path, sizeof path, "%s/", root), more;

	if (n < 0 || (size_t)n >= sizeof path)
		return -ENAMETOOLONG;
	more = vsnprintf(path + n, sizeof path - (size_t)n, fmt, args);
	if (more < 0 || (size_t)more >= sizeof path - (size_t)n)
		return -ENAMETOOLONG;
	return open_regular(path);
}

// grow makes room for at least one more byte and the NUL.
static int grow(struct small_file *f, size_t *room)
{
	size_t more = *room ? 2 * *room : 4096;
	char *text;

	if (f->len + 1 < *room)
		return 0;
	if (f->len >= SMALL_FILE_MAX)
		return -EFBIG;
	text = realloc(f->text, more);
	if (!text)
		return -ENOMEM;
	f->text = text;
	*room = more;
	return 0;
}

static int read_all(int fd, struct small_file *f)
{
	size_t room = 0;
	ssize_t got = 1;
	int err = 0;

	while (!err && got != 0) {
		err = grow(f, &room);
		if (err)
			break;
		got = read(fd, f->text + f->len, room - 1 - f->len);
		if (got > 0)
			f->len += (size_t)got;
		else if (got < 0 && errno != EINTR)
			err = -errno;
	}
	if (!err)
		f->text[f->len] = '\0';
	return err;
}

static int read_path(struct small_file *f, const char *root, const char *fmt,
                     va_list args)
{
	int fd = open_path(root, fmt, args), err;

	*f = (struct small_file){.text = NULL};
	if (fd < 0)
		return fd;
	err = read_all(fd, f);
	close(fd);
	if (err) {
		free(f->text);
		*f = (struct small_file){.text = NULL};
	}
	return err;
}

int small_file_open(const char *root, const char *fmt, ...)
{
	va_list args;
	int fd;

	va_start(args, fmt);
	fd = open_path(root, fmt, args);
	va_end(args);
	return fd;
}

int small_file_read(struct small_file *f, const char *root, const char *fmt, ...)
{
	va_list args;
	int err;

	va_start(args, fmt);
	err = read_path(f, root, fmt, args);
	va_end(args);
	return err;
}

char *small_file_line(const char *root, const char *fmt, ...)
{
	struct small_file f;
	va_list args;
	int err;

	va_start(args, fmt);
	err = read_path(&f, root, fmt, args);
	va_end(args);
	if (err) {
		errno = -err;
		return NULL;
	}
	f.text[strcspn(f.text, "\n")] = '\0';
	return f.text;
}

char *small_file_next(char **rest)
{
	char *line = *rest;
	size_t len;

	if (!*line)
		return NULL;
	len = strcspn(line, "\n");
	*rest = line + len + (line[len] == '\n');
	line[len] = '\0';
	return line;
}
