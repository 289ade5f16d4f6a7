// small_file.h - a file of /proc or /sys, read whole, below any root.
#ifndef HARNESS_PROCFS_SMALL_FILE_H
#define HARNESS_PROCFS_SMALL_FILE_H

#include <stddef.h>

enum { SMALL_FILE_MAX = 4 << 20 };

// Its bytes and a NUL behind them.
struct small_file {
	char *text;
	size_t len;
};

// small_file_open opens ROOT/PATH to be read; root is "" for this machine, or a
// tree that looks like it. Only a regular file is opened, so that no pipe or
// device in the tree can hold us. Returns the descriptor, or -errno.
int small_file_open(const char *root, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

// small_file_read reads ROOT/PATH. 0, and f->text is to be freed; or -errno,
// -EFBIG above SMALL_FILE_MAX, and f is empty.
int small_file_read(struct small_file *f, const char *root, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

// small_file_line reads it too and keeps its first line, to be freed; NULL and
// errno where there is none.
char *small_file_line(const char *root, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

// small_file_next cuts the first line off *rest and ends it with a NUL; NULL
// after the last.
char *small_file_next(char **rest);

#endif
