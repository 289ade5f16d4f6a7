// mutate.c - the short form of a fuzzer: the files of the corpora that its
// arguments name, each as it is and then damaged again and again, always in the
// same way. scripts/fuzz runs the long form.
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE_MAX_READ = 1 << 16, ROUNDS = 40, DAMAGES = 4 };

static uint64_t state = 1;

// below returns a number in 0 .. n-1 (xorshift64).
static size_t below(size_t n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (size_t)(state % n);
}

// damage changes, removes or doubles a few bytes; the new length.
static size_t damage(uint8_t *data, size_t size)
{
	static const char telling[] = ":-[]{},#&*!|>'\"%@`~?\n\t 019.\\\xff";
	size_t at = below(size), n = 1 + below(8);

	n = n < size - at ? n : size - at;
	switch (below(4)) {
	case 0:
		data[at] = (uint8_t)telling[below(sizeof telling)];
		return size;
	case 1:
		data[at] ^= (uint8_t)(1 << below(8));
		return size;
	case 2:
		memmove(data + at, data + at + n, size - at - n);
		return size - n;
	default:
		memmove(data + at + n, data + at, size - at);
		return size + n;
	}
}

static void damage_file(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + DAMAGES * 8);

	LLVMFuzzerTestOneInput(data, size);
	for (int round = 0; copy && round < ROUNDS; round++) {
		size_t left = size;

		memcpy(copy, data, size);
		for (int i = 0; i < DAMAGES && left; i++)
			left = damage(copy, left);
		LLVMFuzzerTestOneInput(copy, left);
	}
	free(copy);
}

static int each_file(const char *dir)
{
	static uint8_t data[SIZE_MAX_READ];
	DIR *d = opendir(dir);
	int files = 0;

	for (struct dirent *e; d && (e = readdir(d));) {
		int fd = openat(dirfd(d), e->d_name, O_RDONLY | O_CLOEXEC);
		ssize_t n = fd < 0 ? -1 : read(fd, data, sizeof data);

		if (n > 0) {
			damage_file(data, (size_t)n);
			files++;
		}
		if (fd >= 0)
			close(fd);
	}
	if (d)
		closedir(d);
	return files;
}

int main(int argc, char **argv)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	if (null < 0 || dup2(null, STDERR_FILENO) < 0)
		return 1;
	for (int i = 1; i < argc; i++) {
		int files = each_file(argv[i]);

		printf("%s: %d files, %d inputs\n", argv[i], files,
		       files * (ROUNDS + 1));
		if (!files)
			return 1;
	}
	return 0;
}
