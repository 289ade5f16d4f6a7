// file.c - reads whole files, and replaces them in one step.
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *read_all(FILE *in, size_t max)
{
	size_t room = 0, n = 0;
	char *text = NULL;
	do {
		room = room ? 2 * room : 64 * 1024;
		char *bigger = realloc(text, room + 1);
		if (!bigger) {
			free(text);
			errno = ENOMEM;
			return NULL;
		}
		text = bigger;
		n += fread(text + n, 1, room - n, in);
	} while (n == room && n <= max);
	text[n] = '\0';
	if (!ferror(in) && n <= max)
		return text;
	int err = ferror(in) ? EIO : EFBIG;
	free(text);
	errno = err;
	return NULL;
}

char *file_read(const char *path, size_t max)
{
	FILE *in = fopen(path, "re");
	if (!in)
		return NULL;
	char *text = read_all(in, max);
	int err = errno;
	fclose(in);
	errno = err;
	return text;
}

static void forget(struct file_new *f)
{
	free(f->path);
	free(f->temporary);
	f->path = f->temporary = NULL;
}

// is_special: renaming over a device would take it from the whole machine.
static int is_special(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

static int begin_in_place(struct file_new *f, const char *path)
{
	*f = (struct file_new){.out = fopen(path, "we")};
	return f->out ? 0 : -errno;
}

int file_begin(struct file_new *f, const char *path)
{
	if (is_special(path))
		return begin_in_place(f, path);
	f->temporary = NULL;
	f->path = strdup(path);
	if (!f->path || asprintf(&f->temporary, "%s.XXXXXX", path) < 0) {
		f->temporary = NULL;
		forget(f);
		return -ENOMEM;
	}
	int fd = mkostemp(f->temporary, O_CLOEXEC);
	f->out = fd < 0 ? NULL : fdopen(fd, "w");
	if (f->out)
		return 0;
	int err = errno;
	if (fd >= 0) {
		close(fd);
		unlink(f->temporary);
	}
	forget(f);
	return -err;
}

// readable gives the file the mode that a plain open would have given it.
static int readable(int fd)
{
	mode_t mask = umask(0);
	umask(mask);
	return fchmod(fd, 0666 & ~mask) < 0 ? errno : 0;
}

int file_commit(struct file_new *f, int failed)
{
	int err = failed < 0 ? -failed : failed;
	errno = 0;
	if (!err && (fflush(f->out) == EOF || ferror(f->out)))
		err = errno ? errno : EIO;
	if (!err && f->temporary)
		err = readable(fileno(f->out));
	if (fclose(f->out) == EOF && !err)
		err = errno;
	if (!err && f->temporary && rename(f->temporary, f->path) < 0)
		err = errno;
	if (err && f->temporary)
		unlink(f->temporary);
	forget(f);
	return -err;
}
