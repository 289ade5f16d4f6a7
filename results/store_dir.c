// store_dir.c - the directory of a store: made, locked, looked into.
//
// Whoever writes holds an flock on the directory itself. The kernel lets go of
// it with the process, however that ends, and there is no lock file to forget.
//
// A file that is no store of our version is recognized by its first bytes,
// before SQLite opens it: SQLite might roll back a journal, and what is not ours
// is not touched. (Closing any descriptor of a file drops the locks that SQLite
// holds on it in this process, which is why a store belongs to one thread: no
// transaction of another connection can be open meanwhile.)
#include "store_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

int store_dir_refuse(struct store *s, int e, const char *what, const char *remedy)
{
	snprintf(s->why, sizeof s->why, "%s: %s%s", s->file, what, remedy);
	return -e;
}

//---------------------------------------------------------------------------
// The directory and its lock
//---------------------------------------------------------------------------

// make_dirs makes dir and its missing parents.
int store_dir_make(struct store *s, const char *dir)
{
	char *path = strdup(dir);
	if (!path)
		return store_dir_refuse(s, ENOMEM, "out of memory", "");
	int err = 0;
	for (char *p = path + 1; !err; p++) {
		char c = *p;
		if (c != '/' && c != '\0')
			continue;
		*p = '\0';
		if (mkdir(path, 0777) < 0 && errno != EEXIST)
			err = errno;
		*p = c;
		if (c == '\0')
			break;
	}
	free(path);
	if (err)
		snprintf(s->why, sizeof s->why,
		         "cannot make the directory %s: %s; choose another",
		         dir, strerror(err));
	return -err;
}

int store_dir_lock(struct store *s, const char *dir)
{
	s->lock = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int err = s->lock < 0 ? errno : 0;
	if (!err && flock(s->lock, LOCK_EX | LOCK_NB) < 0)
		err = errno;
	if (err == EWOULDBLOCK) {
		snprintf(s->why, sizeof s->why,
		         "%s: another dyno is writing to it; let it end, or choose "
		         "another directory",
		         dir);
		return -EBUSY;
	}
	if (err)
		snprintf(s->why, sizeof s->why, "cannot lock %s: %s", dir,
		         strerror(err));
	return -err;
}

//---------------------------------------------------------------------------
// Recognizing a store
//---------------------------------------------------------------------------

static uint32_t big_endian(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

// read_head reads the start of the file: its length, or -errno.
static ssize_t read_head(const char *file, unsigned char *head, size_t size)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	ssize_t n = read(fd, head, size);
	int err = errno;
	close(fd);
	return n < 0 ? -err : n;
}

// recognize says whether the file is a store that we can use. The offsets are
// those of SQLite's documented file format.
int store_dir_recognize(struct store *s)
{
	unsigned char head[100];
	ssize_t n = read_head(s->file, head, sizeof head);
	if (n == -ENOENT)
		return store_dir_refuse(
			s, ENOENT, "there is no experiment",
			"; begin one there, or name another directory");
	if (n < 0)
		return store_dir_refuse(s, (int)-n, strerror((int)-n), "");
	if (n < (ssize_t)sizeof head || memcmp(head, "SQLite format 3", 16) ||
	    big_endian(head + 68) != STORE_APPLICATION)
		return store_dir_refuse(
			s, EINVAL, "not a store of Dyno",
			"; it was not touched, choose another directory");
	uint32_t version = big_endian(head + 60);
	if (version == STORE_VERSION)
		return 0;
	snprintf(s->why, sizeof s->why,
	         "%s: a store of version %" PRIu32
	         ", this dyno uses version %d; it "
	         "was not touched, use the dyno that wrote it or another directory",
	         s->file, version, STORE_VERSION);
	return -EPROTO;
}
