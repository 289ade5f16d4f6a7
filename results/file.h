// file.h - whole files, read and replaced.
#ifndef RESULTS_FILE_H
#define RESULTS_FILE_H

#include <stddef.h>
#include <stdio.h>

// file_read returns the text of a file for the caller to free, or NULL with
// errno set; EFBIG when it is longer than max.
char *file_read(const char *path, size_t max);

// A file being replaced: what is written goes to a temporary one beside it, and
// the old one stays whole until file_commit. What is no regular file, such as a
// device or a pipe, is never replaced: it is written to.
struct file_new {
	FILE *out;
	char *path, *temporary; // temporary NULL: path itself is written to
};

// file_begin opens one. 0 or -errno.
int file_begin(struct file_new *f, const char *path);
// file_commit puts it in place; when that or any write before failed, or when
// failed is not 0, the old file stays and nothing is left. 0 or -errno.
int file_commit(struct file_new *f, int failed);

#endif
